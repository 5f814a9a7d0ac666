"""Tests for strongroom.gate.record."""

from strongroom.audit import detail
from strongroom.audit.entry import Outcome, decode
from strongroom.db.interface import Begin
from strongroom.db.memory import MemoryRoom
from strongroom.db.tables import log
from strongroom.gate.record import Lane

ID = bytes([7]) * 16


def add(lane: Lane, now_us: int = 5, path: str = "a") -> None:
    lane.add(
        0, now_us, blob=detail.encode({"path": path}), verb="read", outcome=Outcome.GRANTED, principal=ID,
        secret=ID, environment="e", version=1, policy=bytes(8),
    )  # fmt: skip


def test_entries_are_numbered_and_time_does_not_go_back() -> None:
    db, lane = MemoryRoom().connect(), Lane()
    db.begin(Begin.RECORD)
    for now in (5, 9, 7):
        add(lane, now)
    lane.finish(db)
    db.commit()
    lane.durable()
    rows = log.entries(db, lane.id, 1, 10)

    assert [(row.seq, row.at_us) for row in rows] == [(1, 5), (2, 9), (3, 9)]
    assert log.fresh(db, 9) == [(lane.id, 3)]
    assert not lane.waiting


def test_the_leaf_holds_the_digest_of_its_detail_under_its_own_salt() -> None:
    db, lane = MemoryRoom().connect(), Lane()
    db.begin(Begin.RECORD)
    for _ in range(70):
        add(lane, path="the same")
    lane.finish(db)
    kept = log.details(db, lane.id, 1, 70)

    assert len({salt for salt, _ in kept.values()}) == 70
    for seq, leaf in log.leaves(db, lane.id, 1, 70):
        assert decode(leaf).detail == detail.digest(*kept[seq])


def test_what_is_undone_leaves_no_gap() -> None:
    db, lane = MemoryRoom().connect(), Lane()
    db.begin(Begin.RECORD)
    add(lane)
    lane.write(db)
    add(lane)
    waiting = [lane.waiting]
    db.rollback()
    lane.undone()
    waiting.append(lane.waiting)
    assert waiting == [True, False]
    db.begin(Begin.RECORD)
    add(lane)
    lane.finish(db)
    db.commit()

    assert log.lane_end(db, lane.id) == 1


def test_two_lanes_never_share_a_name() -> None:
    assert Lane().id != Lane().id
