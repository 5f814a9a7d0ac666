"""Operations on schedules: when a secret is rotated, what is due, who lets it begin."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from strongroom.db.tables.rotations import RuleRow
from strongroom.db.tables.secrets import VERSION
from strongroom.errors import InvalidError, NotFoundError
from strongroom.gate.changes import birth
from strongroom.gate.changes.describe import SetSchedule
from strongroom.gate.changes.target import SetRule
from strongroom.gate.desk import Desk
from strongroom.gate.rotations import Rotated
from strongroom.gate.rows import Seal
from strongroom.gate.scheduled import scheduled
from strongroom.model.address import Address
from strongroom.ops import inventory, rotate, target
from strongroom.ops.local import Local, done
from strongroom.ops.rotate import StartRequest, Status
from strongroom.rotation import due as pure
from strongroom.rotation import schedule
from strongroom.rotation.due import Due
from strongroom.rotation.schedule import DAY_US, HOUR_US, Mode, Schedule

WINDOW_US: Final = HOUR_US
AHEAD_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class ScheduleRequest:
    """A schedule. What is None stays as it was; at first a secret needs a target."""

    address: Address
    target: str | None = None
    every_us: int | None = None
    cron: str | None = None
    zone: str | None = None
    window_us: int | None = None
    blackouts: tuple[tuple[str, str], ...] | None = None
    mode: Mode | None = None
    grace_hours: int | None = None
    options: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A secret's schedule as it is now, and what is next. Times are µs since 1970 UTC."""

    address: str
    target: str
    mode: str
    every_us: int | None
    cron: str
    zone: str
    window_us: int
    blackouts: tuple[tuple[str, str], ...]
    grace_hours: float
    due_us: int | None
    begin_us: int | None


def put(room: Local, request: ScheduleRequest) -> Shown:
    """Say where and when a secret is rotated. What could not be kept is refused here (P-5).

    Raises:
        NotFoundError: `secret-unknown`, `target-unknown`, `rotation-unplaced`.
        InvalidError: `schedule-invalid`, `schedule-never-opens`, `period-outside-policy`,
            `grace-outside-policy`, `target-invalid`, `target-option`.
    """
    address = request.address
    seen = rotate.look(room, address)
    rule = _merged(request, seen.rule, seen.target.name if seen.target else None)
    if request.target is not None or request.options is not None:
        target.words(room, address, rule.target, rule.options)
    every_us = request.every_us
    if every_us is None and seen.schedule is not None:
        every_us = seen.schedule.every_us
    type_ = room.policy.type(seen.type)
    days = None if type_ is None else type_.rotation_days
    if every_us is not None and days is not None and every_us > days * DAY_US:
        raise InvalidError(
            "period-outside-policy",
            f"the policy rotates {seen.type} every {days} days at the latest (P-5)",
            fix=f"choose {days} days or fewer",
        )
    grace_us = rotate.grace_us(room, seen, request.grace_hours)
    period = every_us if every_us is not None else None if days is None else days * DAY_US
    made = Schedule(
        period, rule.cron, rule.zone, rule.window_us,
        schedule.spans(rule.blackouts, rule.zone), Mode(rule.mode),
    )  # fmt: skip
    schedule.check(made, room.now_us())
    # The policy's own period needs no day of its own: it is counted from the value in any case.
    next_us = None if every_us is None else _born_us(room, seen) + every_us
    change = SetSchedule(address, every_us, next_us, grace_us, made.mode is Mode.AUTO)
    for one in (rule, change):  # each by itself: where the rule is refused, nothing changes
        done(room.gate.change(room.caller, one))
    return show(room, address)


def show(room: Local, address: Address) -> Shown:
    """The schedule of a secret.

    Raises:
        NotFoundError: `secret-unknown`, `rotation-unplaced`.
    """
    seen = rotate.look(room, address)
    rule = seen.rule
    if rule is None or seen.target is None:
        raise unplaced()
    lines = {one.address: one for one in _due(room, [address.environment])}
    line = lines.get(str(address))
    return Shown(
        str(address), seen.target.name, rule.mode, seen.schedule.every_us if seen.schedule else None,
        rule.cron, rule.zone, rule.window_us, _blackouts(rule),
        rotate.grace_us(room, seen, None) / HOUR_US,
        line.due_us if line else None, line.begin_us if line else None,
    )  # fmt: skip


def due(room: Local, days: int | None = AHEAD_DAYS) -> list[Due]:
    """What must be rotated within so many days and the caller may know of; None: all there is.

    Raises:
        InvalidError: `due-invalid`. DeniedError: there is nothing that he may see.
    """
    if days is not None and not 0 <= days <= inventory.DUE_DAYS_MAX:
        raise InvalidError("due-invalid", f"due within 0 to {inventory.DUE_DAYS_MAX:,} days")
    surveys, _ = inventory.surveys(room)
    visible = {
        str(Address(one.secret.environment, one.secret.path))
        for all_ in surveys
        for one in all_.seen
    }
    return [
        one
        for one in _due(room, [one.environment for one in surveys])
        if one.address in visible and (days is None or one.days_left < days or one.why == "running")
    ]


def all_due(room: Local) -> list[Due]:
    """The next rotation of every secret, for an agent; nothing is recorded."""
    return _due(room, [one.id for one in room.policy.environments])


def approve(room: Local, address: Address) -> Status:
    """Let the next rotation of a secret begin, in the next window that opens; it is recorded who did.

    Raises:
        NotFoundError: `secret-unknown`, `rotation-unplaced`, `version-none`.
        InvalidError: `approval-not-needed`, `schedule-never-opens`. ConflictError: `rotation-running`.
    """
    seen = rotate.look(room, address)
    if seen.rule is None:
        raise unplaced()
    if seen.rule.mode != Mode.APPROVE:
        raise InvalidError(
            "approval-not-needed",
            "rotations of that secret need nobody's approval",
            fix="`strongroom rotate start ADDRESS` begins one now",
        )
    days = room.policy.type(seen.type)
    period = seen.schedule.every_us if seen.schedule else None
    if period is None and days is not None and days.rotation_days is not None:
        period = days.rotation_days * DAY_US
    begin_us = schedule.first(pure.schedule_of(seen.rule, period), room.now_us())
    if begin_us is None:
        raise schedule.never()
    return rotate.start(room, StartRequest(address, approved=True, not_before_us=begin_us))


def unplaced() -> NotFoundError:
    """Nothing says where it is rotated."""
    return NotFoundError(
        "rotation-unplaced",
        "nothing says where that secret is rotated",
        fix="`strongroom rotate schedule ADDRESS --target NAME`; `strongroom target list`",
    )


def _due(room: Local, places: list[str]) -> list[Due]:
    now_us = room.now_us()
    with closing(room.gate.connect()) as db, db.moment():
        found = scheduled(db, Seal(room.keys.row_mac), places, now_us - pure.AGAIN_US)
    frozen = room.gate.consult(
        lambda desk: frozenset(
            id_ for id_, one in desk.snapshot.authority(desk.db).facts.items() if one.frozen
        )
    )
    return pure.due(room.policy, found, frozen, now_us)


def _merged(request: ScheduleRequest, old: RuleRow | None, target: str | None) -> SetRule:
    name = request.target or target
    if name is None:
        raise unplaced()
    if old is None:
        old = RuleRow(b"", b"", "{}", Mode.AUTO, "", "UTC", 0, "[]", 0, b"")
    cron = old.cron if request.cron is None else request.cron.strip()
    window_us = request.window_us
    if window_us is None:
        window_us = (old.window_us or WINDOW_US) if cron else 0
    mode = str(request.mode or old.mode)
    return SetRule(
        request.address,
        name,
        json.loads(old.options) if request.options is None else request.options,
        mode,
        cron,
        request.zone or old.zone,
        window_us,
        _blackouts(old) if request.blackouts is None else request.blackouts,
        frees=old.mode == Mode.APPROVE and mode != Mode.APPROVE,
    )


def _blackouts(rule: RuleRow) -> tuple[tuple[str, str], ...]:
    return tuple((str(first), str(last)) for first, last in json.loads(rule.blackouts))


def _born_us(room: Local, seen: Rotated) -> int:
    """When the current value was first written, or now."""

    def look(desk: Desk) -> int | None:
        n = seen.current
        row = None if n is None else VERSION.get(desk.db, seen.secret_id, n)
        if row is None:
            return None
        seal = desk.snapshot.seal
        return birth.born_us(desk.db, seal, seal.check(VERSION, row))

    found = room.gate.consult(look)
    return room.now_us() if found is None else found
