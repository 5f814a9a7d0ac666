"""The comparison with the list is itself compared: it must notice a miss, an error, a surplus."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from demonstration.planted import Mark, Planted

VIOLATION = Mark("app.py", "key = ", "a literal", clause="P-8.11", rule="hardcoded-secret")
INNOCENT = Mark("app.py", "key_header", "a name")
PLANTED = Planted((VIOLATION,), (INNOCENT,))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "app.py").write_text('import os\nkey = "x"\nkey_header = "X-Key"\n', "utf-8")
    return tmp_path


def finding(line: int = 2, **changes: Any) -> dict[str, Any]:
    place = {"path": "app.py", "line": line}
    return {"place": place, "clause": "P-8.11", "rule": "hardcoded-secret", **changes}


def test_what_was_planted_and_found_is_neither_missed_nor_unexpected(root: Path) -> None:
    assert PLANTED.missed([finding()], root) == []
    assert PLANTED.unexpected([finding()], root) == []
    assert PLANTED.wronged([finding()], root) == []


@pytest.mark.parametrize(
    "found",
    [
        finding(line=1),
        finding(line=0),
        finding(line=99),
        finding(clause="P-1.1"),
        finding(rule="secret-default"),
        finding(place={"path": "other.py", "line": 2}),
        finding(place=None),
    ],
    ids=["another line", "whole file", "no such line", "clause", "rule", "file", "no place"],
)
def test_a_finding_that_differs_is_a_miss_and_unexpected(found: dict[str, Any], root: Path) -> None:
    assert PLANTED.missed([found], root) == [VIOLATION]
    assert PLANTED.unexpected([found], root) == [found]


def test_an_innocent_line_is_wronged_by_any_finding_on_it(root: Path) -> None:
    found = finding(line=3, rule="some-other-rule")

    assert PLANTED.wronged([found], root) == [INNOCENT]


def test_a_file_that_is_gone_is_a_miss(root: Path) -> None:
    (root / "app.py").unlink()

    assert PLANTED.missed([finding()], root) == [VIOLATION]


def test_what_becomes_overdue_is_expected_from_its_day_on() -> None:
    def overdue(day: date) -> set[str]:
        marks = Planted.expected_on(day).violations
        return {mark.line for mark in marks if mark.rule == "rotation-overdue"}

    assert overdue(date(2026, 12, 20)) < overdue(date(2026, 12, 21))
    assert len(overdue(date(2026, 11, 24))) == 2
    assert len(overdue(date(2030, 1, 1))) == 4
