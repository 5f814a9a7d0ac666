"""Dates in the spellings of people; nothing is guessed."""

from datetime import date

import pytest

from strongroom.policy import dates


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-04",
        "2026/03/04",
        "2026.3.4",
        "4 March 2026",
        "4th Mar 2026",
        "March 4, 2026",
        "Mar. 4th, 2026",
        "04.03.2026",
        "2026-03-04T10:00:00Z",
        " `2026-03-04` ",
    ],
)
def test_a_date_is_read(text: str) -> None:
    assert date(2026, 3, 4) == dates.parse(text)
    assert "2026-03-04" == dates.iso(text)


@pytest.mark.parametrize(
    "text", ["", "2026-02-30", "03/04/2026", "On compromise", "March 2026", "2026", "13/13/2026"]
)
def test_what_is_no_one_date_stays_as_it_is(text: str) -> None:
    assert None is dates.parse(text)
    assert text == dates.iso(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("25/12/2026", date(2026, 12, 25)),
        ("12/25/2026", date(2026, 12, 25)),
        ("04/04/2026", date(2026, 4, 4)),
    ],
)
def test_an_order_of_day_and_month_that_only_fits_one_way_is_taken(text: str, found: date) -> None:
    assert found == dates.parse(text)
