"""Tests for strongroom.gate.changes.house."""

import hashlib

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import SAFE, STANDING, START_US, Time, World, in_memory

from strongroom.crypto.keyring import new_id, new_kek
from strongroom.db.interface import Begin
from strongroom.db.tables.house import ENVIRONMENT, KEK, SEAL
from strongroom.errors import ConflictError, NotFoundError, TamperedError
from strongroom.gate.changes.freeze import FreezeEnvironment
from strongroom.gate.changes.house import AddKek, AdoptPolicy, SetEnvironment, SetSlot
from strongroom.gate.changes.people import AddGrant, _count
from strongroom.gate.facts import Snapshot
from strongroom.gate.operation import Delivered, Done, Refused
from strongroom.gate.room import Standing
from strongroom.gate.rows import grant_row
from strongroom.gate.writer import Change, Writer
from strongroom.model.principal import Effect, Grant, Verb


def standing(compiled: bytes) -> Standing:
    """The second policy of these tests lets developers into production."""
    if compiled == b"2":
        return Standing({**STANDING.matrix, "Developer": {"production": True}}, {"Owner": SAFE})
    return STANDING


def test_a_policy_in_force_decides_from_its_change_on(time: Time) -> None:
    world = in_memory(time, standing=standing)
    address = world.create("production/a")
    before = world.gate.status().policy
    assert isinstance(world.gate.read(world.developer, [address])[0], Refused)
    done = world.gate.change(world.owner, AdoptPolicy(b"# the second", b"2"))

    assert isinstance(done, Done)
    assert done.result == 2
    assert isinstance(world.gate.read(world.developer, [address])[0], Delivered)
    assert world.gate.status().policy == hashlib.sha256(b"# the second").digest()[:8] != before


def test_a_room_that_lost_its_policy_adopts_none(world: World) -> None:
    by_hand(world, "DELETE FROM meta WHERE key = 'policy'", drop=True)
    with pytest.raises(TamperedError):
        world.again().change(world.owner, AdoptPolicy(b"#", b"{}"))


def test_an_environment_keeps_its_freeze_when_it_is_renamed(world: World) -> None:
    world.gate.change(world.owner, FreezeEnvironment("production", "a leak"))
    world.gate.change(world.owner, SetEnvironment("production", "Live", "strong"))
    world.gate.change(world.owner, SetEnvironment("staging", "Staging", "medium"))
    db = world.room.connect()
    row = ENVIRONMENT.get(db, "production")

    assert row is not None
    assert (row.name, row.frozen, row.reason) == ("Live", 1, "a leak")
    assert ENVIRONMENT.get(db, "staging") is not None
    db.close()


def test_one_key_of_an_environment_is_active(world: World) -> None:
    kek = new_kek("production")
    world.gate.change(world.owner, AddKek(kek.id, "production"))
    db = world.room.connect()
    rows = KEK.where(db, "WHERE environment = 'production'")

    assert {row.id: row.state for row in rows} == {
        world.keks["production"].id: "retired", kek.id: "active",
    }  # fmt: skip
    with pytest.raises(ConflictError):
        world.gate.change(world.owner, AddKek(kek.id, "production"))
    with pytest.raises(NotFoundError):
        world.gate.change(world.owner, AddKek(new_id(), "staging"))
    db.close()


def test_a_slot_is_written_and_removed(world: World) -> None:
    slot_id = new_id()
    for state in ("active", "removed"):
        world.gate.change(world.owner, SetSlot(slot_id, "keyfile", "room", b"opaque", state))
    db = world.room.connect()
    row = SEAL.get(db, slot_id)

    assert row is not None
    assert row.state == "removed"
    db.close()


@pytest.mark.parametrize(
    "change",
    [AdoptPolicy(b"#", b"{}"), SetEnvironment("x", "X", "weak"), AddKek(new_id(), "production"),
     SetSlot(new_id(), "keyfile", "room", b"")],
    ids=lambda change: type(change).__name__,
)  # fmt: skip
def test_who_may_not_does_not(world: World, change: Change) -> None:
    assert isinstance(world.gate.change(world.developer, change), Refused)


def test_a_denial_to_a_role_that_is_gone_is_tampering(world: World) -> None:
    db = world.room.connect()
    db.begin(Begin.CHANGE)
    grant = Grant(new_id(), Effect.DENY, frozenset({Verb.READ}), "*", "*", role="Nobody")
    writer = Writer(db, world.room, Snapshot(world.room), START_US, bytes(16), 0)
    with pytest.raises(TamperedError):
        _count(writer, grant_row(grant, why="", created_us=0, created_by=bytes(16)), 1)
    db.rollback()
    assert isinstance(world.gate.change(world.owner, AddGrant(grant)), Done)
