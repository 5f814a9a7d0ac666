"""Tests for strongroom.gate.flush: when the commit fails, and what is decided again."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from tests.gate.faulty import FaultyDb
from tests.gate.rooms import START_US, Time, World, in_memory, value_of

from strongroom.crypto import envelope
from strongroom.crypto.envelope import Binding, Kek, Sealed
from strongroom.db.interface import (
    Begin,
    Db,
    DbBusyError,
    DbDamagedError,
    DbError,
    DbFullError,
    number,
)
from strongroom.errors import StrongroomError
from strongroom.gate.changes.freeze import FreezeSecret, Kill, ThawSecret
from strongroom.gate.changes.people import AddGrant, DisablePrincipal
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Delivered, Done, Failed, GateError, Refused
from strongroom.gate.room import Limits
from strongroom.gate.views import ListFolder
from strongroom.gate.writer import Change
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Verb

Hook = Callable[[Db], None]


def faulty(world: World, **options: object) -> tuple[Gate, list[FaultyDb]]:
    """Another process whose connections can be made to fail."""
    made: list[FaultyDb] = []

    def connect() -> Db:
        made.append(FaultyDb(world.room.connect()))
        return made[-1]

    gate = Gate(world.room._replace(connect=connect, **options))  # type: ignore[arg-type]
    return gate, made


def entries(world: World) -> int:
    db = world.room.connect()
    try:
        return number(db, "SELECT count(*) FROM entry")
    finally:
        db.close()


FAULTS = [
    DbError("db-failed", "the disk is on fire"),
    DbBusyError("db-busy", "somebody else"),
    DbFullError("db-full", "no space"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.code)
@pytest.mark.parametrize("landed", [False, True], ids=["lost", "landed"])
def test_no_value_leaves_when_the_commit_fails(world: World, fault: DbError, landed: bool) -> None:
    """Also when the record did become durable and only its answer was lost."""
    address = world.create("production/api/KEY", "fake-1")
    gate, made = faulty(world)
    assert world.value(address, gate) == "fake-1"
    made[-1].fail_commit(fault, landed=landed)
    before = entries(world)
    with pytest.raises(GateError) as failed:
        gate.read(world.owner, [address])

    assert failed.value.code == "gate-unrecorded"
    assert entries(world) == before + landed
    assert gate.status().trouble is fault
    assert not gate.status().ready
    assert world.value(address, gate) == "fake-1"
    assert gate.status().ready
    gate.close()


@pytest.mark.parametrize("at", ["begin", "execute_many", "query"])
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.code)
def test_a_failure_before_the_commit_leaves_nothing(world: World, at: str, fault: DbError) -> None:
    address = world.create("production/api/KEY", "fake-1")
    gate, made = faulty(world)
    assert world.value(address, gate) == "fake-1"
    before = entries(world)
    made[-1].fail(at, fault)
    with pytest.raises(GateError):
        gate.read(world.owner, [address])

    assert entries(world) == before
    assert world.value(address, gate) == "fake-1"
    assert entries(world) == before + 1
    gate.close()


def test_a_change_whose_commit_fails_is_not_believed(world: World) -> None:
    """What was loaded in the lost transaction is forgotten."""
    address = world.create("production/api/KEY", "fake-1")
    gate, made = faulty(world)
    assert world.value(address, gate) == "fake-1"
    made[-1].fail_commit(DbFullError("db-full", "no space"), landed=False)
    with pytest.raises(GateError):
        gate.change(world.owner, AddVersion(address, value_of("fake-2")))
    assert world.value(address, gate) == "fake-1"
    gate.change(world.owner, AddVersion(address, value_of("fake-3")))

    assert world.value(address, gate) == "fake-3"
    gate.close()


def test_damage_is_named_as_such(world: World) -> None:
    address = world.create("production/api/KEY")
    gate, made = faulty(world)
    world.value(address, gate)
    made[-1].fail("begin", DbDamagedError("db-damaged", "the file is damaged"))
    with pytest.raises(DbDamagedError):
        gate.read(world.owner, [address])
    gate.close()


def test_an_interrupt_leaves_nothing_and_nobody_waiting(world: World) -> None:
    address = world.create("production/api/KEY", "fake-1")
    gate, made = faulty(world)
    world.value(address, gate)
    made[-1].fail("begin", KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        gate.read(world.owner, [address])

    assert world.value(address, gate) == "fake-1"
    gate.close()


def test_a_rollback_that_fails_costs_the_connection(world: World) -> None:
    address = world.create("production/api/KEY", "fake-1")
    gate, made = faulty(world)
    world.value(address, gate)
    made[-1].fail("execute_many", DbError("db-failed", "gone"))
    made[-1].fail("rollback", DbError("db-failed", "gone"))
    with pytest.raises(GateError):
        gate.read(world.owner, [address])
    assert world.value(address, gate) == "fake-1"

    assert len(made) == 2
    gate.close()


def between(made: list[FaultyDb], act: Callable[[], object]) -> None:
    """Let `act` happen after everything was prepared and before the lock is taken."""
    made[-1].before_begin(act)


ANYBODY = bytes(16)  # stands for the owner, whom each room names anew
CUTS: dict[str, Change] = {
    "freeze": FreezeSecret(Address.parse("production/api/KEY"), "a leak"),
    "kill": Kill(),
    "disable": DisablePrincipal(ANYBODY),
    "deny": AddGrant(
        Grant(bytes([1]) * 16, Effect.DENY, frozenset({Verb.READ}), "*", "*", role="Owner")
    ),
}


@pytest.mark.parametrize("cut", CUTS)
def test_what_changes_before_the_lock_is_decided_again(world: World, cut: str) -> None:
    """The value was opened already; it is dropped, and the refusal recorded."""
    address = world.create("production/api/KEY")
    gate, made = faulty(world)
    world.value(address, gate)
    change = CUTS[cut]
    if isinstance(change, DisablePrincipal):
        change = DisablePrincipal(world.owner.principal)
    between(made, lambda: world.gate.change(world.owner, change))
    (answer,) = gate.read(world.owner, [address])

    assert isinstance(answer, Refused)
    assert answer.change_seq == world.gate.status().change_seq
    gate.close()


def test_a_version_that_comes_before_the_lock_is_the_one_delivered(world: World) -> None:
    address = world.create("production/api/KEY", "fake-1")
    gate, made = faulty(world)
    world.value(address, gate)
    between(made, lambda: world.gate.change(world.owner, AddVersion(address, value_of("fake-2"))))

    assert world.value(address, gate) == "fake-2"
    gate.close()


def test_a_listing_is_of_the_place_that_it_names(world: World) -> None:
    world.create("production/a")
    gate, made = faulty(world)
    gate.look(world.owner, ListFolder("production"))
    between(made, lambda: world.create("production/b"))
    answer = gate.look(world.owner, ListFolder("production"))

    assert isinstance(answer, Done)
    assert answer.result == ["a", "b"]
    gate.close()


def test_a_secret_that_comes_to_be_before_the_lock_is_found(world: World) -> None:
    gate, made = faulty(world)
    gate.look(world.owner, ListFolder("production"))
    address = Address.parse("production/a")
    between(made, lambda: world.create("production/a", "fake-1"))

    assert world.value(address, gate) == "fake-1"
    gate.close()


def test_what_does_not_touch_it_is_not_decided_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, other = world.create("production/a"), world.create("production/b")
    gate, made = faulty(world)
    world.value(address, gate)
    opened: list[Binding] = []
    real = envelope.open

    def spy(sealed: Sealed, binding: Binding, kek: Kek) -> bytes:
        opened.append(binding)
        return real(sealed, binding, kek)

    monkeypatch.setattr(envelope, "open", spy)
    between(made, lambda: world.gate.change(world.owner, AddVersion(other, value_of("fake-2"))))
    (answer,) = gate.read(world.owner, [address])

    assert isinstance(answer, Delivered)
    assert [one.path for one in opened].count(address.path) == 1
    gate.close()


def test_a_time_that_passes_before_the_lock_counts(world: World, time: Time) -> None:
    address = world.create("production/a")
    ends = Grant(
        bytes([1]) * 16, Effect.ALLOW, frozenset({Verb.READ}), "production", "*",
        principal=world.stranger.principal, expires_at_us=START_US + 10,
    )  # fmt: skip
    world.gate.change(world.owner, AddGrant(ends))
    gate, made = faulty(world)
    (before,) = gate.read(world.stranger, [address])

    def wait() -> None:
        time.us = START_US + 10

    between(made, wait)
    (after,) = gate.read(world.stranger, [address])

    assert isinstance(before, Delivered)
    assert isinstance(after, Refused)
    gate.close()


def test_a_grant_that_becomes_counted_before_the_lock_is_counted(world: World) -> None:
    """The shared lock was taken for a plain read; the exclusive one is needed now."""
    from strongroom.gate.changes.people import LiftDenial, RevokeGrant
    from strongroom.model.principal import Conditions

    address = world.create("production/a")
    free = Grant(
        bytes([1]) * 16, Effect.ALLOW, frozenset({Verb.READ}), "production", "*",
        principal=world.stranger.principal,
    )  # fmt: skip
    counted = replace(free, id=bytes([2]) * 16, conditions=Conditions(uses_left=1))
    world.gate.change(world.owner, AddGrant(free))
    gate, made = faulty(world)
    assert isinstance(gate.read(world.stranger, [address])[0], Delivered)

    def swap() -> None:
        world.gate.change(world.owner, AddGrant(counted))
        world.gate.change(world.owner, RevokeGrant(free.id))

    between(made, swap)
    first, second = gate.read(world.stranger, [address, address])

    assert isinstance(first, Delivered)
    assert isinstance(second, Refused)
    with pytest.raises(StrongroomError):
        world.gate.change(world.owner, LiftDenial(free.id))
    gate.close()


def test_a_group_holds_no_more_than_its_bytes(time: Time) -> None:
    """What does not fit goes with the next commit; everything is answered, in order."""
    world = in_memory(time, limits=Limits(group_bytes_max=25))
    addresses = [world.create(f"production/k{n}", f"fake-value-{n}") for n in range(6)]
    gate, made = faulty(world)
    answers = gate.read(world.owner, addresses)

    assert [a.value.reveal() for a in answers if isinstance(a, Delivered)] == [
        f"fake-value-{n}".encode() for n in range(6)
    ]
    assert made[-1].commits == 2
    gate.close()


def test_a_group_is_one_commit(world: World) -> None:
    addresses = [world.create(f"production/k{n}") for n in range(64)]
    gate, made = faulty(world)
    gate.read(world.owner, addresses)

    assert made[-1].commits == 1
    assert made[-1].modes == [Begin.RECORD]
    gate.change(world.owner, ThawSecret(addresses[0]))
    assert made[-1].modes[-1] is Begin.CHANGE
    gate.close()


def test_refusals_beyond_the_rate_are_counted_and_not_logged(time: Time) -> None:
    from strongroom.db.tables import work

    world = in_memory(time, limits=Limits(refusals_a_minute=3))
    address = world.create("production/a")
    before = entries(world)
    answers = [world.gate.read(world.stranger, [address])[0] for _ in range(10)]
    assert [a.recorded for a in answers if isinstance(a, Refused)] == [True] * 3 + [False] * 7
    assert entries(world) == before + 3
    time.us += 1_000_000
    world.gate.read(world.stranger, [address])
    db = world.room.connect()
    counted = work.overflow(db, world.stranger.principal)

    assert sum(n for _, n in counted) == 8
    assert isinstance(world.gate.read(world.owner, [address])[0], Delivered)
    db.close()


def test_a_write_whose_trigger_is_gone_is_not_believed(world: World) -> None:
    address = world.create("production/a")
    db = world.room.connect()
    db.execute("DROP TRIGGER current_updated")
    with pytest.raises(DbDamagedError) as unguarded:
        world.gate.change(world.owner, AddVersion(address, value_of("fake-2")))

    assert unguarded.value.code == "db-unguarded"
    assert number(db, "SELECT count(*) FROM version") == 1
    db.close()


def test_a_failed_change_is_recorded_and_undone(world: World) -> None:
    address = world.create("production/a")
    (answer,) = world.gate.changes(
        world.owner, [AddVersion(address, value_of("fake-2", START_US - 1))]
    )

    assert isinstance(answer, Failed)
    assert answer.error.code == "expiry-past"
    assert world.value(address) == "fake-value-1"
