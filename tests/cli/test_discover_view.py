"""Tests for strongroom.cli.discover_view: control characters of a repository are shown, not obeyed."""

import pytest

from strongroom.cli.discover_view import LISTED_MAX, closing, show
from strongroom.discover.interface import How, Scope, Trouble
from strongroom.discover.report import Item, Report, Spot
from strongroom.discover.sorts import Confidence, Sort


def item(name: str, **more: object) -> Item:
    spot = Spot("a\x1b[31m.py", 3, How.READ, Scope.RUNTIME)
    return Item(name, Sort.SECRET, Confidence.LOW, "why", (Scope.RUNTIME,), True, (spot,), **more)  # type: ignore[arg-type]


def test_no_name_of_a_file_reaches_the_terminal_raw(capsys: pytest.CaptureFixture[str]) -> None:
    troubles = tuple(Trouble("b\x1b.py", n, "code", "why") for n in range(LISTED_MAX + 2))
    show(Report((item("A_KEY"),), (), troubles, (), 2), everything=False, policy=False)

    shown = capsys.readouterr().out
    assert "\x1b[31m" not in shown
    assert "\\u001b" in shown
    assert "and 2 more" in shown


def test_the_closing_line_counts() -> None:
    report = Report((item("A_KEY"), item("B_KEY")), (), (), (), 7)

    assert closing(report, everything=True).startswith("2 secrets (2 required at run time)")
    assert closing(report, everything=True).endswith("7 files")
