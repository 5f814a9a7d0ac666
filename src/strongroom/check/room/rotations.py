"""Rules about rotations: those that stopped, their graces, who let them begin (P-5.10, P-5.11, P-14.3)."""

from collections.abc import Callable
from typing import Final

from strongroom.check.room.each import NO_HOUSE, NO_ROOM, Judge, day
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.gate.overview import Turned
from strongroom.model.finding import Place, Severity

HOUR_US: Final = 3_600_000_000

Find = Callable[[Turned, Subject], Draft | None]


def _each(find: Find, *, of: Callable[[Turned], bool], noun: str) -> Judge:
    def judge(subject: Subject) -> Judgement:
        room = subject.room
        if room is None or room.house is None:
            return NO_ROOM if room is None else Judgement(0, noun, gap=NO_HOUSE)
        places = {one.id for one in room.environments}
        chosen = [one for one in room.house.rotations if one.environment in places and of(one)]
        return Judgement(
            len(chosen), noun, tuple(draft for one in chosen if (draft := find(one, subject)))
        )

    return judge


def _stuck(one: Turned, _: Subject) -> Draft | None:
    if one.state != "needs-person" and not one.paused:
        return None
    why = "was paused" if one.paused else f"needs a person ({one.code})"
    still = ", and the old value is valid still" if one.promoted_us else ""
    return _draft(
        one,
        Severity.MEDIUM if one.paused else Severity.HIGH,
        f"its rotation of {day(one.begun_us)} {why} since {day(one.reached_us)}{still}",
        f"strongroom rotate explain {one.address}",
    )


def _grace(one: Turned, subject: Subject) -> Draft | None:
    bounds = subject.policy.rotation
    hours = one.grace_us / HOUR_US
    if bounds.grace_hours_min <= hours <= bounds.grace_hours_max:
        return None
    return _draft(
        one,
        Severity.MEDIUM,
        f"its rotation of {day(one.begun_us)} has a grace of {hours:g} hours, where the policy has"
        f" {bounds.grace_hours_min} to {bounds.grace_hours_max}",
        f"strongroom rotate schedule {one.address} --grace-hours {bounds.grace_hours_min}",
    )


def _alone(one: Turned, subject: Subject) -> Draft | None:
    if not one.alone:
        return None
    room = subject.room
    people = room.house.principals if room is not None and room.house is not None else ()
    who = next((p.name for p in people if p.id == one.begun_by), "somebody unknown")
    return _draft(
        one,
        Severity.LOW,
        f"its rotation of {day(one.begun_us)} was approved by {who}, who had arranged it too",
        "let a second person approve: strongroom access grant --verb approve --principal NAME",
    )


stuck: Final = _each(
    _stuck, of=lambda one: one.state not in {"done", "rolled-back"}, noun="rotation{s} under way"
)
"""P-5.11: a rotation that stopped half-way is looked at, or the old value stays."""

grace: Final = _each(_grace, of=lambda one: not one.emergency, noun="rotation{s} of this quarter")
"""P-5.10: a rotation's grace is within the policy's bounds, those of a policy that came later too."""

alone: Final = _each(_alone, of=lambda one: one.approved, noun="approved rotation{s}")
"""P-14.3: whoever lets a rotation begin is not whoever arranged it."""


def _draft(one: Turned, severity: Severity, message: str, remedy: str) -> Draft:
    return Draft(one.id.hex()[:12], severity, message, Place(one.address, logical=True), remedy)
