"""Numbers with units, in the spellings of people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.policy import quantity
from strongroom.policy.quantity import DAY, HOUR, Calendar


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("90 days", 90 * DAY, 90 * DAY),
        ("90d", 90 * DAY, 90 * DAY),
        ("90-day", 90 * DAY, 90 * DAY),
        ("ninety days", 90 * DAY, 90 * DAY),
        ("ninety-five days", 95 * DAY, 95 * DAY),
        ("one hundred and eighty days", 180 * DAY, 180 * DAY),
        ("2,000 days", 2000 * DAY, 2000 * DAY),
        ("three months", 90 * DAY, 90 * DAY),
        ("every quarter", 90 * DAY, 90 * DAY),
        ("Quarterly", 90 * DAY, 90 * DAY),
        ("twice a year", 180 * DAY, 180 * DAY),
        ("four times a year", 90 * DAY, 90 * DAY),
        ("once a year", 365 * DAY, 365 * DAY),
        ("1 year", 365 * DAY, 365 * DAY),
        ("every other week", 14 * DAY, 14 * DAY),
        ("24-48 hours", 24 * HOUR, 48 * HOUR),
        ("24h–48h", 24 * HOUR, 48 * HOUR),
        ("between 24 and 48 hours", 24 * HOUR, 48 * HOUR),
        ("24 hours to 2 days", 24 * HOUR, 48 * HOUR),
        ("24h..48h", 24 * HOUR, 48 * HOUR),
        ("half an hour", 30, 30),
        ("< 5 minutes", 5, 5),
        ("within 300 seconds", 5, 5),
    ],
)
def test_a_duration_is_read(text: str, low: int, high: int) -> None:
    (found,) = quantity.spans(text)

    assert (low, high) == (found.low, found.high)


@pytest.mark.parametrize(
    "text", ["", "soon", "AES-256", "version 1.0", "Review and update", "P-5.10", "a secret"]
)
def test_what_is_no_duration_is_none(text: str) -> None:
    assert [] == quantity.spans(text)
    assert None is quantity.days(text)


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("1 year", 365, 366),
        ("2 years", 730, 731),
        ("12 months", 365, 366),
        ("6 months", 180, 186),
        ("3 months", 90, 93),
        ("a quarter", 90, 92),
        ("90 days", 90, 90),
        ("36 hours", 1, 2),
    ],
)
def test_calendar_units_resolve_to_the_side_that_keeps_the_promise(
    text: str, short: int, long: int
) -> None:
    """A rotation is never later than the shortest reading, a retention never shorter than the longest."""
    assert short == quantity.days(text)
    assert long == quantity.days(text, Calendar.LONG)


@given(st.integers(1, 99_999))
def test_digits_are_read_as_they_stand(number: int) -> None:
    assert number == quantity.days(f"every {number} days")


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        ("Minimum 256 bits (32 bytes)", [256, 256]),
        ("256-bit", [256]),
        ("64 hex characters", [256]),
        ("at least thirty-two bytes", [256]),
        ("no number", []),
    ],
)
def test_strength_is_counted_in_bits(text: str, bits: list[int]) -> None:
    assert bits == quantity.bits(text)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Minimum 16 characters", 16),
        ("16+ characters", 16),
        ("a length of at least 20", 20),
        ("sixteen chars", 16),
        ("long", None),
    ],
)
def test_length_is_counted_in_characters(text: str, length: int | None) -> None:
    assert length == quantity.length(text)
