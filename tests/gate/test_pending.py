"""Tests for strongroom.gate.pending: what an entry says, and what an operation lets go of."""

import pytest
from tests.gate.rooms import START_US, World

from strongroom.audit.entry import Outcome
from strongroom.errors import NotFoundError
from strongroom.gate.changes.freeze import Kill
from strongroom.gate.desk import Desk
from strongroom.gate.operation import Caller, ReadRequest
from strongroom.gate.pending import Pending, PendingChange, PendingRead
from strongroom.model.address import Address


def desk(world: World) -> Desk:
    found = Desk(world.room.connect(), world.room)
    found.snapshot.refresh(found.db)
    found.now_us = START_US
    return found


def test_an_operation_lets_go_of_its_value(world: World) -> None:
    address = world.create("production/a", "fake-value-5")
    op = PendingRead(world.owner, ReadRequest(address), "")
    op.prepare(desk(world))
    assert op.bytes_held() == len("fake-value-5")
    op.fail(NotFoundError("x", "y"))

    assert op.bytes_held() == 0
    assert op.settled
    assert op.outcome is None


def test_a_detail_names_who_and_what_and_never_the_value(world: World) -> None:
    address = world.create("production/a", "fake-value-5")
    caller = Caller(
        world.owner.principal, None, "10.0.0.1", "curl/8", frozenset({world.developer.principal})
    )
    op = PendingRead(caller, ReadRequest(address), "an incident")
    op.prepare(desk(world))
    detail = op.detail()

    assert detail == {
        "path": "a", "principal": "ann", "rule": "matrix:Owner:production",
        "source": "10.0.0.1", "agent": "curl/8", "reason": "an incident",
        "approvals": world.developer.principal.hex(),
    }  # fmt: skip
    assert op.record_outcome() == (Outcome.GRANTED, "")


def test_a_change_is_only_decided_under_the_lock(world: World) -> None:
    op = PendingChange(world.owner, Kill(), "")
    op.prepare(desk(world))

    assert op.verdict is None
    assert op.writes
    assert op.detail()["change"] == "Kill"


def test_what_is_not_a_kind_of_operation_hands_nothing_over(world: World) -> None:
    bare = Pending(
        world.owner, PendingRead(world.owner, ReadRequest(Address("e", "p")), "").ask, ""
    )
    with pytest.raises(NotImplementedError):
        bare.hand_over(0)
