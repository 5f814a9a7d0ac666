"""What is wrong with a log, and where: the verifier's words."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

PROBLEMS_MAX: Final = 1000


class Kind(StrEnum):
    """What happened. Stable words: vectors and evidence name them."""

    DELETED = "deleted"  # an entry that must have been there is not
    EDITED = "edited"  # what is there is not what was signed
    REORDERED = "reordered"  # an entry stands where another one belongs
    REPEATED = "repeated"  # an entry is in the log twice
    TRUNCATED = "truncated"  # the log is shorter than a checkpoint says
    UNDECODABLE = "undecodable"  # the bytes are not those of an entry
    DETAIL_EDITED = "detail-edited"  # a detail is not the one that the entry was made with
    CHANGE_ORDER = "change-order"  # an entry goes back in the order of changes
    CHANGE_REPEATED = "change-repeated"  # two entries say that they made the same change
    CHANGE_MISSING = "change-missing"  # a change without an entry
    TIME_ORDER = "time-order"  # an entry is older than the one before it
    TIME_AHEAD = "time-ahead"  # an entry is younger than the checkpoint over it
    NODE_EDITED = "node-edited"  # a stored hash is not over the leaves that were signed
    NODE_MISSING = "node-missing"
    CHECKPOINT_MALFORMED = "checkpoint-malformed"
    CHECKPOINT_FOREIGN = "checkpoint-foreign"  # not signed by the key that was given
    CHECKPOINT_FORGED = "checkpoint-forged"  # it says so, and the signature does not hold
    CHECKPOINT_ORDER = "checkpoint-order"  # smaller or earlier than the one before
    CHECKPOINT_INCONSISTENT = "checkpoint-inconsistent"  # two that cannot both be true
    UNSIGNED = "unsigned"  # no checkpoint holds, so nothing has been shown


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `index` is the first leaf concerned, counted from 0 in the order of the log, and `count`
    how many it may be: one when it is known exactly, more when the tree shows only that
    it is among them. `lane` and `seq` name the first entry where that is known. A problem of
    checkpoints has the size that it speaks of as its index, or None.
    """

    kind: Kind
    index: int | None
    message: str
    count: int = 1
    lane: bytes | None = None
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification saw. Only `ok` means that the log is whole.

    `entries` were read, from place `first` on; the places below `signed` stand under a
    checkpoint that holds;
    `checkpoints` is how many hold. `details` fit their entries, `erased` are gone.
    `unsettled` changes were seen since the checkpoint before last and have no entry yet; they
    are a problem if the next checkpoint but one still has none.
    `unreported` problems were found beyond the first `PROBLEMS_MAX`.
    """

    entries: int
    signed: int
    lanes: int
    checkpoints: int
    details: int
    erased: int
    unsettled: int
    problems: tuple[Problem, ...]
    unreported: int = 0
    first: int = 0

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong and at least one checkpoint holds."""
        return not self.problems and not self.unreported and self.checkpoints > 0


class Problems:
    """Collects problems; neighbours of one kind become one problem."""

    def __init__(self) -> None:
        self._found: list[Problem] = []
        self._disturbed: list[tuple[int, int]] = []
        self.unreported = 0

    def add(self, new: Problem) -> None:
        """Note a problem, or lengthen the last one by it."""
        if self._found and (longer := _join(self._found[-1], new)):
            self._found[-1] = longer
        elif len(self._found) < PROBLEMS_MAX:
            self._found.append(new)
        else:
            self.unreported += 1

    def disturb(self, first: int, end: int) -> None:
        """Note that leaves from `first` up to `end` hash to something else for a known reason."""
        if self._disturbed and first <= self._disturbed[-1][1]:
            low, high = self._disturbed[-1]
            self._disturbed[-1] = min(low, first), max(high, end)
        else:
            self._disturbed.append((first, end))

    def explains(self, index: int, count: int) -> bool:
        """Whether a reason is known why leaves of this range hash to something else."""
        return any(first < index + count and index < end for first, end in self._disturbed)

    def all(self) -> tuple[Problem, ...]:
        """Everything found, in the order of the log."""
        return tuple(sorted(self._found, key=_place))


def _join(last: Problem, new: Problem) -> Problem | None:
    follows = (
        (last.kind, last.lane) == (new.kind, new.lane)
        and new.count == 1
        and None not in {last.index, last.seq, last.lane}
        and new.index == (last.index or 0) + last.count
        and new.seq == (last.seq or 0) + last.count
    )
    return replace(last, count=last.count + 1) if follows else None


def _place(problem: Problem) -> tuple[int, str]:
    return (-1 if problem.index is None else problem.index, problem.kind)
