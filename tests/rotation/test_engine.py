"""Tests for strongroom.rotation.engine: killed at every point, it converges and loses nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any, cast

import pytest

from strongroom.errors import ConflictError
from strongroom.gate import reading
from strongroom.gate.changes.rotation import Begin, Claim
from strongroom.gate.changes.target import PutTarget, SetRule
from strongroom.gate.operation import ReadRequest
from strongroom.gate.rotations import target_named, turns
from strongroom.model.address import Address
from strongroom.model.principal import Verb
from strongroom.ops import rotate, secret
from strongroom.ops.local import Local, delivered, done
from strongroom.rotation.bench import Room
from strongroom.rotation.engine import LEASE_US, Engine, row_of
from strongroom.rotation.rotators.interface import (
    Job,
    Overlap,
    Rotator,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.memory import MemoryRotator, System, digest
from strongroom.secret.value import Field, Value

A = Address.parse("development/api/DATABASE")
POINTS_MAX = 60


class Killed(BaseException):
    """The process is gone here."""


class Fuse:
    """Kills before or after the call of its number; -1 never does."""

    def __init__(self, at: int, *, after: bool) -> None:
        self.left = at
        self.after = after
        self.blown = False

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: object, **named: object) -> Any:
            blows = self.left == 0
            self.left -= 1
            if blows and not self.after:
                self.blown = True
                raise Killed
            answer = call(*args, **named)
            if blows:
                self.blown = True
                raise Killed
            return answer

        return wrapped


class Fused:
    """A gate or a rotator with a fuse before or after each call that does something."""

    def __init__(self, real: object, fuse: Fuse, names: set[str]) -> None:
        self._real = real
        self._fuse = fuse
        self._names = names

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        return self._fuse.around(found) if name in self._names else found


def engine_of(room: Local, rotator: Rotator, fuse: Fuse) -> Engine:
    gate: Any = Fused(room.gate, fuse, {"change", "read"})
    fused = cast(
        "Rotator", Fused(rotator, fuse, {"mint", "set", "test", "probe", "retire", "undo"})
    )
    inner = Room(gate, room.caller, room.keys, room.policy, room.now_us)
    return Engine(inner, lambda _: fused, lambda *_: (), lambda _: None)


def fields_of(room: Local) -> dict[str, str]:
    (answer,) = reading.read(room.gate, room.caller, [ReadRequest(A, None, Verb.ROTATE)])
    found = Value.decode(delivered(answer).value)
    return {name: str(one.data) for name, one in found.fields.items()}


@pytest.fixture
def system() -> System:
    return System(accounts={"app_a": {digest("not-the-first-one")}})


@pytest.fixture
def target_id(room: Local, system: System, monkeypatch: pytest.MonkeyPatch) -> bytes:
    value = Value(
        {"username": Field("app_a", secret=False), "password": Field("not-the-first-one")}
    )
    secret.write(room, secret.WriteRequest(A, value, "database-password", "Ada"))
    done(room.gate.change(room.caller, PutTarget("development", "db", "memory", "")))
    done(room.gate.change(room.caller, SetRule(A, "db")))
    return room.gate.consult(lambda desk: target_named(desk, "db")).id


def begin(room: Local, target_id: bytes, overlap: Overlap) -> bytes:
    change = Begin(A, target_id, overlap=bool(overlap), grace_us=0, watch_us=0)
    return row_of(room.gate.change(room.caller, change)).id


def after_lease(room: Local, rotation: bytes, engine: Engine) -> None:
    """The killed engine's claim is over; the test does not wait for it."""
    room.gate.change(room.caller, Claim(A, rotation, engine.holder, 0))


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("overlap", list(Overlap))
def test_killed_at_every_point_it_converges_and_the_current_value_works(
    room: Local, system: System, target_id: bytes, overlap: Overlap, after: bool
) -> None:
    """Promise 7, for each call of the room and of the target, on both sides of it."""
    for point in count():
        assert point < POINTS_MAX
        rotation = begin(room, target_id, overlap)
        fuse = Fuse(point, after=after)
        engine = engine_of(room, MemoryRotator(system, overlap), fuse)
        before = fields_of(room)
        try:
            engine.drive(A, rotation)
        except Killed:
            if overlap:
                now = fields_of(room)
                assert digest(now["password"]) in system.accounts[now["username"]], point
            if state(room, rotation) != "done":
                after_lease(room, rotation, engine)
                other = engine_of(room, MemoryRotator(system, overlap), Fuse(-1, after=False))
                assert other.drive(A, rotation).state == "done", point
        now = fields_of(room)
        assert now != before
        assert digest(now["password"]) in system.accounts[now["username"]], point
        assert digest(before["password"]) not in system.accounts[before["username"]], point
        if not fuse.blown:
            return


def state(room: Local, rotation: bytes) -> str:
    seen = rotate.look(room, A)
    return next(row.state for row in seen.runs if row.id == rotation)


def test_a_second_engine_takes_over_and_the_first_cannot_write(
    room: Local, system: System, target_id: bytes
) -> None:
    """Two engines, one rotation: the one that was stopped meanwhile loses, and changes nothing."""
    rotation = begin(room, target_id, Overlap.VALUES)
    second = engine_of(room, MemoryRotator(system), Fuse(-1, after=False))

    class Slow(MemoryRotator):
        def set(self, job: Job) -> None:
            after_lease(room, rotation, first)
            second.drive(A, rotation)
            super().set(job)

    first = engine_of(room, Slow(system), Fuse(-1, after=False))
    with pytest.raises(ConflictError) as caught:
        first.drive(A, rotation)
    assert caught.value.code == "rotation-fenced"
    assert state(room, rotation) == "done"
    now = fields_of(room)
    assert digest(now["password"]) in system.accounts[now["username"]]


def test_what_another_engine_holds_is_not_taken(
    room: Local, system: System, target_id: bytes
) -> None:
    rotation = begin(room, target_id, Overlap.VALUES)
    assert [turn.rotation for turn in room.gate.consult(lambda desk: turns(desk, 10))] == [rotation]
    room.gate.change(room.caller, Claim(A, rotation, b"o" * 16, LEASE_US))
    assert room.gate.consult(lambda desk: turns(desk, 10)) == []
    engine = engine_of(room, MemoryRotator(system), Fuse(-1, after=False))
    with pytest.raises(ConflictError) as caught:
        engine.drive(A, rotation)
    assert caught.value.code == "rotation-taken"


@pytest.mark.parametrize("overlap", list(Overlap))
def test_told_to_stop_it_lets_go_between_two_steps_and_another_goes_on_at_once(
    room: Local, system: System, target_id: bytes, overlap: Overlap
) -> None:
    """Before the n-th step, for each n; with one value at a time, never while that is the new one."""
    left_in = set[str]()
    for steps in count():
        assert steps < POINTS_MAX
        rotation = begin(room, target_id, overlap)
        before, asked = fields_of(room), count()
        made = engine_of(room, MemoryRotator(system, overlap), Fuse(-1, after=False))
        told = replace(made, stopping=lambda: next(asked) >= steps)  # noqa: B023 - used in its turn
        row = told.drive(A, rotation)
        now = fields_of(room)
        assert digest(now["password"]) in system.accounts[now["username"]], steps
        left_in.add(row.state)
        if row.state == "done":
            break
        assert row.lease_us == 0
        other = engine_of(room, MemoryRotator(system, overlap), Fuse(-1, after=False))
        assert other.drive(A, rotation).state == "done", steps
        assert digest(before["password"]) not in system.accounts[before["username"]], steps
    torn = set[str]() if overlap is Overlap.NONE else {"set", "tested"}
    assert left_in == {"planned", "minted", "promoted", "retired", "done"} | torn


def test_a_rotator_that_breaks_is_a_fault_without_its_text(
    room: Local, system: System, target_id: bytes
) -> None:
    class Broken(MemoryRotator):
        def set(self, job: Job) -> None:
            assert job.pending is not None
            raise RuntimeError(job.pending.fields["password"])

    rotation = begin(room, target_id, Overlap.VALUES)
    engine = engine_of(room, Broken(system), Fuse(-1, after=False))
    row = engine.drive(A, rotation)
    assert (row.state, row.code) == ("needs-person", "rotator-failed")


def test_a_lost_answer_is_looked_for_and_not_assumed(
    room: Local, system: System, target_id: bytes
) -> None:
    """The password was set and nobody heard: the target is asked, and not set again."""

    class Lossy(MemoryRotator):
        def set(self, job: Job) -> None:
            super().set(job)
            raise TargetUnreachableError("target-slow", "no answer in time")

    rotation = begin(room, target_id, Overlap.VALUES)
    engine = engine_of(room, Lossy(system), Fuse(-1, after=False))
    assert engine.drive(A, rotation).code == "target-slow"
    assert engine.drive(A, rotation).state == "done"
    assert system.calls.count("set") == 1


def test_each_step_is_told_and_never_with_a_value(
    room: Local, system: System, target_id: bytes
) -> None:
    told: list[object] = []
    rotation = begin(room, target_id, Overlap.VALUES)
    made = engine_of(room, MemoryRotator(system), Fuse(-1, after=False))
    engine = Engine(made.room, made.find, made.standing, made.wait, told.append)
    engine.drive(A, rotation)
    assert len(told) >= 6
    assert fields_of(room)["password"] not in repr(told)


def entries(room: Local) -> Iterator[str]:
    from strongroom.ops import audit

    for line in audit.list_entries(room, audit.Filter(limit=1_000)):
        if line.kind == "rotation":
            yield line.detail.get("act", "")


def test_each_step_is_an_entry_with_the_durations_at_the_promotion(
    room: Local, system: System, target_id: bytes
) -> None:
    rotation = begin(room, target_id, Overlap.VALUES)
    engine_of(room, MemoryRotator(system), Fuse(-1, after=False)).drive(A, rotation)
    room.gate.sequence()
    found = list(entries(room))
    for act in ("begin", "claim", "mint", "set", "test", "promote", "retire", "finish"):
        assert act in found
