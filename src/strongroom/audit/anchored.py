"""What checkpoints that were kept elsewhere say about a log."""

from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from strongroom.audit.checkpoint import Checkpoint, open_by_one_of
from strongroom.audit.note import VerifierKey
from strongroom.errors import AuditBrokenError

RootAt = Callable[[int], bytes | None]
"""The root of the log's tree at a size that it has reached, or None if it cannot be had."""


class Verdict(StrEnum):
    """How an anchor and the log agree. Stable words: evidence names them."""

    HOLDS = "holds"  # the log continues everything that was kept
    ROLLED_BACK = "rolled-back"  # more was signed than the log has
    RE_SIGNED = "re-signed"  # another past was signed than the log has
    SPLIT_VIEW = "split-view"  # another anchor was shown another past
    FOREIGN = "foreign"  # something in it is not signed by the key
    EMPTY = "empty"  # nothing was kept that speaks of this log, so nothing is shown
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"  # what it speaks of was moved into segments that are not there


UNSHOWN: Final = frozenset({Verdict.EMPTY, Verdict.UNREADABLE, Verdict.UNKNOWN})


class Judged(NamedTuple):
    """One anchor: the first thing that is wrong, and at which size of the log.

    `kept` checkpoints were read; the newest good one is over `size` entries.
    """

    name: str
    verdict: Verdict
    kept: int
    size: int
    at: int | None = None
    message: str = ""


class Views:
    """Judges anchors one by one, and remembers which roots they were shown."""

    def __init__(
        self,
        key: VerifierKey,
        size: int,
        root_at: RootAt,
        earlier: Sequence[tuple[VerifierKey, int]] = (),
    ) -> None:
        """`earlier` are keys of instances that this log goes on from, each from which size on.

        What one of them signed over more is of its own log, and says nothing about this one.
        """
        self._keys = [*(one for one, _ in earlier), key]
        self._until = {one.name: until for one, until in earlier}
        self._size = size
        self._root_at = root_at
        self._seen: dict[int, tuple[bytes, str]] = {}
        self._split: dict[str, int] = {}

    def judge(self, name: str, notes: Iterable[str]) -> Judged:
        """Whether the log continues every note, oldest first, that the anchor `name` kept."""
        kept = size = compared = 0
        wrong: tuple[Verdict, int | None, str] | None = None
        for note in notes:
            kept += 1
            try:
                found, _ = open_by_one_of(note, self._keys)
            except AuditBrokenError as error:
                wrong = wrong or (Verdict.FOREIGN, None, f"checkpoint {kept}: {error.message}")
                continue
            if found.size > self._until.get(found.origin, found.size):
                continue
            size = max(size, found.size)
            compared += 1
            self._compare(name, found)
            wrong = wrong or self._wrong(found)
        if not kept:
            wrong = Verdict.EMPTY, None, "nothing was kept there yet"
        elif not compared:
            text = "what was kept there is of another log that this one goes on from"
            wrong = wrong or (Verdict.EMPTY, None, text)
        return Judged(name, *_ordered(wrong, kept, size))

    def all(self, judged: Iterable[Judged]) -> list[Judged]:
        """The verdicts, once all were judged: two that contradict are a split view."""
        return [
            one._replace(
                verdict=Verdict.SPLIT_VIEW,
                at=self._split[one.name],
                message="two anchors keep different pasts of one size, both signed by the key",
            )
            if one.name in self._split
            else one
            for one in judged
        ]

    def _compare(self, name: str, found: Checkpoint) -> None:
        root, first = self._seen.setdefault(found.size, (found.root, name))
        if root != found.root:
            for which in (name, first):
                self._split.setdefault(which, found.size)

    def _wrong(self, found: Checkpoint) -> tuple[Verdict, int | None, str] | None:
        if found.size > self._size:
            text = f"the log has {self._size} entries, and {found.size} were signed"
            return Verdict.ROLLED_BACK, found.size, text
        root = self._root_at(found.size)
        if root is None:
            return Verdict.UNKNOWN, found.size, "its entries were moved into segments"
        if root != found.root:
            text = "the log has another past than what was signed over this many entries"
            return Verdict.RE_SIGNED, found.size, text
        return None


def _ordered(
    wrong: tuple[Verdict, int | None, str] | None, kept: int, size: int
) -> tuple[Verdict, int, int, int | None, str]:
    verdict, at, message = wrong or (Verdict.HOLDS, None, "")
    return verdict, kept, size, at, message
