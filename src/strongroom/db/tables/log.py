"""The log: changes, entries, their order, checkpoints. Appended only, by the gate."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from strongroom.db.interface import Cell, Db, number

TILE_BITS: Final = 8  # subtrees of 256 leaves and up are kept


class Change(NamedTuple):
    """A write of a deciding row: what it may touch, and which row it left in which state."""

    seq: int
    scope: str
    key: str
    source: str
    row: str
    mac: bytes


class EntryRow(NamedTuple):
    """One entry of a lane. `leaf` is what the Merkle tree hashes."""

    lane: bytes
    seq: int
    change_seq: int
    at_us: int
    leaf: bytes


class DetailRow(NamedTuple):
    """What may be erased of an entry."""

    lane: bytes
    seq: int
    salt: bytes
    blob: bytes


class Run(NamedTuple):
    """`n` leaves of the log from `idx` on are those of `lane` from `seq` on."""

    idx: int
    lane: bytes
    seq: int
    n: int


class Checkpoint(NamedTuple):
    """A signed size and root."""

    size: int
    root: bytes
    note: str
    at_us: int


def head(db: Db) -> int:
    """The last change's number, 0 in an empty room."""
    return number(db, "SELECT coalesce(max(seq), 0) FROM change")


def changes_after(db: Db, seq: int, limit: int) -> list[Change]:
    """Changes later than `seq`, in order, at most `limit`."""
    rows = db.query(
        "SELECT seq, scope, key, source, row, mac FROM change WHERE seq > ? ORDER BY seq LIMIT ?",
        (seq, limit),
    )
    return [Change._make(row) for row in rows]


def append(
    db: Db, entries: Iterable[tuple[Cell, ...]], details: Iterable[tuple[Cell, ...]]
) -> None:
    """Add entries and details, each in the order of its columns above."""
    db.execute_many(
        "INSERT INTO entry (lane, seq, change_seq, at_us, leaf) VALUES (?, ?, ?, ?, ?)", entries
    )
    db.execute_many("INSERT INTO detail (lane, seq, salt, blob) VALUES (?, ?, ?, ?)", details)


def mark_fresh(db: Db, lane: bytes, seq: int) -> None:
    """Tell the sequencer that the lane now ends at `seq`."""
    db.execute(
        "INSERT INTO fresh (lane, seq) VALUES (?, ?)"
        " ON CONFLICT (lane) DO UPDATE SET seq = excluded.seq",
        (lane, seq),
    )


def fresh(db: Db, limit: int) -> list[tuple[bytes, int]]:
    """Lanes with entries to sequence, and their last `seq`; at most `limit`."""
    rows = db.query("SELECT lane, seq FROM fresh ORDER BY lane LIMIT ?", (limit,))
    return [(lane, seq) for lane, seq in rows if isinstance(lane, bytes) and isinstance(seq, int)]


def no_longer_fresh(db: Db, lane: bytes, seq: int) -> None:
    """Forget the mark, unless the lane has grown past `seq` since."""
    db.execute("DELETE FROM fresh WHERE lane = ? AND seq = ?", (lane, seq))


def lane_end(db: Db, lane: bytes) -> int:
    """The last `seq` of the lane, 0 if it is empty."""
    return number(db, "SELECT coalesce(max(seq), 0) FROM entry WHERE lane = ?", (lane,))


def leaves(db: Db, lane: bytes, first: int, limit: int) -> list[tuple[int, bytes]]:
    """(`seq`, leaf) of the lane from `first` on, at most `limit`."""
    rows = db.query(
        "SELECT seq, leaf FROM entry WHERE lane = ? AND seq >= ? ORDER BY seq LIMIT ?",
        (lane, first, limit),
    )
    return [(seq, leaf) for seq, leaf in rows if isinstance(seq, int) and isinstance(leaf, bytes)]


def entries(db: Db, lane: bytes, first: int, limit: int) -> list[EntryRow]:
    """Entries of the lane from `first` on, at most `limit`."""
    rows = db.query(
        "SELECT lane, seq, change_seq, at_us, leaf FROM entry"
        " WHERE lane = ? AND seq >= ? ORDER BY seq LIMIT ?",
        (lane, first, limit),
    )
    return [EntryRow._make(row) for row in rows]


def detail(db: Db, lane: bytes, seq: int) -> DetailRow | None:
    """The detail of one entry, or None if it was erased."""
    rows = db.query(
        "SELECT lane, seq, salt, blob FROM detail WHERE lane = ? AND seq = ?", (lane, seq)
    )
    return DetailRow._make(rows[0]) if rows else None


def size(db: Db) -> int:
    """How many leaves have a place in the log's order."""
    return number(db, "SELECT coalesce((SELECT idx + n FROM run ORDER BY idx DESC LIMIT 1), 0)")


def sequenced(db: Db, lane: bytes) -> int:
    """The last `seq` of the lane that has a place in the log's order, 0 if none has."""
    return number(
        db,
        "SELECT coalesce("
        "(SELECT seq + n - 1 FROM run WHERE lane = ? ORDER BY seq DESC LIMIT 1), 0)",
        (lane,),
    )


def placed(db: Db, first: int, count: int) -> list[tuple[int, bytes, int, bytes | None]]:
    """(place, lane, seq, leaf) of `count` places from `first` on; leaf None where none is kept.

    One statement, since the log of short-lived processes has a run for each entry.
    """
    found: list[tuple[int, bytes, int, bytes | None]] = []
    end = first + count
    rows = db.query(_PLACED, (first, first, end, end, first, end))
    kept = {(lane, seq): leaf for lane, seq, leaf in rows if seq is not None}
    for run in runs_from(db, first, count):
        for place in range(max(first, run.idx), min(end, run.idx + run.n)):
            seq = run.seq + place - run.idx
            leaf = kept.get((run.lane, seq))
            found.append((place, run.lane, seq, leaf if isinstance(leaf, bytes) else None))
    return found


def place_of(db: Db, lane: bytes, seq: int) -> int | None:
    """The place of an entry in the log's order, or None if it has none."""
    rows = db.query(
        "SELECT idx, seq, n FROM run WHERE lane = ? AND seq <= ? ORDER BY seq DESC LIMIT 1",
        (lane, seq),
    )
    for run in rows:
        idx, first, n = (int(cell) for cell in run if isinstance(cell, int))
        if seq < first + n:
            return idx + seq - first
    return None


def append_run(db: Db, run: Run) -> None:
    """Give `n` leaves their places."""
    db.execute("INSERT INTO run (idx, lane, seq, n) VALUES (?, ?, ?, ?)", run)


def runs_from(db: Db, idx: int, limit: int) -> list[Run]:
    """The run that holds leaf `idx`, and those after it; at most `limit`."""
    rows = db.query(
        "SELECT idx, lane, seq, n FROM run WHERE idx >= coalesce("
        "(SELECT max(idx) FROM run WHERE idx <= ?), 0) ORDER BY idx LIMIT ?",
        (idx, limit),
    )
    return [Run._make(row) for row in rows]


def append_nodes(db: Db, nodes: Iterable[tuple[int, int, bytes]]) -> None:
    """Keep (level, i, hash) of complete subtrees."""
    db.execute_many("INSERT INTO node (level, i, hash) VALUES (?, ?, ?)", nodes)


def node(db: Db, level: int, i: int) -> bytes | None:
    """The hash of the complete subtree of 2^level leaves that starts at leaf i * 2^level."""
    rows = db.query("SELECT hash FROM node WHERE level = ? AND i = ?", (level, i))
    return bytes(rows[0][0]) if rows and isinstance(rows[0][0], bytes) else None


def append_checkpoint(db: Db, checkpoint: Checkpoint) -> None:
    """Keep a signed checkpoint; it must be larger than the last."""
    db.execute("INSERT INTO checkpoint (size, root, note, at_us) VALUES (?, ?, ?, ?)", checkpoint)


def last_checkpoint(db: Db) -> Checkpoint | None:
    """The largest checkpoint, or None."""
    rows = db.query("SELECT size, root, note, at_us FROM checkpoint ORDER BY size DESC LIMIT 1")
    return Checkpoint._make(rows[0]) if rows else None


def checkpoint_of(db: Db, size: int) -> Checkpoint | None:
    """The smallest checkpoint over at least `size` leaves, or None."""
    rows = db.query(
        "SELECT size, root, note, at_us FROM checkpoint WHERE size >= ? ORDER BY size LIMIT 1",
        (size,),
    )
    return Checkpoint._make(rows[0]) if rows else None


def signed_before(db: Db, at_us: int) -> int:
    """The size of the last checkpoint that was signed before `at_us`, 0 if none was."""
    return number(db, "SELECT coalesce(max(size), 0) FROM checkpoint WHERE at_us < ?", (at_us,))


def details(db: Db, lane: bytes, first: int, count: int) -> dict[int, tuple[bytes, bytes]]:
    """(salt, blob) by `seq`, of those of `count` entries from `first` on that are not erased."""
    rows = db.query(
        "SELECT seq, salt, blob FROM detail WHERE lane = ? AND seq >= ? AND seq < ?",
        (lane, first, first + count),
    )
    return {seq: (salt, blob) for seq, salt, blob in rows}  # type: ignore[misc]


def checkpoint_notes(db: Db) -> list[str]:
    """Every signed note, smallest log first."""
    return [str(note) for (note,) in db.query("SELECT note FROM checkpoint ORDER BY size")]


def checkpoints(db: Db, first: int, end: int, limit: int) -> list[Checkpoint]:
    """Checkpoints over more than `first` and at most `end` leaves, smallest first."""
    rows = db.query(
        "SELECT size, root, note, at_us FROM checkpoint WHERE size > ? AND size <= ?"
        " ORDER BY size LIMIT ?",
        (first, end, limit),
    )
    return [Checkpoint._make(row) for row in rows]


_PLACED: Final = """
SELECT e.lane, e.seq, e.leaf FROM run r JOIN entry e ON e.lane = r.lane
    AND e.seq >= r.seq + CASE WHEN r.idx < ? THEN ? - r.idx ELSE 0 END
    AND e.seq < r.seq + CASE WHEN r.idx + r.n > ? THEN ? - r.idx ELSE r.n END
WHERE r.idx >= coalesce((SELECT max(idx) FROM run WHERE idx <= ?), 0) AND r.idx < ?
"""
