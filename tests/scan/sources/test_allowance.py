"""Tests for strongroom.scan.sources.allowance."""

from collections.abc import Callable

import pytest

from strongroom.scan.sources.allowance import RATIO_FREE_OCTETS, Allowance, TooLargeError, ratio


def refused(take: Callable[[], None]) -> bool:
    with pytest.raises(TooLargeError) as failed:
        take()
    return bool(failed.value.why)


def test_each_limit_ends_it() -> None:
    allowance = Allowance(octets=10, members=1, held=5, depth=1)
    allowance.unpack(10)
    allowance.open()
    allowance.hold(5)
    allowance.enter()

    assert refused(lambda: allowance.unpack(1))
    assert refused(allowance.open)
    assert refused(lambda: allowance.hold(1))
    assert refused(allowance.enter)


def test_memory_is_given_back() -> None:
    allowance = Allowance(held=5)
    allowance.hold(5)
    allowance.hold(-5)
    allowance.hold(4)
    assert allowance.held == 1


def test_only_much_may_be_out_of_proportion() -> None:
    ratio(1, RATIO_FREE_OCTETS)
    ratio(RATIO_FREE_OCTETS, 2 * RATIO_FREE_OCTETS)
    with pytest.raises(TooLargeError):
        ratio(1000, RATIO_FREE_OCTETS + 1)
