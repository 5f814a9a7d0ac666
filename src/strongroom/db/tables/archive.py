"""Where the log is kept besides the room: anchors for checkpoints, segments for old entries."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db, number
from strongroom.db.tables.table import Table

ACTIVE: Final = "active"
REMOVED: Final = "removed"


class AnchorRow(NamedTuple):
    """A place outside of the room that keeps checkpoints: a file, or a git repository."""

    id: bytes
    kind: str
    place: str
    state: str
    changed_us: int
    changed_by: bytes
    mac: bytes = b""
    change_seq: int = 0


class SegmentRow(NamedTuple):
    """That entries `first` up to and without `until` stand in a sealed file with this digest.

    `root` is that of the tree over the first `until` entries; `changes` is how many the moved
    entries made; before `keep_until_us` the file must not be destroyed.
    """

    first: int
    until: int
    root: bytes
    digest: bytes
    changes: int
    folder: str
    keep_until_us: int
    moved_us: int
    moved_by: bytes
    mac: bytes = b""
    change_seq: int = 0


ANCHOR: Final = Table("anchor", AnchorRow)
SEGMENT: Final = Table("segment", SegmentRow)


def anchors(db: Db) -> list[AnchorRow]:
    """Those in use, oldest first."""
    return ANCHOR.where(db, "WHERE state = ? ORDER BY changed_us, id", (ACTIVE,))


def segments(db: Db) -> list[SegmentRow]:
    """All of them, in the order of the log."""
    return SEGMENT.where(db, "ORDER BY first")


def floor(db: Db) -> int:
    """The place of the first entry that the database keeps: all before it were moved."""
    return number(db, "SELECT coalesce(max(until), 0) FROM segment")
