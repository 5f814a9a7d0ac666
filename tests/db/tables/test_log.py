"""Tests for strongroom.db.tables.log."""

from strongroom.db.interface import Begin, Db
from strongroom.db.tables import log
from strongroom.db.tables.log import Checkpoint, DetailRow, EntryRow, Run

LANE = b"l" * 16


def entries(db: Db, count: int) -> list[EntryRow]:
    rows = [EntryRow(LANE, seq, 0, seq, bytes([seq])) for seq in range(1, count + 1)]
    db.begin(Begin.RECORD)
    log.append(db, rows, [DetailRow(LANE, row.seq, b"salt", b"blob") for row in rows])
    return rows


def test_an_empty_log(db: Db) -> None:
    assert (log.head(db), log.size(db), log.sequenced(db, LANE)) == (0, 0, 0)
    assert log.changes_after(db, 0, 10) == []
    assert log.runs_from(db, 0, 10) == []
    assert log.last_checkpoint(db) is None
    assert log.node(db, 8, 0) is None


def test_entries_and_details_come_back(db: Db) -> None:
    rows = entries(db, 3)

    assert log.entries(db, LANE, 2, 10) == rows[1:]
    assert log.leaves(db, LANE, 1, 2) == [(1, b"\x01"), (2, b"\x02")]
    assert log.lane_end(db, LANE) == 3
    assert log.detail(db, LANE, 2) == DetailRow(LANE, 2, b"salt", b"blob")


def test_a_fresh_lane_is_remembered_until_it_is_sequenced_to_its_end(db: Db) -> None:
    db.begin(Begin.RECORD)
    log.mark_fresh(db, LANE, 3)
    log.mark_fresh(db, LANE, 5)
    assert log.fresh(db, 10) == [(LANE, 5)]
    log.no_longer_fresh(db, LANE, 3)
    assert log.fresh(db, 10) == [(LANE, 5)]
    log.no_longer_fresh(db, LANE, 5)

    assert log.fresh(db, 10) == []


def test_runs_are_found_by_the_leaf_that_they_hold(db: Db) -> None:
    db.begin(Begin.RECORD)
    runs = [Run(0, LANE, 1, 3), Run(3, b"m" * 16, 1, 2), Run(5, LANE, 4, 1)]
    for run in runs:
        log.append_run(db, run)

    assert log.runs_from(db, 4, 10) == runs[1:]
    assert log.runs_from(db, 0, 1) == runs[:1]
    assert (log.size(db), log.sequenced(db, LANE)) == (6, 4)


def test_nodes_and_checkpoints_come_back(db: Db) -> None:
    db.begin(Begin.RECORD)
    log.append_nodes(db, [(8, 0, b"h" * 32), (9, 0, b"i" * 32)])
    for size in (1, 4):
        log.append_checkpoint(db, Checkpoint(size, bytes(32), "note", size))

    assert log.node(db, 9, 0) == b"i" * 32
    assert log.last_checkpoint(db) == Checkpoint(4, bytes(32), "note", 4)
