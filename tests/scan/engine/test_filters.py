"""Tests for strongroom.scan.engine.filters."""

from strongroom.scan.engine.filters import Why, judge


def test_a_letter_repeated_is_no_secret() -> None:
    assert judge(b"aaaaaaaaaa", b"password", (b"", b"")).why is Why.REPEATED
