"""The log as one, wherever its entries stand: in the database, or in sealed segments."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from strongroom.audit.tree import TILE_LEAVES, Frontier, Subtree, leaf_hash, reader
from strongroom.audit.verifier import Row
from strongroom.crypto.keyring import RoomKeys
from strongroom.db.interface import Db
from strongroom.db.tables import archive
from strongroom.db.tables.archive import SEGMENT
from strongroom.errors import AuditBrokenError, NotFoundError, TamperedError
from strongroom.gate import segment_file, stored_tree
from strongroom.gate.rows import Seal
from strongroom.gate.segment_file import SegmentFile
from strongroom.gate.stored_tree import log_rows

PAGE: Final = 4_096
TILES_HELD: Final = 4


class Logbook:
    """Reads entries by their places. `folder` is where segments are, if not where they were put.

    The rows that name segments are checked when it is made.

    Raises:
        TamperedError: such a row was not written by this room.
    """

    def __init__(self, db: Db, keys: RoomKeys, folder: Path | None = None) -> None:
        self._db = db
        self._given = folder is not None
        seal = Seal(keys.row_mac)
        self.segments = [seal.check(SEGMENT, row) for row in archive.segments(db)]
        self.floor = self.segments[-1].until if self.segments else 0
        self._files = [
            SegmentFile(
                (folder or Path(row.folder))
                / segment_file.name_of(keys.room_id, row.first, row.until),
                keys,
                row,
            )
            for row in self.segments
        ]
        self._tile = lru_cache(TILES_HELD)(self._moved_tile)

    def start(self) -> int:
        """The first place that can be read: 0, or the first one that was not moved.

        Only the files' digests say that they are whole. A folder that was given must have them.

        Raises:
            NotFoundError: `segment-missing`; AuditBrokenError: `segment-damaged`.
        """
        try:
            for file in self._files:
                file.check_digest()
        except NotFoundError:
            if self._given:
                raise
            return self.floor
        return 0

    def moved(self) -> Iterator[Row] | None:
        """Every entry that was moved, or None where the files are not at hand."""
        return None if self.start() else self.all(0, self.floor)

    def newest(self) -> SegmentFile:
        """The file of the last segment; there must be one."""
        return self._files[-1]

    def rows(self, first: int, limit: int) -> list[Row]:
        """Places from `first` on; at most `limit`, and fewer where a tile ends.

        Raises:
            NotFoundError: `segment-missing`; AuditBrokenError: `segment-damaged`.
        """
        if first >= self.floor:
            return log_rows(self._db, first, limit)
        at = first % TILE_LEAVES
        return self._tile(first // TILE_LEAVES)[at : at + limit]

    def all(self, first: int, end: int | None = None) -> Iterator[Row]:
        """Every place from `first` on, up to `end`."""
        at = first
        while end is None or at < end:
            page = self.rows(at, PAGE if end is None else min(PAGE, end - at))
            if not page:
                return
            yield from page
            at += len(page)

    def subtree(self) -> Subtree:
        """As `stored_tree.subtree`, with the leaves of segments."""
        return reader(
            lambda level, i: stored_tree.node(self._db, level, i),
            lru_cache(TILES_HELD)(self._hashes),
        )

    def before(self, size: int) -> Frontier:
        """The tree over the first `size` entries."""
        return Frontier.resume(size, self.subtree())

    def _hashes(self, i: int) -> list[bytes]:
        if i * TILE_LEAVES >= self.floor:
            return stored_tree.tile(self._db, i)
        return [leaf_hash(row.leaf or b"") for row in self._tile(i)]

    def _moved_tile(self, i: int) -> list[Row]:
        for row, file in zip(self.segments, self._files, strict=True):
            if row.first <= i * TILE_LEAVES < row.until:
                return file.tile(i - row.first // TILE_LEAVES)
        raise AuditBrokenError("log-hole", "no segment holds that entry")


def moved_rows(db: Db, keys: RoomKeys, folder: Path | None = None) -> Iterator[Row] | None:
    """As `Logbook.moved`; None too where a row that names a segment is forged: `fsck` says so."""
    try:
        return Logbook(db, keys, folder).moved()
    except TamperedError:
        return None
