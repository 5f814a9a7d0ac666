"""Replay the log against the state: each row must be as its last change left it.

A MAC shows that this room wrote a row; it cannot show that the row is not an older one,
put back whole. The log can: each entry that changed something holds a digest over what its
changes left in which state, and those changes are kept for ever. Whether the log itself is
whole is the verifier's question (`strongroom.audit.verifier`), and comes first.
"""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import chain
from typing import Any, Final, NamedTuple

from strongroom.audit.entry import decode
from strongroom.audit.verifier import Row
from strongroom.db.interface import Cell, Db
from strongroom.db.tables import (
    acknowledgements,
    archive,
    batches,
    channels,
    checks,
    evidence,
    house,
    labels,
    log,
    moved,
    people,
    references,
    rotations,
    secrets,
    shares,
)
from strongroom.db.tables.log import Change, EntryRow
from strongroom.db.tables.table import Table
from strongroom.errors import AuditBrokenError, TamperedError
from strongroom.gate.rows import Seal
from strongroom.gate.writer import digest

Moved = Callable[[], Iterable[Row] | None]

PROOF_BYTES: Final = 32
PROBLEMS_MAX: Final = 1_000
_PAGE: Final = 1_000

TABLES: Final[dict[str, Table[Any]]] = {
    table.name: table
    for module in (
        acknowledgements,
        house,
        people,
        secrets,
        labels,
        moved,
        references,
        rotations,
        batches,
        channels,
        evidence,
        archive,
        checks,
        shares,
    )
    for table in vars(module).values()
    if isinstance(table, Table)
}


class Kind(StrEnum):
    """What is wrong with a row or a change."""

    STORAGE = "storage"  # the file itself is damaged
    FORGED = "forged"  # this room did not write the row as it is
    REPLAYED = "replayed"  # this room wrote it, and wrote it again since
    MISSING = "missing"  # this room wrote it, and it is gone
    UNKNOWN = "unknown"  # no change wrote it
    UNRECORDED = "unrecorded"  # changes that no entry of the log vouches for
    UNREADABLE = "unreadable"  # an entry that cannot be decoded


class Problem(NamedTuple):
    """One finding. `table` and `row` say where; `change_seq` is 0 where none is known."""

    kind: Kind
    table: str
    row: str
    change_seq: int


def fsck(db: Db, seal: Seal, moved: Moved = lambda: None) -> list[Problem]:
    """Every problem of the state, at most `PROBLEMS_MAX`; none for a whole room.

    `moved` gives the entries of sealed segments. Where they cannot be read, only the number
    of their changes is compared with what the segments' rows say.

    1. The storage structure is whole.
    2. Each change is vouched for by exactly the entry that made it.
    3. Each row is in the state that its last change left, by number and MAC.
    4. Each row that was ever written is there, and no others are.
    """
    problems = [Problem(Kind.STORAGE, text, "", 0) for text in db.verify()]
    if problems:
        return problems
    for problem in (*_changes(db, moved), *_rows(db, seal)):
        problems.append(problem)
        if len(problems) == PROBLEMS_MAX:
            break
    return problems


def _changes(db: Db, moved: Moved) -> Iterator[Problem]:
    """Step 2: every change belongs to one entry, and is as that entry says."""
    claims: list[tuple[int, int]] = []
    rows = moved()
    elsewhere = 0 if rows is not None else sum(s.changes for s in archive.segments(db))
    of_segments = ((0, row.leaf or b"") for row in rows or ())
    for change_seq, leaf in chain(of_segments, _entries(db)):
        try:
            entry = decode(leaf)
        except AuditBrokenError:
            yield Problem(Kind.UNREADABLE, "entry", "", change_seq)
            continue
        if entry.changes:
            first = entry.change_seq - entry.changes + 1
            claims.append((first, entry.change_seq))
            changes = log.changes_after(db, first - 1, entry.changes)
            if digest(changes) != entry.object_id[-PROOF_BYTES:]:
                yield Problem(Kind.UNRECORDED, "change", "", first)
    expected, end = 1, log.head(db) + 1
    holes: list[tuple[int, int]] = []
    for first, last in (*sorted(claims), (end, end)):
        if first != expected:
            holes.append((expected, first - expected))
        expected = last + 1
    # What segments that are not at hand vouch for is known by its number only.
    if sum(n for _, n in holes) != elsewhere or any(n < 0 for _, n in holes):
        yield from (Problem(Kind.UNRECORDED, "change", "", first) for first, _ in holes)


def _entries(db: Db) -> Iterator[tuple[int, bytes]]:
    lane, seq = b"", 0
    moved = dict(archive.moved(db))
    while rows := db.query(_ENTRIES, (lane, seq, _PAGE)):
        for row in rows:
            entry = EntryRow._make(row)
            # What a killed process did not get to delete stands in a segment already.
            if entry.seq > moved.get(entry.lane, 0):
                yield entry.change_seq, entry.leaf
        lane, seq = entry.lane, entry.seq


def _rows(db: Db, seal: Seal) -> Iterator[Problem]:
    """Steps 3 and 4: what the changes left, against what is there."""
    for name, table in TABLES.items():
        found = 0
        for change in _last_changes(db, name):
            row = table.get(db, *_key(table, change.row))
            if row is None:
                yield Problem(Kind.MISSING, name, change.row, change.seq)
                continue
            found += 1
            if not _is_ours(seal, table, row):
                yield Problem(Kind.FORGED, name, change.row, row.change_seq)
            elif (row.change_seq, row.mac) != (change.seq, change.mac):
                yield Problem(Kind.REPLAYED, name, change.row, row.change_seq)
        ((count,),) = db.query(f"SELECT count(*) FROM {name}")  # noqa: S608 - a table of ours
        if count != found:
            yield Problem(Kind.UNKNOWN, name, "", 0)


def _is_ours(seal: Seal, table: Table[Any], row: Any) -> bool:
    try:
        seal.check(table, row)
    except TamperedError:
        return False
    return True


def _last_changes(db: Db, table: str) -> list[Change]:
    return [Change._make(row) for row in db.query(_LAST, (table,))]


def _key(table: Table[Any], row: str) -> tuple[Cell, ...]:
    """The primary key that a change names, as the triggers write it."""
    if table.name in {"version", "batch_part"}:
        of, _, n = row.partition("/")
        return bytes.fromhex(of), int(n)
    if table.name == "moved":
        environment, _, path = row.partition("/")
        return environment, path
    if table.name in {"policy", "segment"}:
        return (int(row),)
    return (row if table.name in _BY_NAME else bytes.fromhex(row),)


_BY_NAME: Final = {"meta", "role", "environment"}
_LAST: Final = """
SELECT c.seq, c.scope, c.key, c.source, c.row, c.mac FROM change c
JOIN (SELECT max(seq) AS seq FROM change WHERE source = ? GROUP BY row) last ON last.seq = c.seq
ORDER BY c.seq
"""
_ENTRIES: Final = """
SELECT lane, seq, change_seq, at_us, leaf FROM entry
WHERE (lane, seq) > (?, ?) ORDER BY lane, seq LIMIT ?
"""
