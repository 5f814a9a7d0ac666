"""The order within a log: lanes without gaps, changes without gaps, time that goes forward."""

from bisect import bisect_left
from typing import Final

from strongroom.audit.entry import NUMBER_MAX
from strongroom.audit.problem import Kind, Problem, Problems

_SEQ, _CHANGE, _TIME = range(3)


class Lanes:
    """Each process's entries: numbered from 1 without a gap, each exactly once."""

    def __init__(self, problems: Problems, *, begun: bool = False) -> None:
        self._problems: Final = problems
        self._begun: Final = begun  # a lane may have entries before the first one seen
        # For each lane: the highest seq, and change_seq and at_us of the entry before.
        self._last: Final[dict[bytes, list[int]]] = {}
        # For each lane: ranges of seq not seen yet, with the index at which they were missed.
        self._missing: Final[dict[bytes, list[tuple[int, int, int]]]] = {}

    def __len__(self) -> int:
        return len(self._last)

    def place(self, index: int, lane: bytes, seq: int) -> bool:
        """Take the place (lane, seq) for leaf `index`; whether it is the one that follows."""
        last = self._last.get(lane)
        if last is None:
            last = self._last[lane] = [seq - 1 if self._begun else 0, 0, 0]
        if seq == last[_SEQ] + 1:
            last[_SEQ] = seq
            return True
        if seq > last[_SEQ]:
            self._missing.setdefault(lane, []).append((last[_SEQ] + 1, seq - 1, index))
            last[_SEQ] = seq
            return True
        self._back(index, lane, seq)
        return False

    def follow(self, index: int, lane: bytes, seq: int, order: tuple[int, int, int]) -> None:
        """Place an entry whose `order` is (change_seq, changes, at_us), and check it goes on."""
        if not self.place(index, lane, seq):
            return
        last = self._last[lane]
        change_seq, changes, at_us = order
        # What an entry changed came after everything that its lane had seen before.
        if change_seq - changes < last[_CHANGE]:
            message = f"it stands at change {change_seq}, its lane was at {last[_CHANGE]} already"
            self._problems.add(Problem(Kind.CHANGE_ORDER, index, message, 1, lane, seq))
        if at_us < last[_TIME]:
            message = f"its time is {last[_TIME] - at_us} µs before that of the entry before it"
            self._problems.add(Problem(Kind.TIME_ORDER, index, message, 1, lane, seq))
        last[_CHANGE] = change_seq
        last[_TIME] = at_us

    def end(self) -> int:
        """Report what never came; return how many entries that is."""
        count = 0
        for lane, ranges in self._missing.items():
            for first, last, index in ranges:
                missing = last - first + 1
                count += missing
                self._problems.disturb(index, NUMBER_MAX)
                message = f"entries {first} to {last} of the lane are not in the log"
                self._problems.add(Problem(Kind.DELETED, index, message, missing, lane, first))
        return count

    def _back(self, index: int, lane: bytes, seq: int) -> None:
        ranges = self._missing.get(lane, [])
        for at, (first, last, missed) in enumerate(ranges):
            if first <= seq <= last:
                rest = [(first, seq - 1, missed), (seq + 1, last, missed)]
                ranges[at : at + 1] = [(low, high, m) for low, high, m in rest if low <= high]
                self._problems.disturb(missed, index + 1)
                message = "it comes after entries of its lane that it came before"
                self._problems.add(Problem(Kind.REORDERED, index, message, 1, lane, seq))
                return
        self._problems.disturb(index, NUMBER_MAX)
        message = "this entry of its lane has been in the log already"
        self._problems.add(Problem(Kind.REPEATED, index, message, 1, lane, seq))


class Changes:
    """The changes: each made by exactly one entry, none seen that no entry made."""

    def __init__(self, problems: Problems, first_change: int, *, begun: bool = False) -> None:
        self._problems: Final = problems
        self._next = first_change  # everything below has its entry
        self._ahead: Final[list[tuple[int, int]]] = []  # ranges above it, sorted, disjoint
        self.seen = first_change - 1  # the highest change that an entry refers to
        self._seen_at = 0
        self._due = (first_change - 1, 0)  # both of them, as of the last checkpoint
        # Of a log that does not begin at its first entry, changes may have been made before.
        # What comes after its first checkpoint was written after all that; it has seen every
        # one of them by the second.
        self._waiting = 2 if begun else 0

    def record(self, index: int, change_seq: int, changes: int) -> None:
        """Leaf `index` stands at `change_seq` and made the last `changes` of them."""
        if change_seq > self.seen:
            self.seen, self._seen_at = change_seq, index
        if not changes or self._waiting:
            return
        first = change_seq - changes + 1
        at = bisect_left(self._ahead, (first, change_seq))
        below = self._ahead[at - 1][1] if at else self._next - 1
        above = self._ahead[at][0] if at < len(self._ahead) else change_seq + 1
        if first <= below or change_seq >= above:
            message = f"change {first} to {change_seq} was made by an entry before this one"
            self._problems.add(Problem(Kind.CHANGE_REPEATED, index, message))
            return
        self._ahead.insert(at, (first, change_seq))
        self._absorb()

    def settle(self) -> None:
        """At a checkpoint: what had been seen at the one before has its entry by now.

        Not sooner. Processes are sequenced one after the other, so for a moment the log may
        hold a read of one and not yet the change of another that it saw.
        """
        if self._waiting:
            self._waiting -= 1
            self._next, self._due = self.seen + 1, (self.seen, self._seen_at)
            return
        due, at = self._due
        while self._next <= due:
            end = self._ahead[0][0] if self._ahead else due + 1
            end = min(end, due + 1)
            message = f"no entry made change {self._next} to {end - 1}, but later ones saw it"
            self._problems.add(Problem(Kind.CHANGE_MISSING, at, message))
            self._next = end
            self._absorb()
        self._due = self.seen, self._seen_at

    def open(self) -> int:
        """How many changes have been seen whose entry has not come yet; 0 if that is not known."""
        if self._waiting:
            return 0
        return self.seen - self._next + 1 - sum(last - first + 1 for first, last in self._ahead)

    def _absorb(self) -> None:
        while self._ahead and self._ahead[0][0] == self._next:
            self._next = self._ahead.pop(0)[1] + 1
