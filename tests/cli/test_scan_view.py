"""Tests for strongroom.cli.scan_view."""

import json
from pathlib import Path

import pytest
from tests.scan.findings.build import hit, piece, token
from tests.scan.reporters.build import EMPTY, LEAK, REPORT

from strongroom.cli import scan_view
from strongroom.ops.scan import Outcome
from strongroom.scan.drive import Totals
from strongroom.scan.findings import found
from strongroom.scan.findings.report import Report
from strongroom.scan.model import NotScanned

CAPTURE = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def test_everything_is_said_to_people(capsys: CAPTURE) -> None:
    scan_view.show(REPORT)
    out = capsys.readouterr().out

    for word in (LEAK.fingerprint, "decoded from base64", "in 3 versions", "p\\u001b[1m",
                 "left out by choice: dependencies 1", "note: a.py:1", "2 secrets found"):  # fmt: skip
        assert word in out
    assert "\x1b" not in out


def test_no_name_begins_a_line_of_its_own(capsys: CAPTURE) -> None:
    name = "a\n::error::b [bold]c"
    place = LEAK.places[0]._replace(path=name, masked="")
    leak = LEAK._replace(places=(place,))
    gap = NotScanned(name, "not-a-file", f"it is {name}")
    scan_view.show(Report("x", (leak,), not_scanned=(gap,), warnings=(name,)))
    out = capsys.readouterr().out

    assert 4 == out.count("a\\u000a::error::b [bold]c")
    assert not any(line.startswith("::") for line in out.splitlines())


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "sarif", "github", "html"])
def test_every_form_goes_into_a_file_for_its_owner(tmp_path: Path, form: str) -> None:
    scan_view.give(Outcome(REPORT), form, tmp_path / "out")

    assert LEAK.fingerprint in (tmp_path / "out").read_text("utf-8")
    assert 0o600 == (tmp_path / "out").stat().st_mode & 0o777


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_found(capsys: CAPTURE, form: str) -> None:
    scan_view.give(Outcome(EMPTY), form, None)

    assert "0 secrets found" in capsys.readouterr().out or form == "json"


def test_a_value_is_told_once_as_it_comes(capsys: CAPTURE) -> None:
    one = token()
    text = piece(b"k = '" + one + b"'")
    again = found.of(text, [hit(text, one)])
    for form in ("text", "jsonl"):
        tell = scan_view.live(form)
        tell(again)
        tell(again)
        out = capsys.readouterr().out
        assert 1 == len(out.splitlines())
        assert one.decode() not in out
    assert "acme-token" == json.loads(out)["rule"]


def test_values_are_shown_by_their_fingerprint(capsys: CAPTURE) -> None:
    outcome = Outcome(EMPTY.__class__("x", (LEAK,)), values={LEAK.fingerprint: b"v\x1b\xff"})
    scan_view.show_values(outcome)

    assert f"{LEAK.fingerprint}  v\\u001b\\xff\n" == capsys.readouterr().out


def test_a_bar_without_a_terminal_says_nothing(capsys: CAPTURE) -> None:
    with scan_view.Bar() as bar:
        bar.advance(Totals(1, 2), 3, 4)

    assert ("", "") == capsys.readouterr()
