"""Tests for strongroom.gate.desk."""

from tests.gate.rooms import World

from strongroom.gate.desk import Desk


def test_a_cleared_desk_believes_nothing(world: World) -> None:
    desk = Desk(world.room.connect(), world.room)
    desk.snapshot.refresh(desk.db)
    before, decisions = desk.snapshot, desk.decisions
    assert before.head
    desk.clear()

    assert desk.snapshot is not before
    assert desk.decisions is not decisions
    assert desk.snapshot.head == 0
