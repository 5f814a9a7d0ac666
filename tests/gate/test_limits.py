"""Tests for strongroom.gate.limits."""

from strongroom.gate import limits
from strongroom.gate.limits import MINUTE_US, Refusals

ONE, OTHER = b"1" * 16, b"2" * 16


def test_each_principal_has_a_rate_of_its_own() -> None:
    refusals = Refusals(2)

    assert [refusals.log(ONE, 0) for _ in range(4)] == [True, True, False, False]
    assert refusals.log(OTHER, 0)
    assert refusals.owed() == [(ONE, 0, 2)]


def test_a_new_minute_begins_anew() -> None:
    refusals = Refusals(1)
    assert [refusals.log(ONE, at) for at in (0, MINUTE_US - 1, MINUTE_US)] == [True, False, True]
    # A clock that goes back opens nothing.
    assert not refusals.log(ONE, 0)


def test_counts_wait_a_second_at_most() -> None:
    refusals = Refusals(0)
    assert not refusals.due(10**9)
    refusals.log(ONE, 10**9)
    assert refusals.due(10**9)
    refusals.written(10**9)
    assert refusals.owed() == []
    refusals.log(ONE, 10**9)

    assert not refusals.due(10**9 + limits.WRITE_US - 1)
    assert refusals.due(10**9 + limits.WRITE_US)


def test_memory_is_bounded() -> None:
    refusals = Refusals(5)
    refusals._seen = {n.to_bytes(16, "big"): 1 for n in range(limits.PRINCIPALS_MAX)}

    assert not refusals.log(ONE, 0)
    assert refusals.log((3).to_bytes(16, "big"), 0)
