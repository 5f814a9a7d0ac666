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


def moved(db: Db) -> list[tuple[bytes, int]]:
    """Of each lane that has entries in segments, the last such `seq`."""
    rows = db.query(
        "SELECT lane, max(CASE WHEN idx + n > ? THEN seq + ? - idx ELSE seq + n END) - 1"
        " FROM run WHERE idx < ? GROUP BY lane",
        (at := floor(db), at, at),
    )
    return [(lane, seq) for lane, seq in rows if isinstance(lane, bytes) and isinstance(seq, int)]


def left(db: Db) -> list[tuple[bytes, int]]:
    """As `moved`, of lanes whose moved entries are still in the database."""
    return [
        (lane, seq)
        for lane, seq in moved(db)
        if db.query("SELECT 1 FROM entry WHERE lane = ? AND seq <= ? LIMIT 1", (lane, seq))
    ]


def first_since(db: Db, at_us: int) -> int:
    """The first place at or after the floor whose entry is of `at_us` or later; else the end."""
    return number(
        db,
        "SELECT coalesce((SELECT min(r.idx + e.seq - r.seq) FROM run r JOIN entry e"
        " ON e.lane = r.lane AND e.seq >= r.seq AND e.seq < r.seq + r.n AND e.at_us >= ?"
        " WHERE r.idx + r.n > ?), (SELECT max(idx + n) FROM run), 0)",
        (at_us, floor(db)),
    )


def newest_below(db: Db, until: int) -> int:
    """The latest time of the entries that the database keeps below `until`."""
    return number(
        db,
        "SELECT coalesce(max(e.at_us), 0) FROM run r JOIN entry e"
        " ON e.lane = r.lane AND e.seq >= r.seq AND e.seq < r.seq + r.n WHERE r.idx < ?",
        (until,),
    )


def delete_moved(db: Db, lane: bytes, seq: int, limit: int) -> int:
    """Delete at most `limit` entries of the lane up to `seq`, and their details; how many."""
    of_lane = "lane = ? AND seq <= ?"
    last = db.query(
        f"SELECT seq FROM entry WHERE {of_lane} ORDER BY seq LIMIT 1 OFFSET ?",  # noqa: S608
        (lane, seq, limit - 1),
    )
    until = last[0][0] if last else seq
    db.execute(f"DELETE FROM detail WHERE {of_lane}", (lane, until))  # noqa: S608
    return db.execute(f"DELETE FROM entry WHERE {of_lane}", (lane, until))  # noqa: S608


def floor(db: Db) -> int:
    """The place of the first entry that the database keeps: all before it were moved."""
    return number(db, "SELECT coalesce(max(until), 0) FROM segment")
