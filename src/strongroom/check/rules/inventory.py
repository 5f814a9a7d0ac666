"""Rules about the document and its inventory table (P-0.1, P-10.1 to P-10.3, P-14.1)."""

from datetime import timedelta
from itertools import groupby

from strongroom.check import dates
from strongroom.check.rule import Draft, Judgement, Subject
from strongroom.check.rules.inventory_dates import Dated, draft, place, rows
from strongroom.check.rules.wording import listed, plural
from strongroom.model.finding import Place
from strongroom.model.policy import Environment, SecretType, Tier
from strongroom.model.severity import Severity
from strongroom.naming.classify import words
from strongroom.naming.vocabulary import vocabulary

_GROUPS = vocabulary("""
    admin admins and backend dev development developer developers devops devsecops engineering
    engineers frontend group infra infrastructure it of op operations ops org owner owners
    platform sec secops security sre squad staff support team teams the
    """)


def complete(subject: Subject) -> Judgement:
    """P-10.1 (C-24): each type has a row in each environment above development."""
    strict = [e for e in subject.policy.environments if e.tier is not Tier.WEAK]
    held = rows(subject)
    found = tuple(
        d for known in subject.policy.types if (d := _missing(subject, known, strict, held))
    )
    count = len(subject.policy.types)
    return Judgement(
        count if strict else 0,
        "type{s} of secrets",
        found,
    )


def unique(subject: Subject) -> Judgement:
    """P-10.1: one row for each secret in each environment."""
    held = sorted(rows(subject), key=_identity)
    found = []
    for _, same in groupby(held, key=_identity):
        first, *others = sorted(same, key=lambda r: r.row.line)
        found += [
            draft(
                subject,
                row.row,
                "duplicate",
                Severity.LOW,
                message=f"{row.label} has a row already, in line {first.row.line}",
                remedy="keep the row that is true, delete the other",
            )
            for row in others
        ]
    return Judgement(len(held), "row{s} of the inventory", tuple(found))


def known(subject: Subject) -> Judgement:
    """P-10.2: each row names a type and an environment that the document has."""
    found = []
    for row in rows(subject):
        lacks = []
        if row.type is None:
            lacks.append("type")
        if subject.policy.environment(row.row.environment.strip()) is None:
            lacks.append("environment")
        if lacks:
            found.append(
                draft(
                    subject,
                    row.row,
                    "unknown",
                    Severity.LOW,
                    message=f"{row.label} is of no {' and '.join(lacks)} that the document defines",
                    remedy=f"write the {' and the '.join(lacks)} as its tables name it",
                )
            )
    count = len(subject.policy.inventory)
    return Judgement(count, "row{s} of the inventory", tuple(found))


def owned(subject: Subject) -> Judgement:
    """P-10.3 (C-28): each secret has an owner, and a person among them."""
    held = subject.policy.inventory
    found = [
        draft(
            subject,
            row,
            "no-owner",
            Severity.MEDIUM,
            message=f"{row.name} ({row.environment}) has no owner",
            remedy="write a person and a team into the row, e.g. `J. Doe (DevOps)`",
        )
        for row in held
        if not row.owner.strip(" -–—*_?")
    ]
    groups = _group_names(subject)
    for owner in dict.fromkeys(r.owner.strip() for r in held):
        mine = [r for r in held if r.owner.strip() == owner]
        if owner.strip(" -–—*_?") and _is_group(owner, groups):
            found.append(
                Draft(
                    f"group {owner}",
                    Severity.LOW,
                    f"{plural(len(mine), 'secret')} of the group {owner}, and no person, own: "
                    f"{listed([r.name for r in mine])}",
                    place(subject, mine[0]),
                    f"write a person beside the group, e.g. `J. Doe ({owner})`",
                    tuple(r.line for r in mine),
                )
            )
    return Judgement(len(held), "row{s} of the inventory", tuple(found))


def reviewed(subject: Subject) -> Judgement:
    """P-14.1: the document itself was looked at within its own period."""
    policy = subject.policy
    written = dates.read(policy.updated or "")
    if written.day is None:
        return Judgement(0, "date{s} of a last update")
    due = written.day + timedelta(days=policy.review.every_days)
    late = (subject.today - due).days
    found: tuple[Draft, ...] = ()
    if late > 0:
        found = (
            Draft(
                "review",
                Severity.MEDIUM,
                f"its review is overdue by {plural(late, 'day')}: last updated {written.day}, "
                f"reviewed every {policy.review.every_days} days",
                Place(subject.document),
                "review the document, and set the date of its last update",
            ),
        )
    return Judgement(1, "the date of the last update", found)


def headed(subject: Subject) -> Judgement:
    """P-0.1: the document says its version, its owner and the day of its last update."""
    policy = subject.policy
    said = {
        "version": bool(policy.version),
        "owner": bool(policy.owner),
        "date of the last update": dates.read(policy.updated or "").day is not None,
    }
    missing = [name for name, there in said.items() if not there]
    found: tuple[Draft, ...] = ()
    if missing:
        found = (
            Draft(
                "header",
                Severity.LOW,
                f"does not say its {', its '.join(missing)}",
                Place(subject.document),
                "write it below the title",
            ),
        )
    return Judgement(len(said), "the head of the document", found)


def _missing(
    subject: Subject, known_type: SecretType, strict: list[Environment], held: tuple[Dated, ...]
) -> Draft | None:
    have = {
        e.id
        for row in held
        if row.type == known_type and (e := subject.policy.environment(row.row.environment.strip()))
    }
    lacking = [e.name for e in strict if e.id not in have]
    if not lacking:
        return None
    return Draft(
        f"rows {known_type.id}",
        Severity.LOW,
        f"the inventory has no {known_type.name} in {' and '.join(lacking)}",
        Place(subject.document, min(known_type.lines, default=0)),
        "add the rows, or strike the type where it is not used",
        known_type.lines,
    )


def _identity(row: Dated) -> tuple[str, str]:
    return row.row.name.casefold(), row.row.environment.casefold()


def _group_names(subject: Subject) -> frozenset[str]:
    names = (*subject.policy.access.roles, *(c.name for c in subject.policy.contacts))
    return frozenset(n.casefold() for n in names)


def _is_group(owner: str, groups: frozenset[str]) -> bool:
    return owner.casefold() in groups or set(words(owner)) <= _GROUPS
