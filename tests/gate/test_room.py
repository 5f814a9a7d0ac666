"""Tests for strongroom.gate.room: the numbers that the promises name."""

from strongroom.gate.reserve import RESERVE_BYTES
from strongroom.gate.room import Limits


def test_the_limits_that_are_promised() -> None:
    assert (Limits().group_max, Limits().release_ms) == (256, 50)
    assert RESERVE_BYTES == 64 * 1024 * 1024
