"""Tests for strongroom.cli.strength."""

import io
import json
import secrets
import sys
from getpass import GetPassWarning
from pathlib import Path
from warnings import warn

import pytest

from strongroom.cli import value_input
from strongroom.cli.main import main
from strongroom.ops.strength import VALUE_BYTES_MAX

DOCUMENT = (
    Path(__file__).parents[2] / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md"
)
CAPTURE = pytest.CaptureFixture[str]


class Terminal(io.StringIO):
    """Standard input that a person sits at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a policy in it or above, and no configuration of the person's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STRONGROOM_CONFIG", str(tmp_path / "config.toml"))
    for name in ("STRONGROOM_POLICY", "STRONGROOM_CONTEXT", "STRONGROOM_ROOM"):
        monkeypatch.delenv(name, raising=False)


def typed(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_strong_enough_is_0_and_not_is_1(monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE) -> None:
    typed(monkeypatch, secrets.token_hex(32).encode())
    assert main(["strength", "--type", "jwt"]) == 0
    assert "256 bits found, 256 required (P-4.1)" in capsys.readouterr().out

    typed(monkeypatch, secrets.token_hex(16).encode() + b"\n")
    assert main(["strength", "--clause", "P-4.1", "--policy", str(DOCUMENT)]) == 1
    shown = capsys.readouterr()
    assert "fail  128 bits found, 256 required (P-4.1)" in shown.out
    assert shown.err == ""


def test_json_is_one_document(monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE) -> None:
    typed(monkeypatch, b"changeme")
    arguments = ["strength", "--type", "DATABASE_PASSWORD", "--policy", str(DOCUMENT), "--json"]
    assert main(arguments) == 1

    shown = capsys.readouterr()
    document = json.loads(shown.out)
    assert (document["ok"], document["sentinel"], shown.err) == (False, True, "")
    checks = {check["clause"]: check for check in document["checks"]}
    assert {"P-3.5", "P-4.7", "P-4.8"} <= set(checks)
    assert checks["P-4.7"]["lines"]


@pytest.mark.parametrize("options", [[], ["--json"], ["--env", "dev"], ["--clause", "P-0.0"]])
def test_no_part_of_a_value_is_in_any_output(
    options: list[str], monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE
) -> None:
    for value in ("Zq9xZq8yZq7w", "postgres://me:Zq9xZq8yZq7w@h/d", '{"kty": "Zq9xZq8yZq7w"}'):
        typed(monkeypatch, value.encode())
        main(["strength", *options])
        shown = capsys.readouterr()
        assert "Zq" not in shown.out + shown.err


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"abc\n", b"abc"),
        (b"abc\r\n", b"abc"),
        (b"abc\n\n", b"abc\n"),
        (b"abc\r", b"abc\r"),
        (b"", b""),
        (b"\xff\n", b"\xff"),
        (b"x" * VALUE_BYTES_MAX + b"\r\n", b"x" * VALUE_BYTES_MAX),
    ],
)
def test_one_lines_end_is_taken_off(
    data: bytes, value: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed(monkeypatch, data)

    assert value == value_input.read()


def test_too_much_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE) -> None:
    typed(monkeypatch, b"x" * (VALUE_BYTES_MAX + 1))

    assert main(["strength"]) == 7
    assert "value-too-large" in capsys.readouterr().err


def test_no_input_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    assert main(["strength"]) == 2
    assert "no-input" in capsys.readouterr().err


def test_a_value_is_never_an_argument(monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE) -> None:
    """Arguments stand in the list of processes."""
    typed(monkeypatch, b"")

    assert main(["strength", "not-a-real-secret"]) == 2
    capsys.readouterr()


def test_at_a_terminal_it_is_typed_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(value_input, "getpass", lambda _: "typed")

    assert value_input.read() == b"typed"


def test_a_terminal_that_says_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE
) -> None:
    def ended(_: str) -> str:
        raise EOFError

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(value_input, "getpass", ended)

    assert main(["strength"]) == 2
    assert "no-input" in capsys.readouterr().err


def test_a_terminal_that_echoes_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE
) -> None:
    def echoing(prompt: str) -> str:
        warn("can not control echo", GetPassWarning, stacklevel=2)
        raise AssertionError(prompt)

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(value_input, "getpass", echoing)

    assert main(["strength"]) == 2
    assert "terminal-echoes" in capsys.readouterr().err
