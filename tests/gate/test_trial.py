"""Values are tried, counted and dropped."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World, value_of

from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.version import Destroy
from strongroom.gate.rows import Seal
from strongroom.gate.trial import Tried, try_values


def tried(world: World, count: int = 9, **keks: object) -> dict[str, Tried]:
    db = world.room.connect()
    held = world.room.keks if not keks else {}
    found = try_values(
        db, world.room.keys.room_id, Seal(world.room.keys.row_mac), held, count
    )  # fmt: skip
    db.close()
    return {one.environment: one for one in found}


def test_versions_of_each_environment_open(world: World) -> None:
    a = world.create("production/a")
    world.gate.change(world.owner, AddVersion(a, value_of("fake-2")))
    world.create("production/b")

    assert tried(world) == {
        "development": Tried("development", 0, 0, 0, False),
        "production": Tried("production", 3, 3, 3, False),
    }
    assert tried(world, 2)["production"][1:4] == (3, 2, 2)
    assert all(one.ok for one in tried(world).values())


def test_a_destroyed_version_is_not_missed(world: World) -> None:
    a = world.create("production/a")
    world.gate.change(world.owner, AddVersion(a, value_of("fake-2")))
    world.gate.change(world.owner, Destroy(a, 1))

    assert tried(world)["production"] == Tried("production", 1, 1, 1, False)


def test_without_its_key_an_environment_is_no_pass(world: World) -> None:
    world.create("production/a")
    found = tried(world, keks=None)["production"]

    assert found.sealed
    assert not found.ok


@pytest.mark.parametrize(
    "damage",
    ["UPDATE version SET sealed = x'00'", "UPDATE version SET state = 'retired'",
     "UPDATE secret SET path = 'b'"],
)  # fmt: skip
def test_what_does_not_open_is_counted(world: World, damage: str) -> None:
    world.create("production/a")
    by_hand(world, damage, drop=True)

    assert tried(world)["production"] == Tried("production", 1, 1, 0, False)
    assert not tried(world)["production"].ok
