"""Tests for strongroom.db.tables.archive."""

import pytest

from strongroom.db.interface import Begin, Db, DbRefusedError
from strongroom.db.tables import archive, log
from strongroom.db.tables.archive import ANCHOR, SEGMENT, AnchorRow, SegmentRow

MAC = bytes(32)
LANE = b"l" * 16


def segment(first: int, until: int, change: int) -> SegmentRow:
    return SegmentRow(first, until, MAC, MAC, 0, "/s", 9, 1, b"p" * 16, MAC, change)


@pytest.fixture
def filled(db: Db) -> Db:
    """600 entries in two runs, the last 100 without a place; signed at 512."""
    db.begin(Begin.CHANGE)
    log.append(db, [(LANE, n, 0, 1, b"leaf") for n in range(1, 701)], [])
    log.append_run(db, log.Run(0, LANE, 1, 300))
    log.append_run(db, log.Run(300, LANE, 301, 300))
    log.append_checkpoint(db, log.Checkpoint(512, MAC, "note", 1))
    return db


def test_anchors_in_use_are_listed(db: Db) -> None:
    db.begin(Begin.CHANGE)
    for at, state in ((1, "active"), (2, "removed"), (3, "active")):
        ANCHOR.insert(
            db, AnchorRow(bytes([at]) * 16, "file", f"/{at}", state, at, b"p" * 16, MAC, at)
        )

    assert ["/1", "/3"] == [row.place for row in archive.anchors(db)]


def test_segments_follow_one_another_below_what_is_signed(filled: Db) -> None:
    assert archive.floor(filled) == 0
    for first, until in ((256, 512), (0, 768), (0, 255), (1, 256)):
        with pytest.raises(DbRefusedError), filled.savepoint():
            SEGMENT.insert(filled, segment(first, until, 1))
    SEGMENT.insert(filled, segment(0, 256, 1))
    with pytest.raises(DbRefusedError), filled.savepoint():
        SEGMENT.insert(filled, segment(0, 512, 2))
    SEGMENT.insert(filled, segment(256, 512, 2))

    assert archive.floor(filled) == 512
    assert [(0, 256), (256, 512)] == [(s.first, s.until) for s in archive.segments(filled)]


def test_only_what_was_moved_can_be_deleted(filled: Db) -> None:
    SEGMENT.insert(filled, segment(0, 256, 1))
    for seq in (257, 300, 301, 600, 601, 700):
        with pytest.raises(DbRefusedError), filled.savepoint():
            filled.execute("DELETE FROM entry WHERE seq = ?", (seq,))
    assert 256 == filled.execute("DELETE FROM entry WHERE seq <= 256")


def test_a_lane_goes_on_when_all_its_entries_were_moved(filled: Db) -> None:
    other = b"o" * 16
    log.append(filled, [(other, n, 0, 1, b"leaf") for n in range(1, 169)], [])
    log.append_run(filled, log.Run(600, LANE, 601, 100))
    log.append_run(filled, log.Run(700, other, 1, 68 + 100))
    log.append_checkpoint(filled, log.Checkpoint(868, MAC, "note", 1))
    SEGMENT.insert(filled, segment(0, 768, 1))
    assert 700 == filled.execute("DELETE FROM entry WHERE lane = ?", (LANE,))
    for seq in (1, 700, 702):
        with pytest.raises(DbRefusedError), filled.savepoint():
            log.append(filled, [(LANE, seq, 1, 1, b"leaf")], [])
    log.append(filled, [(LANE, 701, 1, 1, b"leaf")], [])
