"""Rules about time: ended, overdue, too long, removed too early or too late (P-1.8 to P-1.10, P-5)."""

from typing import Final

from strongroom.check.room.each import Judge, day, days_since, draft, each, has_value
from strongroom.check.room.facts import Kept, RoomFacts
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.check.rules.inventory_dates import CRITICAL_AFTER_DAYS
from strongroom.check.rules.wording import plural
from strongroom.db.tables.survey import Life
from strongroom.model.severity import Severity
from strongroom.secret.life import Status
from strongroom.secret.terms import DAY_US, REVIEW_DAYS

HOUR_US: Final = 3_600_000_000


def expired(kept: Kept, room: RoomFacts) -> Draft | None:
    """P-1.8: no value is in use past its own end."""
    version = kept.version
    if version is None or room.now_us <= version.expires_us:
        return None
    late = days_since(version.expires_us, room.now_us)
    used = kept.seen.used_us
    still = f", and was read on {day(used)}" if used and used > version.expires_us else ""
    return draft(
        kept,
        Severity.CRITICAL if late > CRITICAL_AFTER_DAYS or still else Severity.HIGH,
        f"version {version.n} ended on {day(version.expires_us)}, {plural(late, 'day')} ago{still}",
        _rotate(kept),
    )


def overdue(which: str) -> Judge:
    """The rule that no secret of this line of the schedule is overdue."""
    return each(_overdue, of=lambda kept: _scheduled(kept) and kept.line == which)


def _overdue(kept: Kept, room: RoomFacts) -> Draft | None:
    next_us = kept.life.next_us
    if next_us is None or room.now_us <= next_us:
        return None
    late = days_since(next_us, room.now_us)
    last = day(kept.life.last_us or 0)
    return draft(
        kept,
        Severity.CRITICAL if late > CRITICAL_AFTER_DAYS else Severity.HIGH,
        f"is overdue by {plural(late, 'day')}: due {day(next_us)}, last rotated {last}",
        _rotate(kept),
    )


def period(kind: str | None) -> Judge:
    """The rule that no version of a kind of secret lives longer than the type's period."""
    return each(_too_long, of=lambda kept: has_value(kept) and kept.kind == kind)


def _too_long(kept: Kept, _: RoomFacts) -> Draft | None:
    version = kept.version
    if version is None or kept.type is None:
        return None
    days = kept.type.rotation_days or REVIEW_DAYS
    over = version.expires_us - version.created_us - days * DAY_US
    if over <= 0:
        return None
    return draft(
        kept,
        Severity.MEDIUM,
        f"version {version.n} may live {plural(-(-over // DAY_US), 'day')} longer than the"
        f" {days} days of {kept.type.name}",
        f"strongroom secret update {kept.address} --expires-days {days}, or rotate it",
    )


def review(kept: Kept, room: RoomFacts) -> Draft | None:
    """P-10.4, C-2: what only a compromise rotates is looked at again within a year."""
    next_us = kept.life.next_us
    if next_us is None or room.now_us <= next_us:
        return None
    return draft(
        kept,
        Severity.MEDIUM,
        f"its owner was to say by {day(next_us)} that it is needed and has not leaked",
        f"{_rotate(kept)}, or strongroom secret update {kept.address} --expires-days {REVIEW_DAYS}",
    )


def is_reviewed(kept: Kept) -> bool:
    """Whether only a compromise rotates it."""
    return has_value(kept) and kept.life.on_compromise


def had_compromise(kept: Kept) -> bool:
    """Whether some version of it was compromised."""
    return any(v.compromised for v in kept.seen.versions)


def is_frozen(kept: Kept) -> bool:
    """Whether the secret itself is frozen."""
    return bool(kept.seen.secret.frozen)


def compromised(kept: Kept, _: RoomFacts) -> Draft | None:
    """P-1.10, P-5.4: a compromised value is no longer the current one."""
    if kept.life.status is not Status.COMPROMISED:
        return None
    return draft(
        kept,
        Severity.CRITICAL,
        f"version {kept.seen.current} is compromised and still current",
        _rotate(kept),
    )


def frozen(kept: Kept, _: RoomFacts) -> Draft:
    """P-11.7: what was frozen is rotated or thawed, not forgotten."""
    return draft(
        kept,
        Severity.LOW,
        "is frozen, so that nobody reads it",
        f"rotate it, then strongroom secret thaw {kept.address}",
    )


def removed_late(subject: Subject) -> Judgement:
    """P-5.10, P-5.11: an old version is gone when its grace ends."""
    hours = subject.policy.rotation.grace_hours_max

    def find(kept: Kept, room: RoomFacts) -> Draft | None:
        late = [
            v.n
            for v in kept.seen.versions
            if v.state == "previous" and room.now_us - v.changed_us > hours * HOUR_US
        ]
        if not late:
            return None
        return draft(
            kept,
            Severity.MEDIUM,
            f"version {_listed(late)} can be read more than {hours} hours after its successor",
            f"strongroom secret destroy {kept.address} --version {late[0]} --yes",
        )

    return each(find, of=_has_old, noun="secret{s} with an old version")(subject)


def removed_early(subject: Subject) -> Judgement:
    """P-5.7, P-5.10: an old version stays for as long as consumers need to follow."""
    hours = subject.policy.rotation.grace_hours_min

    def find(kept: Kept, _: RoomFacts) -> Draft | None:
        born = {v.n: v.created_us for v in kept.seen.versions}
        early = [
            v.n for v in kept.seen.versions if _gone(v) and _left_us(v, born) < hours * HOUR_US
        ]
        if not early:
            return None
        return draft(
            kept,
            Severity.LOW,
            f"version {_listed(early)} was removed less than {hours} hours after its successor came",
            "rotate with a grace; a compromise is marked as one",
        )

    return each(find, of=_has_gone, noun="secret{s} with a removed version")(subject)


def _left_us(version: Life, born: dict[int, int]) -> int:
    """How long it stayed beside its successor; for ever where it never had one."""
    after = [at for n, at in born.items() if n > version.n]
    return version.changed_us - min(after) if after else 1 << 62


def _gone(version: Life) -> bool:
    return version.state in {"retired", "destroyed"} and not version.compromised


def _has_gone(kept: Kept) -> bool:
    return any(_gone(v) for v in kept.seen.versions)


def _has_old(kept: Kept) -> bool:
    return any(v.state in {"previous", "retired", "destroyed"} for v in kept.seen.versions)


def _scheduled(kept: Kept) -> bool:
    return has_value(kept) and not kept.life.on_compromise


def _rotate(kept: Kept) -> str:
    if kept.type is not None and kept.type.service is not None:
        return f"have it issued anew, then strongroom secret set {kept.address}"
    return f"strongroom secret generate {kept.address}"


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers[:5])) + (" and more" if len(numbers) > 5 else "")
