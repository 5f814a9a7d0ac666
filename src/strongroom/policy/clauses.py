"""Which clause a statement is: the taxonomy laid over the document's statements."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, NamedTuple

from strongroom.model.policy import Clause, Policy, Status
from strongroom.policy.document import Kind, Statement
from strongroom.policy.readers import access, types
from strongroom.policy.readers.governance import Head
from strongroom.policy.source import Source, kind_of
from strongroom.policy.tables import Shape
from strongroom.policy.taxonomy import BY_ID, ENTRIES
from strongroom.policy.taxonomy import access as access_table
from strongroom.policy.taxonomy import types as types_table
from strongroom.policy.words import fold

TEXT_CHARS_MAX: Final = 2000
_TAG: Final = re.compile(r"P-\d+\.\d+")
_FORBIDDING: Final = (
    " dont ",
    " do not ",
    " never ",
    " forbidden",
    " prohibited",
    " must not",
    " avoid",
)
_FIELDS: Final = {
    "generation.jwt_bits_min": "P-4.1",
    "generation.api_key_bits_min": "P-4.4",
    "generation.api_key_prefix": "P-4.5",
    "generation.password_length_min": "P-4.7",
    "generation.password_classes": "P-4.8",
    "rotation.grace": "P-5.10",
    "emergency.contain_minutes": "P-6.1",
    "emergency.investigate_minutes": "P-6.2",
    "emergency.remediate_minutes": "P-6.3",
    "emergency.postmortem_minutes": "P-6.4",
    "audit.retention_days": "P-12.5",
    "review.every_days": "P-14.1",
    "review.triggers": "P-14.2",
    "review.approvers": "P-14.3",
}
_NORMATIVE: Final = (
    " must ",
    " shall ",
    " should ",
    " never ",
    " always ",
    " required ",
    " requires ",
    " may not ",
    " do not ",
    " dont ",
    " cannot ",
    " mandatory ",
    " forbidden ",
    " prohibited ",
    " have to ",
    " has to ",
    " only ",
)


class Part(NamedTuple):
    """One condition of an alternative: any of `words`, in the statement or above it too."""

    words: tuple[str, ...]
    above: bool
    negated: bool


class Alternative(NamedTuple):
    """Parts that must all hold, for lines of code or for prose."""

    code: bool
    parts: tuple[Part, ...]


def recognise(source: Source, head: Head, policy: Policy) -> tuple[Clause, ...]:
    """Every clause that the document states, sorted by id; the rest as clauses of its own."""
    found: dict[str, dict[int, str]] = {}
    used: set[int] = set()
    for id_, line, text in (*_structural(source, head, policy), *_stated(source)):
        found.setdefault(id_, {}).setdefault(line, text)
        used.add(line)
    clauses = [_clause(id_, lines, BY_ID[id_].status) for id_, lines in found.items()]
    read = {line for t in policy.types for line in t.lines}
    read |= {line for e in policy.environments for line in e.lines}
    clauses += _own(source, used | set(head.lines.values()) | read)
    return tuple(sorted(clauses, key=lambda c: sort_key(c.id)))


def sort_key(id_: str) -> tuple[str, tuple[int, ...], str]:
    """`P-2.10` after `P-2.9`; a document's own clauses last."""
    letter, _, rest = id_.partition("-")
    numbers = (
        tuple(int(n) for n in rest.split("."))
        if letter != "L" and rest.replace(".", "").isdigit()
        else ()
    )
    return {"P": "0", "C": "1", "D": "2"}.get(letter, "9"), numbers, id_


def _stated(source: Source) -> Iterator[tuple[str, int, str]]:
    tags = _tags(source)
    for statement in source.statements:
        if statement.line in tags:
            yield from ((id_, statement.line, statement.text) for id_ in tags[statement.line])
            continue
        code = statement.kind is Kind.CODE
        own = statement.text.casefold() if code else statement.fold
        if not code and _forbids(statement):
            own += "never dont "
        near = own + statement.above
        if statement.kind is Kind.HEADING and len(own.split()) < 3:
            continue
        for id_, alternatives in _alternatives(code):
            if any(_holds(alternative, own, near) for alternative in alternatives):
                yield id_, statement.line, statement.text


def _tags(source: Source) -> dict[int, list[str]]:
    """What comments such as `<!-- P-5.10 -->` say about the sentence on their line."""
    return {
        comment.line: ids
        for comment in source.document.comments
        if (ids := _TAG.findall(comment.text))
        and not _TAG.sub("", comment.text).strip(" ,")
        and all(id_ in BY_ID for id_ in ids)
    }


def _forbids(statement: Statement) -> bool:
    short = (p for p in statement.parents if len(p.split()) <= 3)
    title = fold(statement.section.title) + "".join(map(fold, short))
    return statement.tick is False or (
        statement.tick is None
        and any(word in title for word in _FORBIDDING)
        and statement.kind is Kind.ITEM
    )


def _holds(alternative: Alternative, own: str, near: str) -> bool:
    for part in alternative.parts:
        text = near if part.above else own
        for word in part.words:
            if word in text:
                if part.negated:
                    return False
                break
        else:
            if not part.negated:
                return False
    return True


@cache
def _alternatives(code: bool) -> tuple[tuple[str, tuple[Alternative, ...]], ...]:
    parsed = ((e.id, tuple(a for a in map(_parse, e.match) if a.code is code)) for e in ENTRIES)
    return tuple((id_, alternatives) for id_, alternatives in parsed if alternatives)


def _parse(text: str) -> Alternative:
    code = text.startswith("code:")
    parts = []
    for piece in text.removeprefix("code:").split(" + "):
        bare = piece.strip()
        negated, bare = bare.startswith("!"), bare.removeprefix("!")
        above, bare = bare.startswith("@"), bare.removeprefix("@")
        words = tuple(w if code else f" {w}" for w in bare.split("|"))
        parts.append(Part(words, above, negated))
    return Alternative(code, tuple(parts))


def _structural(source: Source, head: Head, policy: Policy) -> Iterator[tuple[str, int, str]]:
    """Clauses that come from what the readers understood rather than from words."""
    for line in head.lines.values():
        yield "P-0.1", line, source.document.lines[line - 1].strip()
    for field, id_ in _FIELDS.items():
        for statement in source.notes.stated.get(field, ()):
            yield id_, statement.line, statement.text
    yield from _of_types(source, policy)
    for environment in policy.environments:
        for line in environment.lines:
            yield types_table.TIERS[environment.tier], line, _line(source, line, environment.name)
    by_name = access.lines(source)
    for environment in policy.environments:
        for said in source.notes.stated.get(f"access.{environment.id}", ()):
            yield access_table.TIERS[environment.tier], said.line, said.text
        for line in by_name.get(fold(environment.name), ()):
            yield access_table.TIERS[environment.tier], line, _line(source, line)
    for reading in source.of(Shape.INVENTORY):
        yield "P-10.1", reading.table.line, _line(source, reading.table.line)
        yield "P-10.2", reading.table.line, _line(source, reading.table.line)
    for row in policy.inventory:
        if row.owner:
            yield "P-10.3", row.line, _line(source, row.line)
        if " compromise" in fold(row.next_rotation):
            yield "P-10.4", row.line, _line(source, row.line)
    for contact in policy.contacts:
        yield "P-15.1", contact.line, f"{contact.name}: {contact.address}"


def _of_types(source: Source, policy: Policy) -> Iterator[tuple[str, int, str]]:
    for type_ in policy.types:
        kind = _kind(type_.name, type_.example, type_.service)
        if kind:
            for line in type_.lines:
                yield types_table.KINDS[kind], line, _line(source, line, type_.name)
    rows = list(types.schedule(source))
    for number, kind in enumerate(("jwt", "api-key", "database"), start=1):
        stated = [(row.line, "") for row in rows if kind_of(row.subject) == kind]
        if not stated:
            stated = [
                (line, t.name)
                for t in policy.types
                if t.rotation_days and _kind(t.name, t.example, t.service) == kind
                for line in t.lines
            ]
        for line, name in stated:
            yield f"P-5.{number}", line, _line(source, line, name)
    for row in rows:
        if kind_of(row.subject) is None and any(
            w in fold(row.subject) for w in (" all ", " any ", " every ")
        ):
            yield "P-5.4", row.line, _line(source, row.line)


def _kind(name: str, example: str | None, service: str | None) -> str | None:
    return kind_of(name) or kind_of(service or "") or kind_of(example or "")


def _own(source: Source, used: set[int]) -> Iterator[Clause]:
    """Rules that the taxonomy does not know: kept, in view, and not understood."""
    taken = used | {
        row.line for r in source.readings for row in r.table.rows if r.shape is not Shape.OTHER
    }
    parents = {parent for s in source.statements for parent in s.parents}
    found: dict[str, list[Statement]] = {}  # the same sentence in two places is one clause
    for statement in source.prose():
        if statement.line in taken or statement.text in parents or not _is_rule(statement):
            continue
        digest = hashlib.sha256(statement.fold.encode()).hexdigest()[:6]
        found.setdefault(f"L-{digest}", []).append(statement)
    for id_, same in found.items():
        yield _clause(id_, {s.line: s.text for s in same}, Status.NOT_UNDERSTOOD)


def _is_rule(statement: Statement) -> bool:
    if (
        statement.kind is Kind.HEADING
        or statement.text.rstrip().endswith(":")
        or len(statement.fold.split()) < 2
    ):
        return False
    if statement.kind in {Kind.ITEM, Kind.ROW}:
        return len(statement.fold.split()) > 2 or any(w in statement.fold for w in _NORMATIVE)
    return any(word in statement.fold for word in _NORMATIVE)


def _clause(id_: str, lines: dict[int, str], status: Status) -> Clause:
    texts: Iterable[str] = dict.fromkeys(lines[line] for line in sorted(lines))
    return Clause(id_, tuple(sorted(lines)), "\n".join(texts)[:TEXT_CHARS_MAX], status)


def _line(source: Source, line: int, about: str = "") -> str:
    """The statement on `line`, or the row of a table as it stands there."""
    here = [s.text for s in source.document.statements if s.line == line]
    stated = next((text for text in here if about and fold(about)[:-1] in fold(text)), None)
    return stated or (here[0] if here else None) or source.document.lines[line - 1].strip()
