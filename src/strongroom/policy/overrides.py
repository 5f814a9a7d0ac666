"""Corrections that comments in the document make to our reading of it.

    <!-- strongroom: P-5.10 grace=24h..48h -->
    <!-- strongroom: type jwt-secret-key rotation=30d storage="secret manager" -->
    <!-- strongroom: environment qa tier=medium -->
    <!-- strongroom: role Developer production=no -->
    <!-- strongroom: L-3f9a1c as=P-1.3 -->

The grammar is in docs/spec/policy.md. A comment that cannot be applied is an error: a
correction that is silently ignored is worse than none.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from msgspec.structs import replace

from strongroom.errors import InvalidError
from strongroom.model.policy import Clause, Default, Override, Policy, SecretType, Status, Tier
from strongroom.policy import quantity, tables, words
from strongroom.policy.document import Document
from strongroom.policy.quantity import DAY, HOUR, Calendar
from strongroom.policy.source import kind_of
from strongroom.policy.taxonomy import BY_ID
from strongroom.policy.taxonomy import types as types_table

_MARK: Final = re.compile(r"strongroom\s*:\s*(.*)", re.DOTALL | re.IGNORECASE)
_CLAUSE: Final = re.compile(r"(?:P-\d+\.\d+|L-[0-9a-f]{6})")
_CLOCKS: Final = {
    "P-6.1": "contain",
    "P-6.2": "investigate",
    "P-6.3": "remediate",
    "P-6.4": "postmortem",
}
_NAMED: Final = ("type", "environment", "role")


def read(document: Document) -> tuple[Override, ...]:
    """The overrides that the comments of `document` hold, in the order they stand.

    Raises:
        InvalidError: `policy-override-invalid`, naming the line.
    """
    found: list[Override] = []
    for comment in document.comments:
        match = _MARK.match(comment.text)
        if match is None:
            continue
        try:
            tokens = shlex.split(match[1], posix=True)
        except ValueError:
            raise _refused(comment.line, "its quotes do not match") from None
        subject, pairs = _subject(tokens, comment.line)
        for pair in pairs:
            key, equals, value = pair.partition("=")
            if not equals or not key or not value:
                raise _refused(comment.line, f"{pair!r} is not key=value")
            found.append(Override(subject, key, value, comment.line))
        if not pairs:
            raise _refused(comment.line, "it changes nothing")
    return tuple(found)


def apply(policy: Policy, overrides: Iterable[Override]) -> Policy:
    """`policy` with its overrides applied, one after the other.

    Raises:
        InvalidError: `policy-override-invalid`: an unknown subject, key or value.
    """
    for override in overrides:
        kind, _, name = override.subject.partition(" ")
        match kind:
            case "type":
                policy = _types(policy, override, lambda t, n=name: t.id == n)  # type: ignore[misc]
            case "environment":
                policy = _environment(policy, override, name)
            case "role":
                policy = _role(policy, override, name)
            case _:
                policy = _clause(policy, override)
        policy = replace(
            policy, overrides=(*policy.overrides, override), defaults=_without(policy, override)
        )
    return policy


def _subject(tokens: list[str], line: int) -> tuple[str, list[str]]:
    if tokens and _CLAUSE.fullmatch(tokens[0]):
        return tokens[0], tokens[1:]
    if len(tokens) > 1 and tokens[0] in _NAMED:
        return f"{tokens[0]} {tokens[1]}", tokens[2:]
    raise _refused(
        line,
        "it starts with neither a clause (P-5.10) nor `type ID`, `environment ID`, `role NAME`",
    )


def _clause(policy: Policy, o: Override) -> Policy:
    generation, value = policy.generation, o.value
    match (o.subject, o.key):
        case ("P-4.1", "bits"):
            return replace(policy, generation=replace(generation, jwt_bits_min=_number(o)))
        case ("P-4.4", "bits"):
            return replace(policy, generation=replace(generation, api_key_bits_min=_number(o)))
        case ("P-4.5", "prefix"):
            return replace(policy, generation=replace(generation, api_key_prefix=value))
        case ("P-4.7", "length"):
            return replace(policy, generation=replace(generation, password_length_min=_number(o)))
        case ("P-4.8", "classes"):
            classes = tuple(
                c for c in ("upper", "lower", "digits", "symbols") if c in value.split(",")
            )
            if len(classes) != len(value.split(",")):
                raise _refused(
                    o.line, "classes are upper, lower, digits, symbols, joined by commas"
                )
            return replace(policy, generation=replace(generation, password_classes=classes))
        case ("P-5.10", "grace"):
            low, high = _minutes(o)
            return replace(
                policy,
                rotation=replace(
                    policy.rotation, grace_hours_min=low // HOUR, grace_hours_max=high // HOUR
                ),
            )
        case (("P-6.1" | "P-6.2" | "P-6.3" | "P-6.4") as id_, "within"):
            field = {f"{_CLOCKS[id_]}_minutes": _minutes(o)[1]}
            return replace(policy, emergency=replace(policy.emergency, **field))
        case ("P-12.5", "retention"):
            days = -(-_minutes(o, Calendar.LONG)[0] // DAY)
            return replace(policy, audit=replace(policy.audit, retention_days=days))
        case ("P-14.1", "every"):
            return replace(policy, review=replace(policy.review, every_days=_minutes(o)[0] // DAY))
        case ("P-14.2", "triggers"):
            return replace(policy, review=replace(policy.review, triggers=_names(o)))
        case ("P-14.3", "approvers"):
            return replace(policy, review=replace(policy.review, approvers=_names(o)))
        case (id_, "rotation" | "storage") if id_ in types_table.KINDS.values():
            return _types(
                policy,
                o,
                lambda t: (
                    types_table.KINDS.get(kind_of(f"{t.name} {t.service or ''}") or "") == id_
                ),
            )
        case (_, "status"):
            return _status(policy, o)
        case (_, "as"):
            return _as(policy, o)
        case _:
            raise _refused(o.line, f"{o.subject} has no {o.key!r} that can be set")


def _types(policy: Policy, o: Override, wanted: Callable[[SecretType], bool]) -> Policy:
    if not any(wanted(t) for t in policy.types):
        raise _refused(
            o.line,
            f"no type is meant by {o.subject!r}; known are {', '.join(t.id for t in policy.types)}",
        )
    if o.key == "storage":
        change: Callable[[SecretType], SecretType] = lambda t: replace(t, storage=o.value)  # noqa: E731
    elif o.key == "rotation" and tables.on_compromise(o.value.replace("-", " ")):
        change = lambda t: replace(t, rotation_days=None, on_compromise=True)  # noqa: E731
    elif o.key == "rotation":
        days = _minutes(o)[0] // DAY
        change = lambda t: replace(t, rotation_days=days, on_compromise=False)  # noqa: E731
    else:
        raise _refused(o.line, "a type has `rotation` and `storage` that can be set")
    return replace(policy, types=tuple(change(t) if wanted(t) else t for t in policy.types))


def _environment(policy: Policy, o: Override, name: str) -> Policy:
    known = policy.environment(name)
    if known is None:
        raise _refused(o.line, f"there is no environment {name!r}")
    if o.key == "tier" and o.value in set(Tier):
        new = replace(known, tier=Tier(o.value))
    elif o.key == "storage":
        new = replace(known, storage=o.value)
    else:
        raise _refused(
            o.line, "an environment has `tier` (weak, medium, strong) and `storage` that can be set"
        )
    return replace(
        policy, environments=tuple(new if e is known else e for e in policy.environments)
    )


def _role(policy: Policy, o: Override, name: str) -> Policy:
    where = policy.environment(o.key)
    if name not in policy.access.matrix or where is None or not words.is_mark(o.value):
        raise _refused(o.line, "it needs a role and an environment of the document, and yes or no")
    row = {**policy.access.matrix[name], where.name: words.mark(o.value) in words.YES}
    return replace(
        policy, access=replace(policy.access, matrix={**policy.access.matrix, name: row})
    )


def _status(policy: Policy, o: Override) -> Policy:
    # A document may say that people keep a clause; it cannot claim that software does.
    if o.value != Status.MANUAL or policy.clause(o.subject) is None:
        raise _refused(o.line, "only `status=manual` can be set, on a clause of the document")
    clauses = tuple(
        replace(c, status=Status.MANUAL) if c.id == o.subject else c for c in policy.clauses
    )
    return replace(policy, clauses=clauses)


def _as(policy: Policy, o: Override) -> Policy:
    own, known = policy.clause(o.subject), BY_ID.get(o.value)
    if own is None or known is None or not own.id.startswith("L-"):
        raise _refused(
            o.line,
            "`as` needs a clause of the document's own (L-…) and a clause of the taxonomy (P-…)",
        )
    there = policy.clause(known.id)
    lines = tuple(sorted({*own.lines, *(there.lines if there else ())}))
    text = f"{there.text}\n{own.text}" if there else own.text
    rest = [c for c in policy.clauses if c not in (own, there)]
    return replace(policy, clauses=(*rest, Clause(known.id, lines, text, known.status)))


def _without(policy: Policy, o: Override) -> tuple[Default, ...]:
    fields = {
        "P-4.1": "generation.jwt_bits_min",
        "P-4.4": "generation.api_key_bits_min",
        "P-4.7": "generation.password_length_min",
        "P-4.8": "generation.password_classes",
        "P-5.10": "rotation.",
        "P-12.5": "audit.",
        "P-14.1": "review.every_days",
        "P-14.3": "review.approvers",
        **{clause: f"emergency.{clock}" for clause, clock in _CLOCKS.items()},
    }
    stated = fields.get(o.subject)
    return tuple(d for d in policy.defaults if stated is None or not d.field.startswith(stated))


def _number(o: Override) -> int:
    if not o.value.isascii() or not o.value.isdigit() or not 0 < int(o.value[:9]) < 100_000:
        raise _refused(o.line, f"{o.key} is a whole number from 1 to 99999")
    return int(o.value)


def _minutes(o: Override, calendar: Calendar = Calendar.SHORT) -> tuple[int, int]:
    found = quantity.spans(o.value, calendar)
    if len(found) != 1 or found[0].high <= 0 or found[0].low > found[0].high:
        raise _refused(o.line, f"{o.key} is a duration such as 90d, 5m, 24h..48h")
    return found[0].low, found[0].high


def _names(o: Override) -> tuple[str, ...]:
    return tuple(_parts(o.value))


def _parts(text: str) -> Iterator[str]:
    yield from (part.strip() for part in text.split(",") if part.strip())


def _refused(line: int, why: str) -> InvalidError:
    return InvalidError(
        "policy-override-invalid",
        f"line {line}: the strongroom comment cannot be applied: {why}",
        fix="docs/spec/policy.md lists what a comment can set",
    )
