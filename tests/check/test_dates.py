"""Tests for strongroom.check.dates."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.check.dates import Written, is_on_compromise, read


@pytest.mark.parametrize(
    "text",
    ["2026-01-15", "2026/1/15", "15.01.2026", "15 Jan 2026", "January 15, 2026", "`2026-01-15`",
     "2026-01-15T08:00:00Z", "15/01/2026", "01/15/2026", "15th January 2026"],
)  # fmt: skip
def test_unambiguous_spellings_are_understood(text: str) -> None:
    assert Written(date(2026, 1, 15)) == read(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "missing"), ("-", "missing"), ("N/A", "missing"), ("—", "missing"),
        ("2026-02-30", "impossible"), ("31.11.2026", "impossible"), ("30 Feb 2026", "impossible"),
        ("13/13/2026", "impossible"), ("2026-13-01", "impossible"),
        ("03/04/2026", "ambiguous"), ("next spring", "not-a-date"), ("On compromise", "not-a-date"),
    ],
)  # fmt: skip
def test_what_is_no_day_says_why(text: str, problem: str) -> None:
    assert Written(None, problem) == read(text)


@given(st.dates())
def test_every_iso_day_is_itself(day: date) -> None:
    assert Written(day) == read(day.isoformat())


@given(st.text(max_size=200))
def test_any_text_has_an_answer(text: str) -> None:
    written = read(text)

    assert (written.day is None) == bool(written.problem)


def test_on_compromise_is_recognised() -> None:
    assert is_on_compromise("On Compromise (review 2027-01-01)")
    assert not is_on_compromise("2027-01-01")
