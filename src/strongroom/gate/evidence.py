"""Looks that take something of the log outside: proofs, exports. Each is recorded."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from strongroom.audit import proof as proofs
from strongroom.audit.proven import FORMAT, Consistency, Detail, Inclusion
from strongroom.audit.verifier import Row
from strongroom.db.interface import Db
from strongroom.db.tables import archive, log
from strongroom.db.tables.log import Checkpoint
from strongroom.errors import AuditBrokenError, NotFoundError
from strongroom.gate.desk import Desk
from strongroom.gate.logbook import Logbook
from strongroom.gate.look import View
from strongroom.model.principal import Verb


class Place(NamedTuple):
    """An entry of a lane, where its place in the log is not known."""

    lane: bytes
    seq: int


@dataclass(frozen=True)
class Prove(View):
    """That an entry is in the log, under the newest checkpoint; `detail` adds what is erasable."""

    entry: int | Place
    detail: bool = False
    segments: Path | None = None

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> Inclusion:
        """The proof.

        Raises:
            NotFoundError: `entry-unknown`, `checkpoint-none`.
            AuditBrokenError: `log-hole`; what the proof needs is not in the database.
        """
        book = Logbook(desk.db, desk.room.keys, self.segments)
        return prove(desk.db, book, self.entry, detail=self.detail)


@dataclass(frozen=True)
class ProveBetween(View):
    """That the log of the checkpoint `new` begins with the one of `old`; both are sizes."""

    old: int
    new: int
    segments: Path | None = None

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> tuple[str, str, tuple[bytes, ...]]:
        """The room's own notes of these sizes (empty where it has none), and the path.

        Raises:
            NotFoundError: `checkpoint-unknown`; the log is not as long.
            AuditBrokenError: `log-hole`.
        """
        db = desk.db
        if not 0 <= self.old <= self.new <= log.size(db):
            raise NotFoundError(
                "checkpoint-unknown",
                "the log was never between these two sizes",
                fix="give the older checkpoint first; a log that is shorter was rolled back",
            )
        tree = Logbook(db, desk.room.keys, self.segments).subtree()
        path = proofs.consistency_proof(self.old, self.new, tree)
        return _note(db, self.old), _note(db, self.new), path


@dataclass(frozen=True)
class ExportLog(View):
    """That somebody takes entries out, from place `first` up to `end`."""

    first: int
    end: int
    segments: Path | None = None

    verb = Verb.AUDIT

    def look(self, desk: Desk) -> tuple[int, tuple[bytes, ...]]:
        """Where the export ends, at a checkpoint, and the peaks of the tree before `first`."""
        db = desk.db
        last = _signed(log.checkpoint_of(db, self.end) or log.last_checkpoint(db))
        path = range(self.first.bit_length() - 1, -1, -1)
        tree = Logbook(db, desk.room.keys, self.segments).subtree()
        peaks = [tree(n, (self.first >> n) - 1) for n in path if self.first >> n & 1]
        return last.size, tuple(peaks)


@dataclass(frozen=True)
class BeginPrune(View):
    """That somebody is about to move old entries out of the room."""

    verb = Verb.ADMINISTER

    def look(self, desk: Desk) -> int:
        """The first place that is still in the room."""
        return archive.floor(desk.db)


def prove(db: Db, book: Logbook, entry: int | Place, *, detail: bool = False) -> Inclusion:
    """The proof of one entry under the newest checkpoint; see `Prove.look`."""
    place = log.place_of(db, *entry) if isinstance(entry, Place) else entry
    if place is None or not 0 <= place < log.size(db):
        raise NotFoundError(
            "entry-unknown",
            "the log has no such entry",
            fix="`strongroom audit list` shows the place of each entry",
        )
    signed = _signed(log.last_checkpoint(db))
    (row,) = book.rows(place, 1)
    path = proofs.inclusion_proof(place, signed.size, book.subtree())
    return _inclusion(place, row, path, signed.note, detail=detail)


def _inclusion(
    place: int, row: Row, path: tuple[bytes, ...], note: str, *, detail: bool
) -> Inclusion:
    if row.leaf is None:
        raise AuditBrokenError("log-hole", "that entry is missing")
    kept = row.detail if detail else None
    return Inclusion(
        FORMAT,
        place,
        row.leaf.hex(),
        [step.hex() for step in path],
        note,
        None if kept is None else Detail(kept[0].hex(), kept[1].decode("utf-8", "replace")),
    )


def between(old: str, new: str, path: tuple[bytes, ...]) -> Consistency:
    """The document over two notes."""
    return Consistency(FORMAT, old, new, [step.hex() for step in path])


def _note(db: Db, size: int) -> str:
    found = log.checkpoint_of(db, size)
    return found.note if found and found.size == size else ""


def _signed(last: Checkpoint | None) -> Checkpoint:
    if last is None:
        raise NotFoundError("checkpoint-none", "the log has no checkpoint yet")
    return last
