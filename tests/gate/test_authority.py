"""Tests for strongroom.gate.authority; tests/gate/test_facts.py forges each of its rows."""

import pytest
from tests.gate.rooms import STANDING, World

from strongroom.crypto.keyring import new_id
from strongroom.errors import TamperedError
from strongroom.gate import authority
from strongroom.gate.changes.freeze import FreezeEnvironment, Kill
from strongroom.gate.changes.house import AddKek
from strongroom.gate.rows import Seal


def load(world: World) -> authority.Authority:
    db = world.room.connect()
    try:
        return authority.load(db, world.room, Seal(world.room.keys.row_mac))
    finally:
        db.close()


def test_what_decides_for_everybody(world: World) -> None:
    found = load(world)

    assert found.standing == STANDING
    assert sorted(found.environments) == ["development", "production"]
    assert found.keks == {name: kek.id for name, kek in world.keks.items()}
    assert not found.killed
    assert any(found.policy)


def test_a_killed_room_has_every_environment_frozen(world: World) -> None:
    world.gate.change(world.owner, FreezeEnvironment("production", "a leak"))
    assert [load(world).facts[name].frozen for name in ("development", "production")] == [
        False, True,
    ]  # fmt: skip
    world.gate.change(world.owner, Kill())
    found = load(world)

    assert found.killed
    assert all(each.frozen for each in found.facts.values())


def test_the_newest_active_key_wraps(world: World) -> None:
    newer = new_id()
    world.gate.change(world.owner, AddKek(newer, "production"))

    assert load(world).keks["production"] == newer


def test_another_rooms_database_is_refused(world: World) -> None:
    with pytest.raises(TamperedError) as foreign:
        authority.load(
            world.room.connect(),
            world.room._replace(instance_id=new_id()),
            Seal(world.room.keys.row_mac),
        )

    assert foreign.value.code == "room-foreign"
