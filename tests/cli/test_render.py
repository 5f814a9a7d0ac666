"""How results look: safe text, JSON as it is, colour only where it is wanted."""

import io
import json

import pytest

from strongroom.cli import render
from strongroom.errors import UsageError


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines", "two\nlines"),
        ("\x1b[2J", "\\u001b[2J"),
        ("a\u202eb", "a\\u202eb"),
        ("\udcff", "\\udcff"),
        ("[red]ключ 鍵[/]", "[red]ключ 鍵[/]"),
    ],
)
def test_control_characters_are_shown_and_nothing_else_changes(text: str, shown: str) -> None:
    assert shown == render.safe(text)


def test_json_is_one_document_with_keys_as_they_are(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    render.json({"b": 1, "a": ["ключ"]})
    printed = capsysbinary.readouterr().out

    assert {"b": 1, "a": ["ключ"]} == json.loads(printed)
    assert "ключ".encode() in printed
    assert printed.endswith(b"\n")


def test_errors_for_machines_have_code_message_and_fix(capsys: pytest.CaptureFixture[str]) -> None:
    render.error("some-code", "wrong", None, as_json=True)

    assert {"error": {"code": "some-code", "message": "wrong", "fix": None}} == json.loads(
        capsys.readouterr().err
    )


def test_no_color_is_respected(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    render.error("some-code", "wrong", None, as_json=False)
    assert "\x1b[" in capsys.readouterr().err

    monkeypatch.setenv("NO_COLOR", "1")
    render.error("some-code", "wrong", None, as_json=False)
    assert "\x1b[31m" not in capsys.readouterr().err


def test_a_path_that_is_no_utf8_is_escaped_for_machines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    render.error("some-code", "no file /x\udcff.md", "see /y\udcff", as_json=True)
    body = json.loads(capsys.readouterr().err)["error"]
    assert ("no file /x\\udcff.md", "see /y\\udcff") == (body["message"], body["fix"])


def test_a_closed_output_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", None)
    with pytest.raises(UsageError) as error:
        render.raw(b"x")

    assert "no-output" == error.value.code


def test_an_instant_is_a_millisecond_of_a_day() -> None:
    assert render.instant(1_772_323_323_456_789) == "00:02:03.456"


def test_who_listens_no_more_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr("sys.stdout", Gone())
    with pytest.raises(BrokenPipeError):  # and no end of the program from within a library
        render.out().print("x")
    with render.unheard():
        render.out().print("x")
