"""Operations on rotations: begin, drive, look, and steer one."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from strongroom.db.tables.rotations import RotationRow
from strongroom.errors import DeniedError, InvalidError, NotFoundError
from strongroom.gate import rotations
from strongroom.gate.changes.rotation import Begin, Steer
from strongroom.gate.rotations import Rotated, ShowRotation
from strongroom.model.address import Address
from strongroom.ops import use
from strongroom.ops.api_key_clients import find
from strongroom.ops.local import Local, done
from strongroom.rotation.bench import CONFIRMED, Bench, Room, Settings, make_bench, safe
from strongroom.rotation.engine import Engine, Event, never, nobody, row_of
from strongroom.rotation.machine import BEFORE, ENDED, State
from strongroom.rotation.rotators.interface import Check, Statement
from strongroom.rotation.rotators.versions import seconds

DAY_S: Final = 86_400
HOUR_US: Final = 3_600_000_000
WATCH_US: Final = 3_600_000_000
QUIET_US: Final = 3_600_000_000
ID_CHARS: Final = 12
RUNNING_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class StartRequest:
    """A rotation to begin. `grace_hours` within the policy's bounds; None: the schedule's, or the least.

    One that somebody `approved` begins at `not_before_us`, and not at once.
    """

    address: Address
    grace_hours: int | None = None
    emergency: bool = False
    approved: bool = False
    not_before_us: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a rotation of a secret will do. Nothing was touched for it; no value is in it."""

    address: str
    target: str
    rotator: str
    overlap: str
    grace_hours: float
    statements: tuple[Statement, ...]
    consumers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the journal: an act that was begun or has ended, in µs since 1970 UTC and in µs."""

    act: str
    state: str
    code: str
    at_us: int
    took_us: int


@dataclass(frozen=True, slots=True)
class Status:
    """How far a rotation is. Times are µs since 1970 UTC; `held_by` keeps it waiting."""

    address: str
    id: str
    target: str
    state: str
    code: str
    emergency: bool
    paused: bool
    old: int
    new: int | None
    begun_us: int
    due_us: int
    retire_us: int | None
    held_by: tuple[str, ...]
    steps: tuple[Line, ...]

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return State(self.state) in ENDED


def start(room: Local, request: StartRequest) -> Status:
    """Begin a rotation; an engine takes it from there (`drive`).

    An emergency replaces the value that is current. One that is just being replaced is what goes on
    already, at once; where its successor is current, the old one is ended first, and what is
    answered is that rotation if it cannot be.

    Raises:
        NotFoundError: `secret-unknown`, `version-none`, `rotation-unplaced`.
        ConflictError: `rotation-running`, `secret-deleted`.
        InvalidError: `grace-outside-policy`, and what the rotator says of its options.
    """
    if request.emergency and request.grace_hours is not None:
        raise no_grace()
    begin, _ = opening(room, request)
    row = row_of(room.gate.change(room.caller, begin, request.reason))
    if request.emergency and row.promoted_us:
        ended = drive(room, request.address)
        if not ended.ended:
            return ended
        row_of(room.gate.change(room.caller, begin, request.reason))
    return status(room, request.address)


def opening(room: Local, request: StartRequest) -> tuple[Begin, Bench]:
    """What begins a rotation, with the bench that it was looked at on; nothing has changed yet.

    Raises:
        As `start`.
    """
    seen = look(room, request.address)
    emergency = request.emergency
    bench = _bench(room, request.address, seen, request)
    safe(bench.rotator, lambda: bench.rotator.check(bench.job))
    begin = Begin(
        request.address,
        settings(seen).target.id,
        overlap=bool(bench.rotator.overlap(bench.job)),
        grace_us=0 if emergency else grace_us(room, seen, request.grace_hours),
        watch_us=0 if emergency else WATCH_US,
        lead_us=seconds(bench.job, "lead_s", 0, DAY_S) * 1_000_000,
        emergency=emergency,
        act="approve" if request.approved else "begin",
        not_before_us=request.not_before_us,
    )
    return begin, bench


def drive(room: Local, address: Address, tell: Callable[[Event], None] = nobody) -> Status:
    """Take the rotation of a secret as far as it goes now.

    Raises:
        NotFoundError: `rotation-none`. ConflictError: `rotation-taken`, `rotation-fenced`.
    """
    row = _live(room, address)
    engine(room, tell=tell).drive(address, row.id)
    return status(room, address)


def status(room: Local, address: Address) -> Status:
    """The last rotation of a secret.

    Raises:
        NotFoundError: `secret-unknown`, `rotation-none`.
    """
    seen = look(room, address)
    if not seen.runs:
        raise none_goes_on()
    return _status(address, seen, seen.runs[0])


def running(room: Local) -> list[Status]:
    """Every rotation that has not ended and that the caller may know of, the oldest first."""
    found: list[Status] = []
    for turn in room.gate.consult(lambda desk: rotations.running(desk, RUNNING_MAX)):
        try:
            found.append(status(room, turn.address))
        except (DeniedError, NotFoundError):
            continue  # whoever may not know of it sees nothing
    return found


def plan(room: Local, address: Address) -> Plan:
    """What a rotation of it would do, word for word; nothing is touched.

    Raises:
        NotFoundError: `secret-unknown`, `version-none`, `rotation-unplaced`. InvalidError: its options.
    """
    seen = look(room, address)
    bench = _bench(room, address, seen)
    rotator, job = bench.rotator, bench.job
    safe(rotator, lambda: rotator.check(job))
    return Plan(
        str(address),
        settings(seen).target.name,
        rotator.kind,
        rotator.overlap(job).value,
        grace_us(room, seen, None) / HOUR_US,
        tuple(safe(rotator, lambda: rotator.statements(job))),
        tuple(one.name for one in use.consumers(room, address)),
    )


def doctor(room: Local, address: Address) -> list[Check]:
    """Whether a rotation of it would work: reach, TLS, privileges, free places."""
    seen = look(room, address)
    bench = _bench(room, address, seen)
    safe(bench.rotator, lambda: bench.rotator.check(bench.job))
    return safe(bench.rotator, lambda: bench.rotator.doctor(bench.job))


def pause(room: Local, address: Address) -> Status:
    """Let a rotation rest until `resume`."""
    return _steer(room, address, "pause", paused=1)


def resume(room: Local, address: Address, confirm: str = "") -> Status:
    """Let a rotation go on; one that needed a person goes on as he says that it may.

    With `confirm`, he says that he has done that step (`set`, `retire`, `undo`) by hand.

    Raises:
        InvalidError: `rotation-confirm`, that step does not wait for a person.
    """
    row = _live(room, address)
    needed = row.state == State.NEEDS_PERSON.value
    if not confirm:
        # Who still uses the old value is asked again: to end it all the same is `retire`.
        return _steer(
            room, address, "resume", paused=0, confirmed=int(needed and not row.promoted_us)
        )
    if not needed or row.code != f"by-hand-{confirm}":
        step = row.code.removeprefix("by-hand-") if row.code.startswith("by-hand-") else ""
        raise InvalidError(
            "rotation-confirm",
            "no step of that name waits for a person to do it",
            fix=f"the step that waits is {step}"
            if needed and step
            else "`strongroom rotate status`",
        )
    return _steer(room, address, "resume", paused=0, confirmed=1, code=f"{CONFIRMED}{confirm}")


def abort(room: Local, address: Address) -> Status:
    """Take a rotation back, which is possible until its new value is current.

    Raises:
        ConflictError: `rotation-promoted`.
    """
    row = _live(room, address)
    if row.promoted_us:
        raise InvalidError(
            "rotation-promoted",
            "the new value is current already, so there is nothing to take back",
            fix="let it end, or rotate again",
        )
    return _steer(room, address, "abort", aborting=1, paused=0)


def retire(room: Local, address: Address) -> Status:
    """End the old value now: a person has looked at who still uses it.

    Raises:
        InvalidError: `grace-outside-policy`, before the least grace is over; `rotation-not-promoted`.
    """
    row = _live(room, address)
    if row.state != State.PROMOTED.value:
        raise InvalidError("rotation-not-promoted", "there is no old value in its grace")
    least_us = room.policy.rotation.grace_hours_min * HOUR_US
    if not row.emergency and room.now_us() < row.promoted_us + least_us:
        raise InvalidError(
            "grace-outside-policy",
            f"the old value stays valid for {room.policy.rotation.grace_hours_min} hours (P-5.10)",
            fix="wait, or make it an emergency: `strongroom rotate start --emergency`",
        )
    return _steer(room, address, "retire", confirmed=1, paused=0)


def engine(
    room: Local,
    *,
    tell: Callable[[Event], None] = nobody,
    wait: Callable[[float], None] = time.sleep,
    stopping: Callable[[], bool] = never,
) -> Engine:
    """An engine of this room, as its caller."""
    standing = partial(_standing, room)
    return Engine(_room(room), partial(find, room), standing, wait, tell, stopping)


def look(room: Local, address: Address) -> Rotated:
    """The rule, the target and the last rotations of a secret."""
    seen = done(room.gate.look(room.caller, ShowRotation(address)))
    assert isinstance(seen, Rotated)
    return seen


def grace_us(room: Local, seen: Rotated, hours: int | None) -> int:
    """How long the old value stays valid (P-5.10).

    Raises:
        InvalidError: `grace-outside-policy`.
    """
    bounds = room.policy.rotation
    if hours is None:
        planned = seen.schedule.grace_us // HOUR_US if seen.schedule else 0
        hours = min(max(planned, bounds.grace_hours_min), bounds.grace_hours_max)
    if not bounds.grace_hours_min <= hours <= bounds.grace_hours_max:
        raise InvalidError(
            "grace-outside-policy",
            f"a grace is {bounds.grace_hours_min} to {bounds.grace_hours_max} hours (P-5.10)",
            fix="choose a time within, or change the policy",
        )
    return hours * HOUR_US


def _standing(room: Local, address: Address, version: int, promoted_us: int) -> tuple[str, ...]:
    """Who still uses a version by the room's own evidence (P-5.8, P-5.12)."""
    found = use.standing(room, address, version)
    quiet_us = max(promoted_us, room.now_us() - QUIET_US)
    names = [f"{one.application}/{one.instance} says so" for one in found.holders]
    names += [f"{name} has not said which version it uses" for name in found.silent]
    names += [f"{one.holder} keeps {one.items:,} items of it" for one in found.references]
    # Whoever says which version he uses may look at the others: a key set is read as a whole.
    spoken = {one.principal for one in found.live}
    names += [
        f"{one.principal} read it"
        for one in found.readers
        if one.at_us > quiet_us and one.principal not in spoken
    ]
    return tuple(names)


def _room(room: Local) -> Room:
    return Room(room.gate, room.caller, room.keys, room.policy, room.now_us)


def settings(seen: Rotated) -> Settings:
    """Where a secret is rotated, and how.

    Raises:
        NotFoundError: `rotation-unplaced`.
    """
    if seen.target is None or seen.rule is None or seen.target.state != "active":
        raise NotFoundError(
            "rotation-unplaced",
            "nothing says where that secret is rotated",
            fix="`strongroom rotate schedule ADDRESS --target NAME`; `strongroom target list`",
        )
    return Settings(seen.target, seen.rule)


def _bench(
    room: Local, address: Address, seen: Rotated, request: StartRequest | None = None
) -> Bench:
    """The bench of a plan, or of what is about to begin: its grace is what rotators hold against."""
    grace = grace_us(room, seen, request.grace_hours if request else None)
    if request is not None and request.emergency:
        grace = 0
    options = {"grace_s": str(grace // 1_000_000)}
    return make_bench(
        _room(room),
        partial(find, room),
        address,
        settings(seen),
        (None,),
        time.sleep,
        None,
        options,
    )


def bench_of(room: Local, address: Address, seen: Rotated, n: int) -> Bench:
    """A bench on which one kept version of a secret can be tried at its target."""
    return make_bench(
        _room(room), partial(find, room), address, settings(seen), (n,), time.sleep, None, None
    )


def _live(room: Local, address: Address) -> RotationRow:
    seen = look(room, address)
    if not seen.runs or State(seen.runs[0].state) in ENDED:
        raise none_goes_on()
    return seen.runs[0]


def _steer(room: Local, address: Address, word: str, **columns: int | str) -> Status:
    row = _live(room, address)
    row_of(room.gate.change(room.caller, Steer(address, row.id, word, columns)))
    return status(room, address)


def _status(address: Address, seen: Rotated, row: RotationRow) -> Status:
    before = State(row.state) in BEFORE
    return Status(
        str(address), row.id.hex()[:ID_CHARS], seen.target.name if seen.target else "",
        row.state, row.code, bool(row.emergency), bool(row.paused), row.old_n, row.new_n,
        row.begun_us, row.due_us, None if before else row.promoted_us + row.grace_us,
        tuple(json.loads(row.held_by)),
        tuple(Line(one.act, one.state, one.code, one.at_us, one.took_us) for one in seen.steps[row.id]),
    )  # fmt: skip


def no_grace() -> InvalidError:
    """Hours were asked for that an emergency does not give."""
    return InvalidError(
        "grace-outside-policy",
        "an emergency has no grace: the old value is ended at once",
        fix="leave --grace-hours out, or rotate without --emergency",
    )


def none_goes_on() -> NotFoundError:
    """It is in no rotation."""
    return NotFoundError(
        "rotation-none",
        "that secret is in no rotation",
        fix="`strongroom rotate start ADDRESS` begins one",
    )
