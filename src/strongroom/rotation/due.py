"""What is due: each secret's next rotation, and why it does not begin now. Pure."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from strongroom.db.tables.rotations import RotationRow, RuleRow
from strongroom.gate.changes.void import VOID
from strongroom.gate.scheduled import Scheduled
from strongroom.model.address import Address
from strongroom.model.policy import Policy, SecretType
from strongroom.rotation import schedule
from strongroom.rotation.machine import ENDED, State
from strongroom.rotation.schedule import DAY_US, Mode, Schedule
from strongroom.secret.terms import due_us

# One that was taken back is tried again after that, so that a refusal is not repeated for ever.
AGAIN_US: Final = DAY_US


@dataclass(frozen=True, slots=True)
class Due:
    """A secret's next rotation. Times are µs since 1970 UTC.

    It begins by itself when it is `ready`; else `why` says what it waits for. `begin_us` is when it
    may begin at the earliest, None where nothing lets it. `version` is the one to be replaced. `days_left` is negative when overdue.
    """

    address: str
    version: int
    mode: str
    due_us: int
    begin_us: int | None
    days_left: int
    ready: bool
    why: str


def due(
    policy: Policy, found: Iterable[Scheduled], frozen: frozenset[str], now_us: int
) -> list[Due]:
    """The next rotation of each, what is due first at the top; `frozen` environments rest."""
    types = {one.id: one for one in policy.types}
    lines = [
        _due(one, types.get(one.secret.type), now_us, frozen=one.secret.environment in frozen)
        for one in found
    ]
    return sorted(lines, key=lambda one: (one.due_us, one.address))


def schedule_of(rule: RuleRow, every_us: int | None) -> Schedule:
    """A rule's schedule, as it was checked when it was set."""
    days = tuple((str(first), str(last)) for first, last in json.loads(rule.blackouts))
    return Schedule(
        every_us, rule.cron, rule.zone, rule.window_us, schedule.spans(days, rule.zone),
        Mode(rule.mode),
    )  # fmt: skip


def every_us(one: Scheduled, type_: SecretType | None) -> int | None:
    """A secret's period: the shorter of its own and its type's; None: only a compromise ends it."""
    days = None if type_ is None else type_.rotation_days
    own = None if one.schedule is None else one.schedule.every_us
    given = [period for period in (own, None if days is None else days * DAY_US) if period]
    return min(given, default=None)


def _failed_lately(run: RotationRow | None, now_us: int) -> bool:
    """Whether the last one was taken back within a day; an approval that is void is no failure."""
    if run is None or run.state != "rolled-back" or run.code == VOID:
        return False
    return run.reached_us + AGAIN_US > now_us


def _due(one: Scheduled, type_: SecretType | None, now_us: int, *, frozen: bool) -> Due:
    planned = None if one.schedule is None else one.schedule.next_us
    at_us = due_us(one.version.created_us, one.version.expires_us, type_, planned)
    period = every_us(one, type_)
    begin_us: int | None = None
    if one.rule is None:
        mode, why = "", "unplaced"
    else:
        mode = one.rule.mode
        plan = schedule.plan(schedule_of(one.rule, period), at_us, now_us)
        begin_us, why = plan.begin_us, plan.why
        if plan.open and mode != Mode.AUTO:
            why = "needs-approval" if mode == Mode.APPROVE else "notify-only"
        if period is None:
            begin_us, why = None, "on-compromise"
    run = one.run
    if run is not None and State(run.state) not in ENDED:
        begin_us, why = run.due_us, "running"
    elif _failed_lately(run, now_us):
        assert run is not None
        begin_us, why = run.reached_us + AGAIN_US, "failed-lately"
    elif frozen or one.secret.frozen:
        begin_us, why = None, "frozen"
    address = str(Address(one.secret.environment, one.secret.path))
    left = (at_us - now_us) // DAY_US
    return Due(address, one.version.n, mode, at_us, begin_us, left, why == "open", why)
