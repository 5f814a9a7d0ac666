"""Rules about the dates in the document's own inventory (P-1.8, P-1.9, P-5.1 to P-5.3, P-10.4)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from strongroom.check import dates
from strongroom.check.matching import type_of
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.check.rules.wording import plural
from strongroom.model.finding import Place
from strongroom.model.policy import InventoryRow, SecretType
from strongroom.model.severity import Severity
from strongroom.naming.classify import words

CRITICAL_AFTER_DAYS = 90


@dataclass(frozen=True, slots=True)
class Dated:
    """One row with its type and its dates as days."""

    row: InventoryRow
    type: SecretType | None
    last: dates.Written
    next: dates.Written
    on_compromise: bool

    @property
    def label(self) -> str:
        """The row's name and environment."""
        return f"{self.row.name} ({self.row.environment})"


def rows(subject: Subject) -> tuple[Dated, ...]:
    """The inventory, read."""
    return tuple(
        Dated(
            row,
            type_of(row, subject.policy.types),
            dates.read(row.last_rotated),
            dates.read(row.next_rotation),
            dates.is_on_compromise(row.next_rotation),
        )
        for row in subject.policy.inventory
    )


def group(known: SecretType | None) -> str:
    """Which line of the rotation schedule a type belongs to, `other` if to none of its own."""
    if known is None:
        return "other"
    said = set(words(f"{known.id} {known.name}"))
    if "jwt" in said:
        return "jwt"
    if "database" in said or "db" in said:
        return "database"
    return "api" if "api" in said and not known.service else "other"


def overdue(which: str) -> Callable[[Subject], Judgement]:
    """The rule that no row of this group is overdue."""

    def judge(subject: Subject) -> Judgement:
        return _each(subject, which, lambda r: _overdue(r, subject))

    return judge


def beyond_period(subject: Subject) -> Judgement:
    """P-1.9: the next rotation is planned within the period of the type."""
    return _each(subject, None, lambda r: _beyond(r, subject))


def has_next(subject: Subject) -> Judgement:
    """P-1.8: every secret has a date at which it ends or is looked at again."""
    return _each(subject, None, lambda r: _no_next(r, subject))


def on_compromise(subject: Subject) -> Judgement:
    """P-10.4: only types without a period may wait for a compromise."""
    return _each(subject, None, lambda r: _waits(r, subject))


def readable(subject: Subject) -> Judgement:
    """P-10.2: each date is a day that exists, and the two are in order."""
    return _each(subject, None, lambda r: _unreadable(r, subject))


def place(subject: Subject, row: InventoryRow) -> Place:
    """The row in the document."""
    return Place(subject.document, row.line)


def draft(
    subject: Subject,
    row: InventoryRow,
    symbol: str,
    severity: Severity,
    *,
    message: str,
    remedy: str,
) -> Draft:
    """A finding about one row, which is also the line of the policy that it rests on."""
    name = f"{symbol} {row.name}@{row.environment}"
    return Draft(name, severity, message, place(subject, row), remedy, (row.line,))


def _each(subject: Subject, which: str | None, judge: Callable[[Dated], Draft | None]) -> Judgement:
    chosen = [r for r in rows(subject) if which is None or group(r.type) == which]
    found = tuple(d for r in chosen if (d := judge(r)))
    return Judgement(len(chosen), "row{s} of the inventory", found)


def _due(row: Dated) -> tuple[date | None, str]:
    """The earlier of the day that the row plans and the day that its type allows."""
    days = row.type.rotation_days if row.type else None
    allowed = row.last.day + timedelta(days=days) if row.last.day and days else None
    if row.next.day and (allowed is None or row.next.day <= allowed):
        return row.next.day, "the inventory's own date"
    return allowed, f"last rotated {row.last.day}, allowed {days} days"


def _overdue(row: Dated, subject: Subject) -> Draft | None:
    if row.on_compromise and not (row.type and row.type.rotation_days):
        return None
    due, why = _due(row)
    if due is None or due >= subject.today:
        return None
    late = (subject.today - due).days
    return draft(
        subject,
        row.row,
        "overdue",
        Severity.CRITICAL if late > CRITICAL_AFTER_DAYS else Severity.HIGH,
        message=f"{row.label} is overdue by {plural(late, 'day')}: due {due} ({why})",
        remedy=f"rotate {row.row.name}, then write the new dates into the row",
    )


def _beyond(row: Dated, subject: Subject) -> Draft | None:
    days = row.type.rotation_days if row.type else None
    if not days or row.last.day is None or row.next.day is None:
        return None
    over = (row.next.day - row.last.day).days - days
    if over <= 0:
        return None
    latest = row.last.day + timedelta(days=days)
    return draft(
        subject,
        row.row,
        "beyond",
        Severity.MEDIUM,
        message=f"{row.label} is planned {plural(over, 'day')} later than its {days} days allow",
        remedy=f"set its next rotation to {latest} or before",
    )


def _no_next(row: Dated, subject: Subject) -> Draft | None:
    if row.on_compromise:
        if any(char.isdigit() for char in row.row.next_rotation):
            return None
        return draft(
            subject,
            row.row,
            "review",
            Severity.LOW,
            message=f"{row.label} waits for a compromise and has no date to be looked at again (C-2)",
            remedy=f"write `On compromise (review {subject.today + timedelta(days=365)})`",
        )
    if row.next.problem != "missing":
        return None
    return draft(
        subject,
        row.row,
        "no-next",
        Severity.MEDIUM,
        message=f"{row.label} has no date for its next rotation",
        remedy="write the date of the next rotation into the row",
    )


def _waits(row: Dated, subject: Subject) -> Draft | None:
    known = row.type
    if not row.on_compromise or known is None or known.rotation_days is None:
        return None
    return draft(
        subject,
        row.row,
        "waits",
        Severity.MEDIUM,
        message=f"{row.label} waits for a compromise, but {known.name} rotates every {known.rotation_days} days",
        remedy="write the date of the next rotation into the row",
    )


def _unreadable(row: Dated, subject: Subject) -> Draft | None:
    problem = _problem(row, subject.today)
    if not problem:
        return None
    return draft(
        subject,
        row.row,
        "date",
        Severity.MEDIUM,
        message=f"{row.label}: {problem}",
        remedy="write both dates as YYYY-MM-DD",
    )


def _problem(row: Dated, today: date) -> str:
    cells = [("last rotated", row.row.last_rotated, row.last)]
    if not row.on_compromise:
        cells.append(("next rotation", row.row.next_rotation, row.next))
    for name, _, written in cells:
        match written.problem:
            case "impossible":
                return f"its {name} is a day that does not exist"
            case "ambiguous":
                return f"its {name} can be read as two different days"
            case "not-a-date":
                return f"its {name} is not a date"
            case "missing" if name == "last rotated":
                return "it does not say when it was last rotated"
    if row.last.day and row.last.day > today:
        return "it was last rotated in the future"
    if row.last.day and row.next.day and row.next.day < row.last.day:
        return "its next rotation is before its last one"
    return ""
