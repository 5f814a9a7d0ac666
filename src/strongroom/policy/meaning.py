"""What a policy means, without its words and places: for comparing two documents.

Order of rows and sections, line numbers, spellings and the document's own sentences do
not count; numbers, names, marks and statuses do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from strongroom.model.policy import Policy
from strongroom.policy.clauses import sort_key

Value = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `effect` is `stricter`, `looser` or `other`."""

    field: str
    before: Value
    after: Value
    effect: str


# Which direction of a number is the stricter one.
_LESS_IS_STRICTER: Final = ("rotation_days", "grace_hours", "_minutes", "every_days")
_MORE_IS_STRICTER: Final = ("bits_min", "length_min", "retention_days")
_TIERS: Final = {"weak": 0, "medium": 1, "strong": 2}


def flatten(policy: Policy) -> dict[str, Value]:
    """The policy as one level of dotted fields; equal when two documents mean the same."""
    return dict(sorted(_fields(policy)))


def diff(before: Policy, after: Policy) -> tuple[Change, ...]:
    """Every field in which two policies differ, by name."""
    old, new = flatten(before), flatten(after)
    return tuple(
        Change(
            field, old.get(field), new.get(field), _effect(field, old.get(field), new.get(field))
        )
        for field in sorted(old.keys() | new.keys(), key=_field_key)
        if old.get(field) != new.get(field)
    )


def _fields(p: Policy) -> Iterator[tuple[str, Value]]:
    for name in ("title", "version", "owner", "updated"):
        yield name, getattr(p, name)
    for t in p.types:
        yield f"types.{t.id}", "stated"
        yield f"types.{t.id}.rotation_days", t.rotation_days
        yield f"types.{t.id}.on_compromise", t.on_compromise
        for name in ("example", "storage", "service"):
            yield f"types.{t.id}.{name}", getattr(t, name)
    for e in p.environments:
        yield f"environments.{e.id}.name", e.name
        yield f"environments.{e.id}.tier", e.tier.value
        yield f"environments.{e.id}.storage", e.storage
    for role, row in p.access.matrix.items():
        for environment, allowed in row.items():
            yield f"access.{role}.{environment}", allowed
    for part in ("generation", "rotation", "emergency", "audit"):
        value = getattr(p, part)
        for name in value.__struct_fields__:
            field = getattr(value, name)
            yield f"{part}.{name}", " ".join(field) if isinstance(field, tuple) else field
    yield "review.every_days", p.review.every_days
    for approver in p.review.approvers:
        yield f"review.approvers.{approver}", "stated"
    for trigger in p.review.triggers:
        yield f"review.triggers.{trigger}", "stated"
    for r in p.inventory:
        yield (
            f"inventory.{r.environment}/{r.name}",
            f"{r.type}, {r.owner}, {r.last_rotated}, {r.next_rotation}",
        )
    for contact in p.contacts:
        yield f"contacts.{contact.name}", contact.address
    for clause in p.clauses:
        yield f"clauses.{clause.id}", clause.status.value
    for doubt in p.contradictions:
        yield f"contradictions.{doubt.id}", "stated"
    for o in p.overrides:
        yield f"overrides.{o.subject}.{o.key}", o.value
    for default in p.defaults:
        yield f"defaults.{default.field}", default.value


def _field_key(field: str) -> tuple[str, tuple[str, tuple[int, ...], str]]:
    part, _, rest = field.partition(".")
    return part, sort_key(rest)


def _effect(field: str, old: Value, new: Value) -> str:
    if field.startswith("access."):
        return "looser" if new else "stricter" if old else "other"
    if field.endswith(".tier") and old and new:
        return "stricter" if _TIERS[str(new)] > _TIERS[str(old)] else "looser"
    if field.endswith(".rotation_days") and None in (old, new) and old != new:
        return "looser" if new is None else "stricter"
    if field.endswith("password_classes"):
        return "stricter" if len(str(new).split()) > len(str(old).split()) else "looser"
    if field.startswith(("review.approvers.", "clauses.P-")) and None in (old, new):
        return "looser" if new is None else "stricter"
    if isinstance(old, int) and isinstance(new, int):
        if any(field.endswith(n) or n in field for n in _LESS_IS_STRICTER):
            return "stricter" if new < old else "looser"
        if any(n in field for n in _MORE_IS_STRICTER):
            return "stricter" if new > old else "looser"
    return "other"
