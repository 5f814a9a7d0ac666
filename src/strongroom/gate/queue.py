"""Callers enqueue; one of them flushes for all: one flush in flight in a process.

There is no thread of its own. Whoever finds nobody flushing takes up to a group of what
waits, his own or not; while the disk syncs, others line up behind, and so groups form by
themselves, as large as the disk is slow.
"""

from collections import deque
from collections.abc import Callable, Sequence
from threading import Condition

from strongroom.gate.pending import Pending

Flush = Callable[[list[Pending]], list[Pending]]


class Queue:
    """Operations that wait for a flush. Safe for any number of threads."""

    def __init__(self, flush: Flush, upkeep: Callable[[], None], *, group_max: int) -> None:
        self._flush = flush
        self._upkeep = upkeep
        self._group_max = group_max
        self._waiting: deque[Pending] = deque()
        self._turn = Condition()
        self._flushing = False

    def settle(self, ops: Sequence[Pending]) -> None:
        """Return when each of `ops` is settled, in the order in which they are given."""
        with self._turn:
            self._waiting.extend(ops)
        while self._lead_or_wait(ops):
            pass

    def alone(self, work: Callable[[], None]) -> None:
        """Run `work` while nobody flushes."""
        with self._turn:
            while self._flushing:
                self._turn.wait()
            self._flushing = True
        try:
            work()
        finally:
            self._pass_on()

    def _lead_or_wait(self, ops: Sequence[Pending]) -> bool:
        """Flush one group, or wait for one; whether some of `ops` still wait."""
        with self._turn:
            while self._flushing and not _settled(ops):
                self._turn.wait()
            if _settled(ops):
                return False
            self._flushing = True
            size = min(self._group_max, len(self._waiting))
            batch = [self._waiting.popleft() for _ in range(size)]
        try:
            later = self._flush(batch)
            with self._turn:
                self._waiting.extendleft(reversed(later))
                # Values are on their way before the housekeeping.
                self._turn.notify_all()
            self._upkeep()
        finally:
            self._pass_on()
        return not _settled(ops)

    def _pass_on(self) -> None:
        with self._turn:
            self._flushing = False
            self._turn.notify_all()


def _settled(ops: Sequence[Pending]) -> bool:
    return all(op.settled for op in ops)
