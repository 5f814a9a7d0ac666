"""Tests for strongroom.ops.rotate: whole rotations over a system in memory and a room on disk."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from time_machine import Traveller

from strongroom.errors import ConflictError, InvalidError, NotFoundError
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import inventory, lifecycle, rotate, secret, target, use
from strongroom.ops.local import Local
from strongroom.ops.rotate import StartRequest
from strongroom.ops.target import TargetRequest
from strongroom.rotation.rotators import registry
from strongroom.rotation.rotators.interface import (
    Overlap,
    TargetDeniedError,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.memory import MemoryRotator, System, digest
from strongroom.secret.value import Field, Value

A = Address.parse("development/api/DATABASE")
HOUR = timedelta(hours=1)
FIRST = "not-the-first-one"


@pytest.fixture
def system() -> System:
    return System(accounts={"app_a": {digest(FIRST)}})


@pytest.fixture
def clock() -> Iterator[Traveller]:
    """The room's time, moved by hand."""
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=True) as found:
        yield found


@pytest.fixture
def overlap() -> Overlap:
    return Overlap.VALUES


@pytest.fixture
def house(
    clock: Traveller, room: Local, system: System, overlap: Overlap, monkeypatch: pytest.MonkeyPatch
) -> Local:
    """A room with one database credential that is rotated in memory."""
    monkeypatch.setattr(registry, "find", lambda _: MemoryRotator(system, overlap))
    value = Value({"username": Field("app_a", secret=False), "password": Field(FIRST)})
    secret.write(room, secret.WriteRequest(A, value, "database-password", "Ada"))
    target.add(room, TargetRequest("db", "development", "memory"))
    target.attach(room, A, "db")
    return room


def test_the_whole_way(house: Local, clock: Traveller, system: System) -> None:
    begun = rotate.start(house, StartRequest(A))
    assert (begun.state, begun.old, begun.new) == ("planned", 1, None)
    status = rotate.drive(house, A)
    assert (status.state, status.code, status.new) == ("promoted", "grace", 2)
    new = secret.read(house, A).value.fields["password"].data
    assert isinstance(new, str)
    assert system.login("app_a", new)
    assert system.login("app_a", FIRST)

    clock.shift(25 * HOUR)
    status = rotate.drive(house, A)
    assert (status.code, len(status.held_by)) == ("held", 1)
    assert "sessions" in status.held_by[0]

    system.sessions.clear()
    clock.shift(HOUR)
    status = rotate.drive(house, A)
    assert (status.state, status.code) == ("retired", "watch")
    assert not system.login("app_a", FIRST)
    assert system.login("app_a", new)

    clock.shift(2 * HOUR)
    assert rotate.drive(house, A).state == "done"
    acts = [step.act for step in rotate.status(house, A).steps]
    assert acts == [
        "begin", "mint", "set", "test", "promote", "wait", "wait", "retire", "retire", "wait",
        "finish",
    ]  # fmt: skip


def password(room: Local, version: int | None = None) -> str:
    found = secret.read(room, A, version=version, verb=Verb.ROTATE)
    data = found.value.fields["password"].data
    assert isinstance(data, str)
    return data


def works(system: System, text: str) -> bool:
    return digest(text) in system.accounts["app_a"]


def run(room: Local, clock: Traveller, system: System) -> rotate.Status:
    """Drive it until it ends or needs a person, whatever it waits for."""
    for _ in range(60):
        status = rotate.drive(room, A)
        if status.ended or status.state == "needs-person":
            return status
        system.sessions.clear()
        clock.move_to(max(status.due_us / 1e6, room.now_us() / 1e6) + 1)
    raise AssertionError(status)


@pytest.mark.parametrize("overlap", list(Overlap))
def test_each_way_of_overlap_ends_with_one_value_that_works(
    house: Local, clock: Traveller, system: System, overlap: Overlap
) -> None:
    rotate.start(house, StartRequest(A))
    assert run(house, clock, system).state == "done"
    fields = {name: one.data for name, one in secret.read(house, A).value.fields.items()}
    assert system.login(str(fields["username"]), str(fields["password"]))
    assert fields["username"] == ("app_b" if overlap is Overlap.ACCOUNTS else "app_a")
    assert not system.login("app_a", FIRST)
    assert secret.show(house, A).versions[-1].state == "retired"


def test_the_new_value_is_kept_before_the_target_hears_of_it(house: Local, system: System) -> None:
    rotate.start(house, StartRequest(A))
    rotate.drive(house, A)
    acts = [(step.act, step.code) for step in rotate.status(house, A).steps]
    assert acts.index(("mint", "")) < acts.index(("set", ""))
    assert works(system, password(house))


def test_a_target_that_is_away_is_tried_again_later_and_then_a_person_is_asked(
    house: Local, clock: Traveller, system: System
) -> None:
    system.fault = TargetUnreachableError("target-unreachable", "nobody there")
    rotate.start(house, StartRequest(A))
    status = rotate.drive(house, A)
    assert (status.state, status.code) == ("planned", "target-unreachable")
    waits = [status.due_us - house.now_us()]
    assert 0 < waits[0] <= 5_000_000
    status = run(house, clock, system)
    assert (status.state, status.code) == ("needs-person", "target-unreachable")

    system.fault = None
    rotate.resume(house, A)
    assert run(house, clock, system).state == "done"


def test_a_value_that_the_target_rejects_is_made_anew_three_times(
    house: Local, clock: Traveller, system: System
) -> None:
    system.rejects = 2
    rotate.start(house, StartRequest(A))
    assert rotate.drive(house, A).state == "promoted"
    assert system.calls.count("set") == 3

    clock.shift(30 * HOUR)
    run(house, clock, system)
    system.rejects = 99
    rotate.start(house, StartRequest(A))
    status = run(house, clock, system)
    assert (status.state, status.code) == ("rolled-back", "target-rejected")
    assert works(system, password(house))
    states = [one.state for one in secret.show(house, A).versions]
    assert states.count("current") == 1
    assert "pending" not in states


def test_an_account_that_may_not_work_is_taken_back(
    house: Local, clock: Traveller, system: System
) -> None:
    system.powerless.add("app_a")
    rotate.start(house, StartRequest(A))
    status = run(house, clock, system)
    assert (status.state, status.code) == ("rolled-back", "target-denied")
    assert password(house) == FIRST
    assert works(system, FIRST)
    assert len(system.accounts["app_a"]) == 1


def test_what_was_changed_by_hand_is_not_touched(
    house: Local, clock: Traveller, system: System
) -> None:
    system.accounts["app_a"] = {digest("somebody-elses")}
    rotate.start(house, StartRequest(A))
    status = rotate.drive(house, A)
    assert (status.state, status.code) == ("needs-person", "target-changed")
    assert system.accounts["app_a"] == {digest("somebody-elses")}
    rotate.abort(house, A)
    assert rotate.drive(house, A).state == "rolled-back"


def test_somebody_writes_meanwhile_and_wins(house: Local, clock: Traveller, system: System) -> None:
    system.rejects = 0
    rotate.start(house, StartRequest(A))
    rotate.pause(house, A)
    assert rotate.drive(house, A).code == "paused"
    rotate.resume(house, A)
    value = Value({"username": Field("app_a", secret=False), "password": Field("by-hand-1")})
    secret.write(house, secret.WriteRequest(A, value))
    status = run(house, clock, system)
    assert (status.state, status.code) == ("rolled-back", "version-not-current")
    assert password(house) == "by-hand-1"
    assert works(system, FIRST)


def test_one_rotation_at_a_time(house: Local) -> None:
    rotate.start(house, StartRequest(A))
    with pytest.raises(ConflictError) as caught:
        rotate.start(house, StartRequest(A))
    assert caught.value.code == "rotation-running"


def test_an_emergency_ends_the_old_value_at_once_and_its_sessions(
    house: Local, system: System
) -> None:
    assert system.login("app_a", FIRST)
    rotate.start(house, StartRequest(A, emergency=True))
    status = rotate.drive(house, A)
    assert status.state == "done"
    assert system.sessions == []
    assert not works(system, FIRST)
    assert works(system, password(house))


def test_a_rotation_that_goes_on_becomes_an_emergency(house: Local) -> None:
    rotate.start(house, StartRequest(A))
    found = rotate.start(house, StartRequest(A, emergency=True))
    assert (found.state, found.emergency) == ("planned", True)
    assert (rotate.drive(house, A).state, rotate.look(house, A).current) == ("done", 2)


def test_an_emergency_in_a_grace_ends_the_old_one_and_replaces_the_new_one_too(
    house: Local, system: System
) -> None:
    """Nobody says which of both is known to others."""
    rotate.start(house, StartRequest(A))
    assert rotate.drive(house, A).state == "promoted"
    second = password(house)
    rotate.start(house, StartRequest(A, emergency=True))
    assert rotate.drive(house, A).state == "done"
    assert system.accounts["app_a"] == {digest(password(house))}
    assert password(house) not in {FIRST, second}


def test_an_emergency_in_a_grace_whose_target_is_away_stays_open(
    house: Local, system: System
) -> None:
    rotate.start(house, StartRequest(A))
    rotate.drive(house, A)
    system.fault = TargetUnreachableError("target-unreachable", "nobody there")
    found = rotate.start(house, StartRequest(A, emergency=True))
    assert (found.state, found.code, found.emergency) == ("promoted", "target-unreachable", True)


def test_an_emergency_waits_for_a_target_that_is_away_and_stays_open(
    house: Local, clock: Traveller, system: System
) -> None:
    system.fault = TargetUnreachableError("target-unreachable", "nobody there")
    rotate.start(house, StartRequest(A, emergency=True))
    for _ in range(30):
        status = rotate.drive(house, A)
        assert status.code == "target-unreachable"
        assert status.due_us - house.now_us() <= 10_000_000
        clock.shift(timedelta(seconds=11))
    system.fault = None
    assert rotate.drive(house, A).state == "done"


def test_who_says_that_he_uses_the_old_one_holds_it(
    house: Local, clock: Traveller, system: System
) -> None:
    inventory.put_consumer(house, A, "web", "Ada", 60)
    rotate.start(house, StartRequest(A))
    rotate.drive(house, A)
    clock.shift(25 * HOUR)
    assert rotate.drive(house, A).held_by == ("web has not said which version it uses",)
    use.acknowledge(house, "web", "node-1", "development", {A: 1})
    assert rotate.drive(house, A).held_by == ("web/node-1 says so",)
    assert works(system, FIRST)
    use.acknowledge(house, "web", "node-1", "development", {A: 2})
    assert rotate.drive(house, A).state == "retired"


def test_who_read_the_old_one_within_the_hour_holds_it(house: Local, clock: Traveller) -> None:
    rotate.start(house, StartRequest(A))
    rotate.drive(house, A)
    clock.shift(25 * HOUR)
    secret.read(house, A, version=1)
    assert rotate.drive(house, A).held_by == (f"{house.user} read it",)
    clock.shift(2 * HOUR)
    assert rotate.drive(house, A).state == "retired"


def test_to_resume_is_not_to_say_that_holders_may_break(
    house: Local, clock: Traveller, system: System
) -> None:
    """A person who mended what stopped it after the grace has not looked at who uses the old one."""
    rotate.start(house, StartRequest(A))
    rotate.drive(house, A)
    assert system.login("app_a", FIRST)
    clock.shift(25 * HOUR)
    system.fault = TargetDeniedError("target-denied", "it may not see sessions")
    assert rotate.drive(house, A).state == "needs-person"
    system.fault = None
    rotate.resume(house, A)
    found = rotate.drive(house, A)
    assert (found.state, found.code) == ("promoted", "held")
    assert works(system, FIRST)


def test_grace_is_within_the_policy(house: Local, clock: Traveller) -> None:
    for hours in (23, 49, -1):
        with pytest.raises(InvalidError) as caught:
            rotate.start(house, StartRequest(A, grace_hours=hours))
        assert caught.value.code == "grace-outside-policy"
    rotate.start(house, StartRequest(A, grace_hours=48))
    rotate.drive(house, A)
    clock.shift(23 * HOUR)
    with pytest.raises(InvalidError):
        rotate.retire(house, A)
    clock.shift(24 * HOUR)
    assert rotate.drive(house, A).code == "grace"
    rotate.retire(house, A)
    assert rotate.drive(house, A).state == "retired"


def test_a_plan_touches_nothing_and_shows_no_value(house: Local, system: System) -> None:
    found = rotate.plan(house, A)
    assert (found.target, found.rotator, found.overlap) == ("db", "memory", "values")
    assert found.statements
    assert FIRST not in repr(found)
    assert system.calls == []
    assert [one.well for one in rotate.doctor(house, A)] == [True]


def test_what_is_rotated_nowhere_says_so(house: Local) -> None:
    other = Address.parse("development/api/OTHER")
    secret.write(house, secret.WriteRequest(other, Value.single("fake"), "api-key", "Ada"))
    for ask in (rotate.plan, rotate.doctor):
        with pytest.raises(NotFoundError) as caught:
            ask(house, other)
        assert caught.value.code == "rotation-unplaced"
    with pytest.raises(NotFoundError) as caught:
        rotate.status(house, other)
    assert caught.value.code == "rotation-none"
    with pytest.raises(NotFoundError):
        rotate.drive(house, other)


def test_what_is_promoted_is_not_taken_back(house: Local) -> None:
    rotate.start(house, StartRequest(A))
    with pytest.raises(InvalidError):
        rotate.retire(house, A)
    rotate.drive(house, A)
    with pytest.raises(InvalidError) as caught:
        rotate.abort(house, A)
    assert caught.value.code == "rotation-promoted"


@pytest.mark.parametrize("way", ["rollback", "set"])
def test_an_old_value_that_was_made_current_again_is_not_ended(
    house: Local, clock: Traveller, system: System, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The new one did harm, so somebody went back within the grace: who has the old one goes on."""
    monkeypatch.setattr(registry, "find", lambda _: MemoryRotator(system, Overlap.VALUES))
    strong = "fake-Zq7-strong-enough-81-kWx-0-vTr"
    old = Value({"username": Field("app_a", secret=False), "password": Field(strong)})
    system.accounts["app_a"] = {digest(strong)}
    secret.write(house, secret.WriteRequest(A, old))
    rotate.start(house, StartRequest(A))
    assert rotate.drive(house, A).state == "promoted"
    if way == "rollback":
        lifecycle.rollback(house, A, 2)
    else:
        secret.write(house, secret.WriteRequest(A, old))
    clock.shift(timedelta(hours=30))
    for _ in range(2):
        system.sessions.clear()
        stopped = rotate.drive(house, A)
        assert (stopped.state, stopped.code) == ("needs-person", "old-is-current")
        assert system.login("app_a", strong)
        rotate.resume(house, A)
    system.sessions.clear()
    # Forward again, and it ends; or another value.
    if way == "rollback":
        lifecycle.rollback(house, A, 3)
        assert rotate.drive(house, A).state == "retired"
    else:
        rotate.start(house, StartRequest(A, emergency=True))
        assert rotate.drive(house, A).state == "done"
    assert not system.login("app_a", strong)
    now = secret.read(house, A, verb=Verb.ROTATE).value.fields["password"].data
    assert system.login("app_a", str(now))


def test_hours_of_grace_that_an_emergency_does_not_give_are_refused(house: Local) -> None:
    with pytest.raises(InvalidError) as caught:
        rotate.start(house, StartRequest(A, grace_hours=24, emergency=True))
    assert caught.value.code == "grace-outside-policy"
    assert caught.value.fix is not None
    assert "--grace-hours" in caught.value.fix
    with pytest.raises(NotFoundError):
        rotate.status(house, A)
