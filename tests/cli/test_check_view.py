"""Tests for strongroom.cli.check_view."""

from dataclasses import replace

import pytest

from strongroom.check.report import Report
from strongroom.cli.check_view import UNREAD_MAX, Bar, closing, show
from strongroom.model.finding import Finding, Place, Score, Verdict
from strongroom.model.severity import Severity
from strongroom.source.seen import NotLookedAt

FINDING = Finding("P-3.2", "r", Severity.HIGH, "[bold]m\x1b", Place("a\x1b.py", 3), (7,), "do", "f")
REPORT = Report(
    "docs/P.md",
    "0" * 64,
    "1.0",
    (FINDING, replace(FINDING, severity=Severity.LOW, place=Place("a\x1b.py"), policy_lines=())),
    (
        Score("P-3.2", Verdict.FAIL, 2, "1 file"),
        Score("P-3.3", Verdict.PASS, 0, "2 files"),
        Score("P-4.1", Verdict.NOT_EVALUATED, 0, "needs a room"),
        Score("P-4.2", Verdict.NOT_EVALUATED, 0, "needs a room"),
        Score("P-4.3", Verdict.NOT_EVALUATED, 0, "other"),
    ),
    (),
    tuple(NotLookedAt(f"{n}.py", "syntax-error", "why") for n in range(UNREAD_MAX + 3)),
    ("rule x was not run",),
)
CAPTURE = pytest.CaptureFixture[str]


def test_the_closing_line_says_it_all() -> None:
    assert closing(REPORT) == (
        "2 findings (1 high, 1 low); 1 clauses pass, 1 fail, 3 not evaluated"
    )
    assert closing(replace(REPORT, findings=(FINDING,))).startswith("1 finding (1 high); ")
    assert closing(replace(REPORT, findings=())).startswith("0 findings; ")


def test_findings_stand_under_their_file_once(capsys: CAPTURE) -> None:
    show(REPORT)
    out = capsys.readouterr().out

    assert 1 == out.count("a\\u001b.py\n")
    assert "docs/P.md, line 7" in out
    assert "P-4.1 and 1 more" in out
    assert "and 3 more; --json names them all" in out
    assert "note: rule x was not run" in out


def test_text_of_others_neither_moves_the_cursor_nor_is_markup(capsys: CAPTURE) -> None:
    show(REPORT)
    out = capsys.readouterr().out

    assert "[bold]m\\u001b" in out
    assert "\x1b" not in out


def test_an_empty_report_is_shown(capsys: CAPTURE) -> None:
    show(Report("d", "0", None, (), (), (), ()))

    assert "0 findings; 0 clauses pass" in capsys.readouterr().out


def test_a_finding_without_a_place_is_shown(capsys: CAPTURE) -> None:
    show(replace(REPORT, findings=(replace(FINDING, place=None),)))

    assert "P-3.2" in capsys.readouterr().out


def test_progress_is_for_terminals(capsys: CAPTURE, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    with Bar() as bar:
        bar.advance(1, 2)
        bar.advance(2, 2)

    assert ("", "") == capsys.readouterr()
