"""Tests for strongroom.gate.ledger."""

import pytest
from tests.gate.rooms import START_US, World

from strongroom.audit.entry import Outcome, decode
from strongroom.db.interface import Begin
from strongroom.db.tables import log
from strongroom.gate import ledger
from strongroom.gate.desk import Desk
from strongroom.gate.ledger import NO_APPLIED, Ledger
from strongroom.gate.operation import ReadRequest
from strongroom.gate.pending import PendingRead
from strongroom.model.address import Address

A = Address.parse("production/a")


@pytest.fixture
def desk(world: World) -> Desk:
    world.create(str(A))
    found = Desk(world.room.connect(), world.room)
    found.snapshot.refresh(found.db)
    found.now_us = START_US
    return found


def read(world: World, desk: Desk, reason: str = "", *, owner: bool = True) -> PendingRead:
    op = PendingRead(world.owner if owner else world.stranger, ReadRequest(A), reason)
    op.prepare(desk)
    op.change_seq = desk.snapshot.head
    return op


def test_an_entry_says_who_what_where_and_by_which_policy(world: World, desk: Desk) -> None:
    books = Ledger(60)
    desk.db.begin(Begin.RECORD)
    for op in (read(world, desk), read(world, desk, owner=False)):
        books.record(desk, op, NO_APPLIED, 0, b"")
    assert books.close(desk)
    granted, refused = (decode(leaf) for _, leaf in log.leaves(desk.db, books.lane.id, 1, 9))
    desk.db.rollback()

    assert (granted.outcome, granted.verb, granted.version) == (Outcome.GRANTED, "read", 1)
    assert (refused.outcome, refused.reason) == (Outcome.REFUSED, "no-rule")
    assert granted.secret == refused.secret
    assert granted.policy == desk.snapshot.authority(desk.db).policy


def test_the_same_read_has_the_same_detail_and_another_reason_another(
    world: World, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "BLOBS_MAX", 2)
    books = Ledger(60)
    first = books._blob(read(world, desk))
    assert books._blob(read(world, desk)) is first
    others = [books._blob(read(world, desk, f"reason {n}")) for n in range(3)]

    assert len({first, *others}) == 4
    assert len(books._blobs) <= 2


def test_refusals_beyond_the_rate_leave_no_entry(world: World, desk: Desk) -> None:
    books = Ledger(1)
    ops = [read(world, desk, owner=False) for _ in range(3)]
    for op in ops:
        books.record(desk, op, NO_APPLIED, 0, b"")

    assert [op.recorded for op in ops] == [True, False, False]


def test_an_unknown_outcome_ends_the_lane(world: World, desk: Desk) -> None:
    books = Ledger(60)
    before = books.lane.id
    books.start_anew()

    assert books.lane.id != before
