import re
from pathlib import Path

import pytest

from strongroom import errors
from strongroom.cli import main as entry

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "exit-codes.md"
ROW = re.compile(r"^\| (\d+) \| (.+?) \|(.*)\|$", re.MULTILINE)
# What ends a command without an error of ours: done, findings, and the two signals.
WITHOUT_A_CLASS = {0, 1, entry.INTERRUPTED, entry.BROKEN_PIPE}


def table() -> dict[int, set[str]]:
    rows = ROW.findall(PAGE.read_text("utf-8"))
    assert len({number for number, _, _ in rows}) == len(rows)
    return {int(number): set(re.findall(r"`(\w+)`", classes)) for number, _, classes in rows}


def classes() -> dict[str, type[errors.StrongroomError]]:
    return {
        name: value
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.StrongroomError)
    }


def test_every_error_class_stands_in_the_row_of_its_exit_code() -> None:
    listed = {name: number for number, names in table().items() for name in names}

    assert {name: kind.exit for name, kind in classes().items()} == listed


def test_every_row_without_a_class_ends_a_command_in_another_way() -> None:
    assert {number for number, names in table().items() if not names} == WITHOUT_A_CLASS


def test_a_failure_and_a_finding_never_share_a_number() -> None:
    assert not {kind.exit for kind in classes().values()} & WITHOUT_A_CLASS


def test_each_documented_error_is_raised_with_its_code_and_message() -> None:
    for kind in classes().values():
        error = kind("some-code", "some message", fix="a step")

        assert (error.code, str(error), error.fix) == ("some-code", "some message", "a step")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["no-such-command"], 2),
        (["context", "use", "no-such-context"], 5),
        (["context", "set", "not a name"], 78),
    ],
)
def test_the_command_returns_the_documented_number(
    arguments: list[str],
    status: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("STRONGROOM_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.delenv("STRONGROOM_CONTEXT", raising=False)

    assert entry.main(arguments) == status
    captured = capsys.readouterr()
    assert bool(captured.out) == (status == 0)
    assert bool(captured.err) == (status != 0)


def test_an_interrupt_and_a_closed_pipe_end_as_a_shell_expects(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for raised, status in ((KeyboardInterrupt, 130), (BrokenPipeError, 141), (MemoryError, 8)):

        def fail(*_: object, error: type[BaseException] = raised, **__: object) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(entry, "build", lambda fail=fail: fail)
            patch.setattr("sys.stdout", None)
            assert entry.main([]) == status
