"""The `strongroom` command as a whole: help, errors, exit codes, speed of its imports."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from strongroom import __version__
from strongroom.cli import main as entry
from strongroom.cli.main import COMMANDS, main
from strongroom.errors import InvalidError


def run(*argv: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "strongroom", *argv],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100", **environ},
    )


def test_help_names_every_command_and_where_the_exit_codes_are() -> None:
    result = run("--help")

    assert 0 == result.returncode
    assert all(name in result.stdout for name in COMMANDS)
    assert "docs/reference/exit-codes.md" in result.stdout


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help_and_its_target_exists(name: str) -> None:
    result = run(name, "--help")

    assert (0, "") == (result.returncode, result.stderr)
    assert f"Usage: strongroom {name}" in result.stdout


def test_version() -> None:
    assert __version__ == run("--version").stdout.strip()


@pytest.mark.parametrize(
    "argv",
    [("frobnicate",), ("context", "use"), ("context", "list", "--frob"), ("policy", "diff", "x")],
)
def test_a_wrong_command_line_is_said_in_a_line_with_status_2(argv: tuple[str, ...]) -> None:
    result = run(*argv)

    assert 2 == result.returncode
    assert "Traceback" not in result.stderr
    assert "[usage]" in result.stderr


def test_errors_are_one_json_document_on_request() -> None:
    result = run("policy", "compile", "/nonexistent.md", "--json")

    assert (5, "") == (result.returncode, result.stdout)
    assert "policy-not-found" == json.loads(result.stderr)["error"]["code"]


def test_the_next_step_stands_below_the_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise InvalidError("some-code", "it is wrong", fix="mend it")

    monkeypatch.setattr(entry, "build", lambda: lambda *_, **__: fail())

    assert 3 == main([])
    printed = capsys.readouterr().err
    assert "error: it is wrong  [some-code]" in printed
    assert "fix: mend it" in printed


@pytest.mark.parametrize(
    ("error", "status"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 141), (MemoryError(), 8)]
)
def test_interruptions_have_their_own_status(
    error: BaseException, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(entry, "build", lambda: fail)
    stdout = sys.stdout
    try:
        assert status == main([])
    finally:
        sys.stdout = stdout


VALUE = "Fake'value-9"  # what somebody typed where it does not belong


@pytest.mark.parametrize(
    "argv",
    [
        (VALUE,),
        ("secret", VALUE),
        ("secret", "set", "development/a", VALUE),
        ("secret", "set", "development/a", f"--{VALUE}"),
        ("secret", "set", "development/a", f"--json={VALUE}"),
        ("secret", "get", "development/a", "--version", VALUE),
        ("audit", "list", "--limit", VALUE),
    ],
)
def test_a_value_in_the_wrong_place_is_not_repeated(
    argv: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert 2 == main(argv)
    shown = capsys.readouterr().err

    assert "[usage]" in shown
    assert "value" not in shown.lower().replace("invalid value", "")


def test_names_of_options_are_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    assert 2 == main(["secret", "get", "development/a", "--ownr", "x"])

    assert "--ownr" in capsys.readouterr().err


def _break(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(entry, "build", lambda: fail)


def test_a_fault_of_ours_shows_its_kind_and_place_and_not_its_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _break(monkeypatch, ValueError(VALUE))

    assert 70 == main(["status"])
    shown = capsys.readouterr().err
    assert "ValueError at main:" in shown
    assert "[internal]" in shown
    assert VALUE not in shown


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), OSError()])
def test_what_the_machine_refuses_is_said(
    error: OSError, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _break(monkeypatch, error)
    stdout = sys.stdout
    try:
        assert 8 == main(["status"])
    finally:
        sys.stdout = stdout
    assert "[machine-refused]" in capsys.readouterr().err


def test_output_that_cannot_be_written_is_an_error_and_no_traceback() -> None:
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            [sys.executable, "-m", "strongroom", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert 8 == result.returncode
    assert "Traceback" not in result.stderr


def test_importing_the_package_imports_nothing_else() -> None:
    """Applications import strongroom at start-up; the heavy parts stay out."""
    code = "import sys; before = set(sys.modules); import strongroom; print(sorted(set(sys.modules) - before))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert "['strongroom']" == result.stdout.strip()


def test_help_imports_no_command() -> None:
    code = (
        "import sys; from strongroom.cli.main import main; main(['--help']); "
        "print([m for m in sys.modules if m.startswith(('strongroom.ops', 'strongroom.policy', 'cryptography', 'markdown_it'))])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert "[]" == result.stdout.strip().splitlines()[-1]


def test_markup_and_control_characters_in_names_are_shown_not_obeyed(tmp_path: Path) -> None:
    name = tmp_path / "[bold red]x\x1b[31m\u202ey.md"
    result = run("policy", "compile", str(name), FORCE_COLOR="1")

    assert "\x1b[31m" not in result.stderr.replace("\x1b[1;31m", "")
    assert "[bold red]x" in result.stderr
    assert "\\u001b" in result.stderr
    assert "\\u202e" in result.stderr


def test_completion_is_written_where_one_asks(tmp_path: Path) -> None:
    result = run(
        "completion", "--shell", "bash", "--output", str(tmp_path / "c"), HOME=str(tmp_path)
    )

    assert (0, "") == (result.returncode, result.stderr)
    assert "strongroom" in (tmp_path / "c").read_text()
