"""Tests for strongroom.gate.overview."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World

from strongroom.crypto.keyring import new_id
from strongroom.errors import TamperedError
from strongroom.gate.changes.house import SetSlot
from strongroom.gate.changes.people import AddGrant
from strongroom.gate.operation import Done, Refused
from strongroom.gate.overview import House, LookOverHouse
from strongroom.model.principal import Effect, Grant, Verb


def house(world: World) -> House:
    done = world.gate.look(world.owner, LookOverHouse())
    assert isinstance(done, Done)
    assert isinstance(done.result, House)
    return done.result


def test_everything_of_the_house_is_there(world: World) -> None:
    world.create("production/a")
    grant = Grant(new_id(), Effect.ALLOW, frozenset({Verb.READ}), "*", "*", role="Developer")
    world.gate.change(world.owner, AddGrant(grant))
    slot = SetSlot(new_id(), "keyfile", "room", b"opaque")
    world.gate.change(world.owner, slot)
    found = house(world)

    assert ["ann", "dev", "sam"] == [p.name for p in found.principals]
    assert [grant.id] == [g.id for g in found.grants]
    assert ["development", "production"] == [e.id for e in found.environments]
    assert {kek.id for kek in world.keks.values()} == {k.id for k in found.keks}
    assert {world.keks["production"].id: 1} == found.wraps
    assert ([slot.slot_id], [1]) == ([s.id for s in found.slots], [p.n for p in found.policies])
    assert not found.killed


def test_removed_slots_are_left_out_and_only_auditors_look(world: World) -> None:
    slot = new_id()
    world.gate.change(world.owner, SetSlot(slot, "keyfile", "room", b"opaque"))
    world.gate.change(world.owner, SetSlot(slot, "keyfile", "room", b"opaque", "removed"))

    assert () == house(world).slots
    assert isinstance(world.gate.look(world.developer, LookOverHouse()), Refused)


def test_a_row_that_was_changed_by_hand_ends_it(world: World) -> None:
    by_hand(world, "UPDATE principal SET roles = 'Owner' WHERE name = 'sam'", drop=True)

    with pytest.raises(TamperedError):
        house(world)
