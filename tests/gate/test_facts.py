"""Tests for strongroom.gate.facts: what is loaded is checked, and forgotten when it changes."""

import pytest
from msgspec import structs
from tests.gate.hand import by_hand
from tests.gate.rooms import Time, World, in_memory, value_of

from strongroom.crypto.keyring import RoomKeys, new_id, new_key
from strongroom.db.interface import Db
from strongroom.db.tables import log
from strongroom.errors import TamperedError
from strongroom.gate import facts
from strongroom.gate.changes.freeze import FreezeSecret, Kill
from strongroom.gate.changes.people import AddGrant, ChangePrincipal
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.version import DeleteVersion
from strongroom.gate.facts import Snapshot
from strongroom.gate.rows import principal_of
from strongroom.model.principal import Effect, Grant, Verb


@pytest.fixture
def db(world: World) -> Db:
    return world.room.connect()


@pytest.fixture
def snapshot(world: World, db: Db) -> Snapshot:
    found = Snapshot(world.room)
    found.refresh(db)
    return found


def test_a_change_is_forgotten_by_what_it_touches_only(
    world: World, db: Db, snapshot: Snapshot
) -> None:
    one, two = world.create("production/a"), world.create("production/b")
    snapshot.refresh(db)
    head = snapshot.head
    first, second = (snapshot.secret(db, "production", a.path) for a in (one, two))
    assert first is not None
    assert second is not None
    world.gate.change(world.owner, AddVersion(one, value_of("fake-2")))
    snapshot.refresh(db)

    assert not snapshot.stands(head, (first.value_scope,))
    assert snapshot.stands(head, (second.value_scope, second.scope, first.scope))
    assert snapshot.secret(db, "production", two.path) is second
    again = snapshot.secret(db, "production", one.path)
    assert again is not None
    assert again.current.n == 2


def test_authority_touches_everything(world: World, db: Db, snapshot: Snapshot) -> None:
    head = snapshot.head
    world.gate.change(world.owner, Kill())
    snapshot.refresh(db)

    assert not snapshot.stands(head, ())
    assert snapshot.authority(db).killed


def test_many_changes_start_it_anew(
    world: World, db: Db, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = world.create("production/a")
    snapshot.refresh(db)
    head = snapshot.head
    monkeypatch.setattr(facts, "CHANGES_MAX", 3)
    for n in range(2):
        world.gate.change(world.owner, AddVersion(address, value_of(f"fake-{n}")))
    snapshot.refresh(db)

    assert snapshot.head == log.head(db)
    assert not snapshot.stands(head, ())


def test_a_person_is_loaded_anew_when_it_changes(world: World, db: Db, snapshot: Snapshot) -> None:
    person = snapshot.person(db, world.stranger.principal)
    assert person is not None
    assert snapshot.person(db, world.stranger.principal) is person

    changed = structs.replace(person.principal, roles=frozenset({"Owner"}))
    world.gate.change(world.owner, ChangePrincipal(changed))
    snapshot.refresh(db)
    again = snapshot.person(db, world.stranger.principal)

    assert again is not None
    assert again.principal == changed
    assert snapshot.person(db, new_id()) is None


FORGERIES = {
    "a principal becomes somebody": "UPDATE principal SET roles = 'Owner', change_seq = {next}",
    "a disabled one is enabled": "UPDATE principal SET disabled = 1 - disabled, change_seq = {next}",
    "a role forgets its denials": "UPDATE role SET denials = 0, change_seq = {next}",
    "a grant counts elsewhere": "UPDATE grant_ SET environment = '*', change_seq = {next}",
    "an unfrozen environment": "UPDATE environment SET frozen = 1 - frozen, change_seq = {next}",
    "another policy in force": "UPDATE meta SET value = x'31', change_seq = {next}",
    "a key that is retired": "UPDATE kek SET state = 'retired', change_seq = {next}",
    "an old version is current": "UPDATE current SET n = 1, change_seq = {next}",
    "a secret moves": "UPDATE secret SET path = 'other', change_seq = {next}",
    "a version is not deleted": "UPDATE version SET deleted_us = NULL, change_seq = {next}",
}


@pytest.fixture
def denied(world: World) -> World:
    """A room with a secret of two versions, one of them deleted, and a denial to a role."""
    address = world.create("production/a")
    world.gate.change(world.owner, AddVersion(address, value_of("fake-2")))
    world.gate.change(world.owner, DeleteVersion(address, 1))
    deny = Grant(new_id(), Effect.DENY, frozenset({Verb.SHARE}), "production", "*", role="Owner")
    world.gate.change(world.owner, AddGrant(deny))
    return world


def load_all(world: World) -> None:
    """Everything that decides, as a new process loads it."""
    db = world.room.connect()
    try:
        snapshot = Snapshot(world.room)
        snapshot.refresh(db)
        snapshot.authority(db)
        for who in (world.owner, world.developer, world.stranger):
            snapshot.person(db, who.principal)
        for path in ("a", "other"):
            held = snapshot.secret(db, "production", path)
            for n in (1, 2) if held else ():
                snapshot.version(db, held, n)  # type: ignore[arg-type]
    finally:
        db.close()


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
@pytest.mark.parametrize("trigger", ["kept", "dropped"])
def test_a_row_that_was_written_by_hand_is_refused(
    denied: World, forgery: str, trigger: str
) -> None:
    load_all(denied)
    by_hand(denied, forgery, drop=trigger == "dropped")
    with pytest.raises(TamperedError):
        load_all(denied)


DELETIONS = {
    "a denial": "DELETE FROM grant_ WHERE effect = 'deny'",
    "a role": "DELETE FROM role",
    "which policy": "DELETE FROM meta WHERE key = 'policy'",
    "the state": "DELETE FROM meta WHERE key = 'state'",
    "the policy": "DELETE FROM policy",
    "the pointer": "DELETE FROM current",
    "the current version": "DELETE FROM version WHERE n = 2",
}


@pytest.mark.parametrize("deletion", DELETIONS.values(), ids=DELETIONS.keys())
def test_a_row_that_was_deleted_is_missed(denied: World, deletion: str) -> None:
    by_hand(denied, deletion, drop=True)
    with pytest.raises(TamperedError):
        load_all(denied)


def test_a_row_of_another_room_is_refused(world: World, db: Db) -> None:

    keys = world.room.keys
    other = Snapshot(world.room._replace(instance_id=new_id()))
    other.refresh(db)
    with pytest.raises(TamperedError) as foreign:
        other.authority(db)
    assert foreign.value.code == "room-foreign"
    stranger = Snapshot(world.room._replace(keys=RoomKeys(new_key(), keys.room_id)))
    stranger.refresh(db)
    with pytest.raises(TamperedError):
        stranger.authority(db)


def test_memory_is_bounded_by_count_and_by_bytes(time: Time) -> None:
    from strongroom.gate.room import Limits

    world = in_memory(time, limits=Limits(secrets_held=3, bytes_held=700))
    addresses = [world.create(f"production/k{n}", "x" * 200) for n in range(6)]
    for address in (*addresses, *addresses):
        assert world.value(address) == "x" * 200
    desk = world.gate._flusher._desk
    assert desk is not None

    assert len(desk.snapshot._held) <= 3
    assert desk.snapshot._bytes_held <= 700
    assert set(desk.snapshot._addresses.values()) == set(desk.snapshot._held)


def test_what_it_learned_from_its_own_change_is_what_is_stored(world: World) -> None:
    """Rows that a change wrote are not loaded again, so they must be the very same."""
    address = world.create("production/a", "fake-1")
    world.value(address)
    world.gate.change(world.owner, AddVersion(address, value_of("fake-2")))
    desk = world.gate._flusher._desk
    assert desk is not None
    held = desk.snapshot.secret(desk.db, "production", "a")
    fresh = Snapshot(world.room)
    fresh.refresh(desk.db)
    stored = fresh.secret(desk.db, "production", "a")
    assert held is not None
    assert stored is not None
    for n in (1, 2):
        assert desk.snapshot.version(desk.db, held, n) == fresh.version(desk.db, stored, n)

    assert (held.row, held.current) == (stored.row, stored.current)
    assert held.bytes == desk.snapshot._bytes_held == stored.bytes


def test_a_frozen_secret_is_not_learned_but_loaded(world: World) -> None:
    address = world.create("production/a")
    world.value(address)
    world.gate.change(world.owner, FreezeSecret(address, "a leak"))
    desk = world.gate._flusher._desk
    assert desk is not None
    held = desk.snapshot.secret(desk.db, "production", "a")

    assert held is not None
    assert held.facts.frozen


def test_the_row_of_a_principal_says_who_it_is(world: World, db: Db) -> None:
    from strongroom.db.tables import people

    row = people.principal_named(db, "ann")
    assert row is not None

    assert principal_of(row).id == world.owner.principal
