"""Tests for strongroom.db.tables.batches."""

from strongroom.db.interface import Begin, Db
from strongroom.db.tables import batches
from strongroom.db.tables.batches import BATCH, PART, BatchRow, PartRow

ME = b"p" * 16


def batch(number: int, state: str, seq: int) -> BatchRow:
    id_ = number.to_bytes(16, "big")
    return BatchRow(id_, "import", "e/p", state, bytes(32), 1, number, ME, 1, bytes(32), seq)


def test_those_that_have_ended_wait_for_nobody(db: Db) -> None:
    db.begin(Begin.CHANGE)
    states = ("published", "staging", "aborted", "publishing", "aborting")
    for seq, state in enumerate(states, start=1):
        BATCH.insert(db, batch(seq, state, seq))

    assert ["staging", "publishing", "aborting"] == [b.state for b in batches.unfinished(db)]
    assert ["aborting", "publishing"] == [b.state for b in batches.latest(db, 2)]


def test_a_part_is_open_until_it_has_ended(db: Db) -> None:
    db.begin(Begin.CHANGE)
    row = batch(1, "staging", 1)
    BATCH.insert(db, row)
    part = PartRow(row.id, 0, "open", bytes(20), bytes(32), 2)
    PART.insert(db, part)
    assert batches.has_open(db, row.id)
    PART.update(db, part._replace(state="dropped", change_seq=3))

    assert not batches.has_open(db, row.id)
    assert ["dropped"] == [p.state for p in batches.parts(db, row.id)]
