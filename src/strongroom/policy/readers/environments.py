"""Environments: their ids, the names people use, how strong and where secrets are kept."""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from strongroom.errors import LimitError
from strongroom.model.policy import Environment, Tier
from strongroom.policy import words
from strongroom.policy.document import ENVIRONMENTS_MAX, Kind, Statement
from strongroom.policy.readers.access_prose import about_access
from strongroom.policy.source import Source, relabel, rest, subject
from strongroom.policy.tables import Reading, Shape
from strongroom.policy.words import fold, listed, places, slug

_TIERS: Final = {"development": Tier.WEAK, "testing": Tier.WEAK, "staging": Tier.MEDIUM}
_KEEPERS: Final = re.compile(
    r"(?P<where>(?:an?\s+|the\s+)?(?:`?\.env`?\s+files?(?:\s*\([^)]*\))?|environment variables?(?:\s+or\s+[^.,;]+)?"
    r"|secrets?[ -]manage\w*(?:\s+(?:systems?|services?))?|key management \w+|(?:a\s+)?vault\b))",
    re.IGNORECASE,
)
# Synonyms that are everyday words too name an environment in a table, not in a sentence.
_SPOKEN: Final = {
    id_: tuple(n for n in names if n not in {"live", "local", "test", "stage", "ci"})
    for id_, names in words.ENVIRONMENTS.items()
}
# A section of its own for an environment of any name.
_TITLE: Final = re.compile(
    r"^(?:[\d.]+\s*)?environment\s*[:–—-]\s*(?P<name>\S.{0,60})$", re.IGNORECASE
)
_PLACE: Final = re.compile(r"\benvironments?\b", re.IGNORECASE)


@dataclass(slots=True)
class _Found:
    name: str
    tier: Tier | None
    storage: str | None
    lines: tuple[int, ...]


def read(source: Source) -> tuple[Environment, ...]:
    """The environments of the document, in the order they stand; ids are unique.

    Raises:
        LimitError: `policy-too-many-environments`.
    """
    found: dict[str, _Found] = {}
    for new in _tables(source):
        _merge(source, found, new, row=True)
    for name, line in _named_by_matrix(source, list(found)):
        if not any(_same(name, other) for other in found):
            _merge(source, found, _Found(name, None, None, (line,)), row=True)
    if len(found) > ENVIRONMENTS_MAX:  # every sentence is looked through for each of them
        raise LimitError(
            "policy-too-many-environments",
            f"the document names more than {ENVIRONMENTS_MAX} environments",
            fix="name kinds of environments, not each machine",
        )
    tabled = bool(found)
    for new in _prose(source, found):
        _merge(source, found, new, row=False)
    if not tabled:
        for new in _in_access(source):
            if not any(_same(new.name, other) for other in found):
                _merge(source, found, new, row=True)
    if not found:
        for name, tier in (*_TIERS.items(), ("production", Tier.STRONG)):
            if name != "testing":
                found[name] = _Found(name.capitalize(), tier, None, ())
        source.notes.assume("environments", "development, staging, production")
    return tuple(_finish(source, found))


def _tables(source: Source) -> Iterator[_Found]:
    for reading in source.of(Shape.ENVIRONMENTS):
        for row in reading.table.rows:
            strength = reading.cell(row.cells, "strength")
            tier = words.tier_of(strength)
            if strength and tier is None:
                source.notes.doubt(
                    "D-4",
                    (row.line,),
                    f"the strength {strength!r} names no tier",
                    "taken as strong",
                )
                tier = "strong"
            storage = reading.cell(row.cells, "storage") or None
            for name in places(reading.cell(row.cells, "environment")):
                yield _Found(name, Tier(tier) if tier else None, storage, (row.line,))


def _named_by_matrix(source: Source, found: Collection[str]) -> Iterator[tuple[str, int]]:
    for reading in source.of(Shape.MATRIX):
        table = reading.table
        label = reading.columns["role"]
        if transposed(reading, found):
            heads = [(row.cells[label], row.line) for row in table.rows]
        else:
            named = (h for i, h in enumerate(table.header) if i != label and words.is_place(h))
            heads = [(h, table.line) for h in named if h.strip()]
        for head, line in heads:
            word = fold(head).strip()
            if not (words.EVERYWHERE.fullmatch(word) or (found and words.LOWER.fullmatch(word))):
                yield from ((part, line) for part in places(head, found))


def transposed(reading: Reading, known: Collection[str]) -> bool:
    """Whether a matrix has its environments, some of them `known`, as rows instead of columns."""
    table, label = reading.table, reading.columns["role"]
    spoken = {fold(name) for name in known}

    def count(names: Iterable[str]) -> int:
        return sum(1 for n in names if fold(n) in spoken or words.environment_id(n))

    rows = count(row.cells[label] for row in table.rows)
    columns = count(head for i, head in enumerate(table.header) if i != label)
    if rows == columns:
        return " environment" in fold(table.header[label])
    return rows > columns


def _prose(source: Source, found: dict[str, _Found]) -> Iterator[_Found]:
    """Strength and storage that a sentence gives to one environment."""
    stated = bool(found)
    for statement in source.prose():
        names = list(_mentioned(statement, found))
        if statement.kind is Kind.HEADING:
            if (match := _TITLE.match(statement.text)) and not stated:
                yield _Found(match["name"].strip(), None, None, (statement.line,))
            continue
        if len(names) != 1:
            continue
        text = rest(relabel(statement))
        about = any(w in statement.fold for w in (" secret", " strength", " value", " password"))
        tier = words.tier_of(text, spoken=True) if about or statement.label or not stated else None
        where = _KEEPERS.search(text)
        if tier is None and where is None:
            continue
        known = next((other for other in found if _same(names[0], other)), None)
        if stated and known is None:
            continue
        yield _Found(
            known or names[0],
            Tier(tier) if tier else None,
            re.sub(r"^(?:an?|the)\s+", "", where["where"]).strip() if where else None,
            (statement.line,),
        )


def _in_access(source: Source) -> Iterator[_Found]:
    """Well-known environments that lists and sentences about access name, when nothing else does."""
    for statement in source.prose():
        if not about_access(statement):
            continue
        for side in statement.text.split(":", 1):
            parts = listed(side.strip(" ."))
            if parts and all(words.environment_id(part) for part in parts):
                yield from (_Found(part, None, None, (statement.line,)) for part in parts)
        yield from (_Found(n, None, None, (statement.line,)) for n in _spoken(statement.fold))


def _mentioned(statement: Statement, found: Collection[str]) -> Iterator[str]:
    """The environments of the nearest place that names one: the sentence, or a title above."""
    for place in subject(statement):
        text = fold(place)
        if title := _TITLE.match(place):
            yield title["name"].strip()
            return
        own = [name for name in found if words.environment_id(name) is None and fold(name) in text]
        if hits := [*own, *_spoken(text)]:
            yield from hits
            return


def _spoken(text: str) -> Iterator[str]:
    hits = [
        (id_, at)
        for id_, names in _SPOKEN.items()
        if (at := min((text.find(f" {n} ") for n in names if f" {n} " in text), default=-1)) >= 0
    ]
    yield from (id_.capitalize() for id_, _ in sorted(hits, key=lambda h: h[1]))


def _same(a: str, b: str) -> bool:
    if fold(a) == fold(b):
        return True
    known = words.environment_id(a)
    return known is not None and known == words.environment_id(b)


def _merge(source: Source, found: dict[str, _Found], new: _Found, *, row: bool) -> None:
    """Add what `new` says; a sentence fills what a row leaves open and overrules nothing."""
    old = found.get(new.name)
    if old is None:
        found[new.name] = new
        return
    if row and old.tier and new.tier and old.tier is not new.tier:
        source.notes.doubt(
            "D-2",
            (*old.lines, *new.lines),
            f"{new.name} is stated twice, with different strengths",
            "the stronger wins",
        )
        old.tier = max(old.tier, new.tier, key=list(Tier).index)
    old.tier = old.tier or new.tier
    if old.storage is None and new.storage:
        old.storage, old.lines = new.storage, (*old.lines, *new.lines)


def _finish(source: Source, found: dict[str, _Found]) -> Iterator[Environment]:
    ids: dict[str, str] = {}
    # An exact name has the first claim on a well-known id; a synonym takes what is left.
    for exact in (True, False):
        for name in found:
            known = words.environment_id(name)
            if name in ids or known is None or known in ids.values():
                continue
            if not exact or fold(_PLACE.sub("", name)).strip() == known:
                ids[name] = known
    for name in found:
        if name not in ids:
            ids[name] = _own_id(name, set(ids.values()))
    spoken = {fold(name).strip() for name in found}
    for name, item in found.items():
        tier = item.tier
        if tier is None:
            tier = _TIERS.get(ids[name], Tier.STRONG)
            source.notes.assume(f"environments.{ids[name]}.tier", tier.value)
        also = words.ENVIRONMENTS.get(ids[name], ())
        aliases = tuple(
            a
            for a in (fold(name).strip(), *also)
            if a != ids[name] and " " not in a and (a == fold(name).strip() or a not in spoken)
        )
        yield Environment(
            ids[name], name, tuple(dict.fromkeys(aliases)), tier, item.storage, item.lines
        )


def _own_id(name: str, taken: set[str]) -> str:
    # Two names may look alike in ASCII; a digest keeps their ids apart and stable.
    plain = slug(_PLACE.sub("", name))[:64]
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    if not plain:
        return f"env-{digest}"
    return plain if plain not in taken else f"{plain}-{digest}"
