"""Tests for strongroom.gate.changes.reject."""

import pytest
from tests.gate.rooms import World

from strongroom.errors import InvalidError
from strongroom.gate.changes.reject import RejectWrite
from strongroom.gate.operation import Done, Refused
from strongroom.gate.views import ListEntries
from strongroom.model.address import Address

A = Address.parse("production/a")
ERROR = InvalidError("value-refused", "10 bits found, 256 required (P-4.1)")


def test_it_is_decided_first_and_recorded_as_failed(world: World) -> None:
    with pytest.raises(InvalidError):
        world.gate.change(world.owner, RejectWrite(A, ERROR))
    assert isinstance(world.gate.change(world.developer, RejectWrite(A, ERROR)), Refused)
    world.gate.sequence()
    listed = world.gate.look(world.owner, ListEntries())
    assert isinstance(listed, Done)
    assert isinstance(listed.result, list)

    assert [("failed", "value-refused"), ("refused", "no-rule")] == [
        (one.entry.outcome.name.lower(), one.entry.reason)
        for one in listed.result
        if one.entry.verb == "write"
    ]
