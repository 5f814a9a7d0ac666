"""Tests for strongroom.scan.sources.share."""

from hypothesis import given
from hypothesis import strategies as st

from strongroom.scan.sources.share import shares


@given(st.lists(st.integers(0, 10_000)), st.integers(1, 9))
def test_everything_is_in_one_share_and_none_is_empty(sizes: list[int], jobs: int) -> None:
    found = list(shares(sizes, jobs))

    assert len(found) <= jobs
    assert all(first < last for first, last in found)
    assert list(range(len(sizes))) == [i for first, last in found for i in range(first, last)]


def test_shares_are_of_about_equal_size() -> None:
    assert [(0, 50), (50, 100)] == list(shares([10] * 100, 2))
    assert [(0, 1), (1, 4)] == list(shares([1000, 1, 1, 1], 2))
