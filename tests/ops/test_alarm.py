"""Tests for strongroom.ops.alarm; what raises one: tests/ops/test_writing_clauses.py."""

from dataclasses import replace

import pytest

from strongroom.errors import DeniedError
from strongroom.ops import access, alarm
from strongroom.ops import room as rooms
from strongroom.ops.local import Local


def test_a_quiet_room_has_none(room: Local) -> None:
    assert (0, [], 0) == (rooms.status(room).alarms, alarm.list_alarms(room), alarm.seen(room))
    assert 0 == rooms.status(room).alarms


def test_who_may_not_read_the_log_sees_their_number_only(room: Local) -> None:
    access.add(room, access.PrincipalRequest("grace", ("Developer",)))
    grace = next(p for p in rooms.principals(room) if p.name == "grace")
    other = replace(room, caller=room.caller._replace(principal=grace.id))

    assert 0 == rooms.status(other).alarms
    for operation in (alarm.list_alarms, alarm.seen):
        with pytest.raises(DeniedError):
            operation(other)
