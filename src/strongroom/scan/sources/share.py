"""Sharing work out: runs of about equal size, in their order."""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate


def shares(sizes: Sequence[int], jobs: int) -> Iterator[tuple[int, int]]:
    """The first and last (exclusive) index of at most `jobs` runs, none of them empty."""
    # A thing costs something even if it is empty.
    passed = array("Q", accumulate((size + 1 for size in sizes), initial=0))
    first = 0
    for job in range(1, jobs + 1):
        last = len(sizes) if job == jobs else bisect_left(passed, passed[-1] * job // jobs)
        last = min(last, len(sizes))
        if last > first:
            yield first, last
            first = last
