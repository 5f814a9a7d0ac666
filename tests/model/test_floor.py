"""Tests for strongroom.model.floor."""

from strongroom.model.floor import Floor, Unit


def test_a_floor_is_met_exactly_and_says_what_is_missing_in_numbers() -> None:
    bits = Floor(Unit.BITS, 256, "P-4.1")
    assert bits.shortfall(256, 0) is None
    assert bits.shortfall(12.5, 99) == "has 12.5 bits, 256 required"
    characters = Floor(Unit.CHARACTERS, 16, "P-4.7")
    assert characters.shortfall(0, 16) is None
    assert characters.shortfall(999, 15) == "has 15 characters, 16 required"
