"""Moving old entries out of the room into sealed segments, which are kept.

Five steps, and a kill between any two loses nothing and moves nothing twice: the file is
written, it is on the disk, a change of the room names it with its digest, the entries are
deleted, the next run deletes what is left. An entry is deleted only below a row that names
its segment, and only after the file was read back and has that digest.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.audit.entry import decode
from strongroom.audit.tree import TILE_LEAVES, TILE_LEVEL, fold, leaf_hash
from strongroom.audit.verifier import Row
from strongroom.db.interface import Begin, Db
from strongroom.db.tables import archive, log
from strongroom.errors import AuditBrokenError, InvalidError, MachineError
from strongroom.gate import segment_file, stored_tree
from strongroom.gate.changes.segment import MoveSegment
from strongroom.gate.evidence import BeginPrune
from strongroom.gate.logbook import Logbook
from strongroom.gate.operation import Refused
from strongroom.gate.segment_file import Header
from strongroom.ops.audit import sequence
from strongroom.ops.local import Local, done
from strongroom.ops.new_file import new_file

DAY_US: Final = 86_400_000_000
HOT_DAYS: Final = 92  # C-17: three months stay at hand
KEPT_DAYS: Final = 366  # P-12.5: a year, whichever it is
SEGMENT_TILES: Final = 256  # 65,536 entries, about 25 MB
DELETED_AT_ONCE: Final = 200  # in one transaction, so that it holds the lock for under 20 ms
LANE_COST: Final = 2  # of a lane with few entries, in entries

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class PruneRequest:
    """Move entries from before `before_us` (µs since 1970 UTC) into files in `folder`.

    Entries of the last `keep_days` days stay in the room.
    """

    before_us: int
    folder: Path
    keep_days: int = HOT_DAYS


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was moved: entries `first` up to `until`, into `files`; `deleted` left the database.

    The files must be kept until `keep_until_us`.
    """

    first: int
    until: int
    files: tuple[Path, ...]
    deleted: int
    keep_until_us: int | None


def prune(
    room: Local, wanted: PruneRequest, progress: Progress = lambda _what, _done, _of: None
) -> Pruned:
    """Move whole tiles of old entries, below what is signed, into sealed segments.

    Raises:
        InvalidError: `prune-too-young`, `prune-inside`; MachineError: `prune-folder`.
        DeniedError: the caller may not administer the room.
        ConflictError: `file-exists`, `segment-raced`.
        AuditBrokenError: what would be moved is not what was signed; nothing was moved.
        NotFoundError: `segment-missing`: an earlier segment is not where it was put, and some
            of its entries are still to be deleted.
    """
    _check(room, wanted)
    done(room.gate.look(room.caller, BeginPrune()))  # before anything is read, written or deleted
    sequence(room)
    with closing(room.gate.connect()) as db:
        deleted = _delete(room, db, progress)
        first = at = archive.floor(db)
        last = log.last_checkpoint(db)
        signed = last.size if last else 0
        end = min(archive.first_since(db, wanted.before_us), signed) // TILE_LEAVES * TILE_LEAVES
        if end > first:
            stored_tree.resume(db, log.size(db))  # a log that was edited is not moved
        files: list[Path] = []
        keep_until = None
        while at < end:
            until = min(end, at + SEGMENT_TILES * TILE_LEAVES)
            path, keep_until = _move(room, db, wanted.folder, at, until, progress)
            files.append(path)
            deleted += _delete(room, db, progress)
            at = until
        return Pruned(first, at, tuple(files), deleted, keep_until)


def _check(room: Local, wanted: PruneRequest) -> None:
    keep_us = wanted.keep_days * DAY_US
    if wanted.keep_days < HOT_DAYS or wanted.before_us > room.now_us() - keep_us:
        raise InvalidError(
            "prune-too-young",
            f"entries of the last {max(wanted.keep_days, HOT_DAYS)} days stay in the room",
            fix=f"give a day before that; --keep-days is at least {HOT_DAYS}",
        )
    folder = wanted.folder.resolve()
    if room.folder.resolve() in (folder, *folder.parents):
        raise InvalidError(
            "prune-inside",
            "segments are kept outside of the room's folder",
            fix="name a folder elsewhere, best on another disk",
        )
    if not folder.is_dir():
        raise MachineError("prune-folder", "there is no such folder to move entries to")


def _move(
    room: Local, db: Db, folder: Path, first: int, until: int, progress: Progress
) -> tuple[Path, int]:
    """Seal one segment and name it in the log; the file and the day until which it is kept."""
    entries = _Entries(db, first, until, progress)
    root = stored_tree.root_below(db, until)
    kept_days = max(KEPT_DAYS, room.policy.audit.retention_days)
    header = Header(
        segment_file.FORMAT, room.keys.room_id.hex(), room.instance_id.hex(), first, until,
        root.hex(), archive.newest_below(db, until) + kept_days * DAY_US, secrets.token_hex(16),
    )  # fmt: skip
    path = folder.absolute() / segment_file.name_of(room.keys.room_id, first, until)
    _clear(path, header)
    with new_file(path) as stream:
        digest = segment_file.write(stream, room.keys, header, entries.tiles())
    progress("naming", until - first, until - first)
    change = MoveSegment(
        first, until, root, digest, entries.changes, path.parent, header.keep_until_us
    )
    answer = room.gate.change(room.caller, change)
    if isinstance(answer, Refused) and segment_file.header_of(path) == header:
        path.unlink()
    done(answer)
    return path, header.keep_until_us


def _clear(path: Path, header: Header) -> None:
    """Take away what a killed run left: the same entries of this log, which no row names yet."""
    found = segment_file.header_of(path)
    same = ("room", "instance", "first", "until", "root")
    if found is not None and all(getattr(found, n) == getattr(header, n) for n in same):
        path.unlink()


class _Entries:
    """The tiles to move, each held against its stored hash, and what their entries changed."""

    def __init__(self, db: Db, first: int, until: int, progress: Progress) -> None:
        self.changes = 0
        self._db = db
        self._range = range(first, until, TILE_LEAVES)
        self._progress = progress

    def tiles(self) -> Iterator[list[Row]]:
        """In order.

        Raises:
            AuditBrokenError: `log-hole`, `log-edited`.
        """
        for at in self._range:
            rows = stored_tree.log_rows(self._db, at, TILE_LEAVES)
            leaves = [row.leaf or b"" for row in rows]
            kept = stored_tree.node(self._db, TILE_LEVEL, at // TILE_LEAVES)
            if len(rows) != TILE_LEAVES or fold([leaf_hash(leaf) for leaf in leaves]) != kept:
                raise AuditBrokenError(
                    "log-edited",
                    f"entries {at} to {at + TILE_LEAVES - 1} are not what was signed; none were moved",
                    fix="`strongroom audit verify` says more",
                )
            self.changes += sum(decode(leaf).changes for leaf in leaves)
            yield rows
            self._progress(
                "sealing", at + TILE_LEAVES - self._range.start, len(self._range) * TILE_LEAVES
            )


def _delete(room: Local, db: Db, progress: Progress) -> int:
    """Delete what stands in segments, once each of their files was read back."""
    lanes = archive.left(db)
    if not lanes:
        return 0
    # Each run ends what the one before it left, so only the last segment can be concerned.
    Logbook(db, room.keys).newest().check_digest()
    return delete_lanes(db, lanes, progress)


def delete_lanes(db: Db, lanes: list[tuple[bytes, int]], progress: Progress) -> int:
    """Delete the entries of each lane up to its `seq`, a few at a time; how many those were."""
    total, number = 0, 0
    while number < len(lanes):
        db.begin(Begin.RECORD)
        try:
            budget = DELETED_AT_ONCE
            while budget > 0 and number < len(lanes):
                deleted = archive.delete_moved(db, *lanes[number], budget)
                number += deleted < budget
                budget -= deleted + LANE_COST
                total += deleted
            db.commit()
        finally:
            db.rollback()
        progress("deleting", number, len(lanes))
    return total
