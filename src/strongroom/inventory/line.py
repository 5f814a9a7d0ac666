"""One line of the inventory: the policy's six columns, then what a room knows besides. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from strongroom.gate.survey import Seen, Survey
from strongroom.model.policy import Policy
from strongroom.secret.life import DUE_DAYS, Life, Status, life

# The columns that every policy of this kind asks for (P-10.2), by our own word for each.
SIX: Final = {
    "name": "Name",
    "type": "Type",
    "environment": "Environment",
    "owner": "Owner",
    "last": "Last Rotated",
    "next": "Next Rotation",
}
MORE: Final = (
    "Type Id",
    "Store",
    "Consumers",
    "Versions",
    "Last Used",
    "Days Left",
    "Status",
)
NOTHING: Final = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """A secret of the room. Dates are days as YYYY-MM-DD; `name` is its path, so that it is one.

    `next` is a day, `On compromise (review DAY)`, or `-` without a value; `days_left` is None
    then. `version` is the number of the current one.
    """

    name: str
    type: str
    environment: str
    owner: str
    last: str
    next: str
    address: str
    type_id: str
    store: str
    consumers: tuple[str, ...]
    versions: int
    version: int | None
    last_used: str
    days_left: int | None
    status: Status
    backup: str
    tags: tuple[str, ...]

    @property
    def six(self) -> dict[str, str]:
        """The policy's columns, by our words for them."""
        return {word: str(getattr(self, word)) for word in SIX}

    @property
    def more(self) -> tuple[str, ...]:
        """The rest, in the order of `MORE`."""
        return (
            self.type_id,
            self.store,
            ", ".join(self.consumers) or NOTHING,
            str(self.versions),
            self.last_used,
            NOTHING if self.days_left is None else str(self.days_left),
            str(self.status),
        )


def lines(
    survey: Survey, policy: Policy, now_us: int, *, due_days: int = DUE_DAYS
) -> tuple[Line, ...]:
    """A line for each secret that is seen and in use, by path."""
    return tuple(_lines(survey, policy, now_us, due_days))


def _lines(survey: Survey, policy: Policy, now_us: int, due_days: int) -> Iterable[Line]:
    known = policy.environment(survey.environment)
    place = known.name if known else survey.environment
    types = {t.id: t for t in policy.types}
    for seen in survey.seen:
        if seen.secret.state != "active":
            continue
        type_ = types.get(seen.secret.type)
        found = life(seen, type_, now_us, frozen=survey.frozen, due_days=due_days)
        yield _line(seen, found, place, type_.name if type_ else seen.secret.type)


def _line(seen: Seen, found: Life, place: str, type_name: str) -> Line:
    row = seen.secret
    return Line(
        name=row.path,
        type=type_name,
        environment=place,
        owner=row.owner,
        last=day(found.last_us),
        next=_next(found),
        address=f"{row.environment}/{row.path}",
        type_id=row.type,
        store=row.store,
        consumers=tuple(c.name for c in seen.consumers),
        versions=len(seen.versions),
        version=seen.current,
        last_used=day(seen.used_us),
        days_left=found.days_left,
        status=found.status,
        backup=seen.label.backup,
        tags=seen.label.tags,
    )


def _next(found: Life) -> str:
    if not found.on_compromise:
        return day(found.next_us)
    return (
        "On compromise" if found.next_us is None else f"On compromise (review {day(found.next_us)})"
    )


def day(us: int | None) -> str:
    """A day in UTC, of microseconds since 1970; `-` for none."""
    if us is None:
        return NOTHING
    return datetime.fromtimestamp(us / 1_000_000, UTC).strftime("%Y-%m-%d")
