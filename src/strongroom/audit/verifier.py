"""The verifier: given a log and the public key of its owner, what is wrong with it, and where.

It takes the key from its user, never from the room, and reads the log once, in order, in
constant memory. What it cannot show is said in docs/spec/checkpoint.md: that the last
checkpoint it was given is the latest one, and that the holder of the log key has not signed
a second history. Against both, give it checkpoints that were kept elsewhere.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple

from strongroom.audit.checkpoint import Checkpoint, open_by_one_of
from strongroom.audit.detail import SALT_BYTES
from strongroom.audit.entry import NO_DETAIL, order_of
from strongroom.audit.note import VerifierKey
from strongroom.audit.order import Changes, Lanes
from strongroom.audit.problem import Kind, Problem, Problems, Report
from strongroom.audit.roots import Nodes, Roots
from strongroom.audit.tree import HASH_BYTES, TILE_LEAVES, Frontier
from strongroom.errors import AuditBrokenError

SKEW_US_MAX: Final = 5 * 60 * 1_000_000  # clocks of nodes may differ by this much

_ABSENT: Final = bytes(HASH_BYTES)  # stands for a leaf that is gone; no leaf hashes to it
_KINDS: Final = {
    "note-foreign": Kind.CHECKPOINT_FOREIGN,
    "note-forged": Kind.CHECKPOINT_FORGED,
    "note-malformed": Kind.CHECKPOINT_MALFORMED,
    "checkpoint-malformed": Kind.CHECKPOINT_MALFORMED,
}


class Row(NamedTuple):
    """One place of the log, in its order: what the runs say stands there, and what does.

    `leaf` is None when there is no such entry, `detail` (salt, blob) when it is erased.
    Where not even a run is left, `lane` is empty.
    """

    lane: bytes
    seq: int
    leaf: bytes | None
    detail: tuple[bytes, bytes] | None = None


def verify(
    rows: Iterable[Row],
    checkpoints: Iterable[str],
    key: VerifierKey,
    *,
    earlier: Sequence[VerifierKey] = (),
    nodes: Nodes | None = None,
    first_change: int = 1,
    now_us: int | None = None,
    before: Frontier | None = None,
) -> Report:
    """Check a log against the checkpoints that `key` signed.

    `earlier` are the keys of the instances that the log goes on from, oldest first: a room
    that was restored signs with a key of its own. Once a later key has signed, an earlier
    one is foreign.

    `rows` are all of it from leaf 0 (or `before`), in order; `checkpoints` are signed notes, smallest
    first, those from elsewhere merged in. `nodes` looks up stored hashes; with it, an edit is
    found to a tile. `first_change` is the number of the log's first change, `now_us` a
    time that no entry is later than. `before` is the tree over entries that were moved
    elsewhere: `rows` go on from there, at the edge of a tile. What is before is as it was
    signed if the next checkpoint holds; its order is not looked at, and neither are checkpoints
    over less.

    1. Every checkpoint is signed by the key, none is smaller or earlier than the one before,
       and two of one size are the same.
    2. In every place there is an entry, whole, and it is the one that the runs say.
    3. Each lane counts from 1 without a gap, and has each entry once.
    4. Within a lane nothing goes back in the order of changes; over the log each change was
       made by exactly one entry, and what had been seen at one checkpoint was made by an
       entry before the next.
    5. Within a lane time does not go back; no entry is later than the checkpoint over it.
    6. Every detail that is there is the one its entry was made with; the others are counted.
    7. Every stored node is the hash over its leaves.
    8. The root at each checkpoint's size is the one that was signed, and the log is as long.
    9. At least one checkpoint is signed by the key.
    """
    walk = _Walk(rows, nodes, first_change, before or Frontier())
    signed, held, expected = 0, 0, 0
    keys = (*earlier, key)
    for checkpoint, by in _opened(checkpoints, keys, walk.problems):  # 1
        if before is not None and checkpoint.size < before.size:
            signed += by == key
            continue
        walk.to(checkpoint.size)  # 2 to 7
        walk.not_after(checkpoint.at_us)  # 5
        if expected < checkpoint.size == walk.index:
            walk.changes.settle()  # 4
        signed, expected = signed + (by == key), checkpoint.size
        held += walk.index == checkpoint.size and walk.roots.hold(checkpoint)  # 8
    walk.to(None)
    walk.not_after(now_us)
    if not signed:  # 9
        message = "no checkpoint is signed by the key, so nothing is shown"
        walk.problems.add(Problem(Kind.UNSIGNED, None, message))
    return walk.report(held, expected)


def _opened(
    notes: Iterable[str], keys: Sequence[VerifierKey], problems: Problems
) -> Iterator[tuple[Checkpoint, VerifierKey]]:
    """The checkpoints that are to be believed, in order; the others become problems."""
    last: Checkpoint | None = None
    for number, text in enumerate(notes, start=1):
        try:
            checkpoint, keys = open_by_one_of(text, keys)
        except AuditBrokenError as error:
            message = f"checkpoint {number}: {error.message}"
            problems.add(Problem(_KINDS[error.code], None, message))
            continue
        if last is not None and checkpoint.size < last.size:
            message = f"checkpoint {number} is of a smaller log than the one before it"
            problems.add(Problem(Kind.CHECKPOINT_ORDER, checkpoint.size, message))
            continue
        if last is not None and checkpoint.size == last.size and checkpoint.root != last.root:
            message = f"checkpoint {number} has another root than one of the same size"
            problems.add(Problem(Kind.CHECKPOINT_INCONSISTENT, checkpoint.size, message))
            continue
        if last is not None and (checkpoint.at_us or 0) < (last.at_us or 0):
            message = f"checkpoint {number} is earlier than the one before it"
            problems.add(Problem(Kind.CHECKPOINT_ORDER, checkpoint.size, message))
        last = checkpoint
        yield checkpoint, keys[0]


class _Walk:
    """Where the verification stands in the log."""

    def __init__(
        self, rows: Iterable[Row], nodes: Nodes | None, first_change: int, before: Frontier
    ) -> None:
        self.problems = Problems()
        self.roots = Roots(self.problems, nodes, before)
        self.index = self.first = before.size
        self._rows = iter(rows)
        self._lanes = Lanes(self.problems, begun=before.size > 0)
        self.changes = Changes(self.problems, first_change, begun=before.size > 0)
        self._details = 0
        self._erased = 0
        self._latest = (0, 0)  # at_us and index of the latest entry since `not_after`

    def to(self, size: int | None) -> None:
        """Read on until `size` rows have been read in all; None: to the end."""
        # Names are local here: this is the loop that runs for each entry there ever was.
        index, tail, sha256 = self.index, self.roots.tail, hashlib.sha256
        close, follow, changes = self.roots.close, self._lanes.follow, self.changes
        latest_us, latest_at = self._latest
        details = erased = 0
        for lane, seq, leaf, detail in islice(self._rows, None if size is None else size - index):
            tail.append(_ABSENT if leaf is None else sha256(b"\x00" + leaf).digest())
            try:
                claimed, number, change_seq, made, at_us, wanted = order_of(leaf or b"")
            except AuditBrokenError as error:
                self._unreadable(index, lane, seq, None if leaf is None else error.message)
            else:
                if number == seq and claimed == lane:
                    follow(index, lane, seq, (change_seq, made, at_us))
                else:
                    self._misplaced(index, lane, seq, (claimed, number))
                if made or change_seq > changes.seen:
                    changes.record(index, change_seq, made)
                if at_us > latest_us:
                    latest_us, latest_at = at_us, index
                if detail is None:
                    erased += wanted != NO_DETAIL
                elif len(detail[0]) != SALT_BYTES or sha256(b"".join(detail)).digest() != wanted:
                    message = "the detail is not the one that the entry was made with"
                    self.problems.add(Problem(Kind.DETAIL_EDITED, index, message, 1, lane, seq))
                else:
                    details += 1
            index += 1
            if len(tail) == TILE_LEAVES:
                close()
        self.index = index
        self._latest = latest_us, latest_at
        self._details += details
        self._erased += erased

    def not_after(self, limit_us: int | None) -> None:
        """Check that no entry since the last call is later than `limit_us`."""
        if limit_us is None:
            return
        latest_us, index = self._latest
        if latest_us > limit_us + SKEW_US_MAX:
            message = f"it is {latest_us - limit_us} µs later than what was signed after it"
            self.problems.add(Problem(Kind.TIME_AHEAD, index, message))
        self._latest = (0, 0)

    def report(self, held: int, expected: int) -> Report:
        """Close the books: what is missing is known only now."""
        gone = self._lanes.end()
        # Entries cut out of the middle make the log shorter too; they are named already.
        short = expected - self.index - gone
        if short > 0:
            message = f"a checkpoint was signed over {expected} entries"
            self.problems.add(Problem(Kind.TRUNCATED, self.index, message, short))
        self.roots.end()
        return Report(
            first=self.first,
            entries=self.index - self.first,
            signed=self.roots.signed,
            lanes=len(self._lanes),
            checkpoints=held,
            details=self._details,
            erased=self._erased,
            unsettled=self.changes.open(),
            problems=self.problems.all(),
            unreported=self.problems.unreported,
        )

    def _unreadable(self, index: int, lane: bytes, seq: int, why: str | None) -> None:
        self.problems.disturb(index, index + 1)
        kind = Kind.DELETED if why is None else Kind.UNDECODABLE
        if lane:
            self._lanes.place(index, lane, seq)
            message = why or "there is no entry where the run says that one is"
            self.problems.add(Problem(kind, index, message, 1, lane, seq))
        else:
            self.problems.add(Problem(kind, index, why or "no run says what stands here"))

    def _misplaced(self, index: int, lane: bytes, seq: int, claimed: tuple[bytes, int]) -> None:
        self.problems.disturb(index, index + 1)
        self._lanes.place(index, lane, seq)
        message = f"what stands here is entry {claimed[1]} of lane {claimed[0].hex()}"
        self.problems.add(Problem(Kind.REORDERED, index, message, 1, lane, seq))
