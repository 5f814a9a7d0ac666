"""Types of secrets: from their tables, from the schedule, or from sentences."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from strongroom.model.policy import SecretType
from strongroom.policy import quantity, tables
from strongroom.policy.document import Kind, Statement
from strongroom.policy.source import Source, kind_of
from strongroom.policy.tables import Shape
from strongroom.policy.words import fold, listed, singular, slug

_NONE: Final = frozenset(["", "-", "–", "—", "n/a", "none", "?"])
_ALL: Final = re.compile(r"\b(?:all|any|every|each|other)\b", re.IGNORECASE)
_SENTENCE: Final = re.compile(
    r"^(?P<names>.{3,160}?)\s*(?:\b(?:are|is|be|must be|have to be|will be|shall be|get|must|should)\s+)*"
    r"\b(?:rotated?|rotates|changed?|replaced?|renewed)\b\s*(?P<rest>.*)$",
    re.IGNORECASE,
)
_ITEM: Final = re.compile(r"^(?P<names>[^:–—]{2,80}?)\s*(?::|–|—| - )\s*(?P<rest>.+)$")
_CODE: Final = re.compile(r"\(?\s*\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b\s*\)?")
_STORED: Final = re.compile(
    r"\b(?:stored?|kept|held|lives?|delivered)\b(?:\s+(?:in|as|by|through|via))?\s+(?:an?\s+|the\s+)?(?P<where>[^,.;]+)",
    re.IGNORECASE,
)
_KEEPERS: Final = (
    " environment variable",
    " secret manage",
    " secrets manage",
    " key manage",
    " vault",
    " kms",
    " file",
    " manager",
)


class Schedule(NamedTuple):
    """A row of the rotation schedule: what it names, how many days, on which line."""

    subject: str
    days: int | None
    line: int


def read(source: Source) -> tuple[SecretType, ...]:
    """The types of the document, in the order they stand; ids are unique."""
    found: dict[str, SecretType] = {}
    for new in _tables(source):
        _merge(source, found, new)
    if not found:
        for row in schedule(source):
            if not _ALL.search(row.subject):
                _merge(source, found, _type(row.subject, None, row.days, row.line))
    if not found:
        for new in _prose(source):
            _merge(source, found, new)
    _compare(source, found)
    return tuple(found.values())


def schedule(source: Source) -> Iterator[Schedule]:
    """The rows of the rotation schedule tables."""
    for reading in source.of(Shape.SCHEDULE):
        for row in reading.table.rows:
            subject = next(
                (c for k in ("type", "secret", "name") if (c := reading.cell(row.cells, k))), ""
            )
            yield Schedule(subject, quantity.days(reading.cell(row.cells, "period")), row.line)


def _tables(source: Source) -> Iterator[SecretType]:
    for reading in source.of(Shape.TYPES, Shape.THIRD_PARTY):
        outside = reading.shape is Shape.THIRD_PARTY
        order = ("secret", "type", "name") if outside else ("type", "secret", "name", "example")
        for row in reading.table.rows:
            name = next((c for key in order if (c := reading.cell(row.cells, key))), "")
            if not name or (_ALL.match(name) and kind_of(name) is None):
                continue
            period = reading.cell(row.cells, "period")
            days = quantity.days(period)
            compromise = days is None and tables.on_compromise(period)
            if days is None and not compromise and "period" in reading.columns:
                source.notes.doubt(
                    "D-4",
                    (row.line,),
                    f"no rotation period can be read for {name}",
                    "nothing rotates it until the document says how often",
                )
            yield SecretType(
                id=_id(name),
                name=name,
                example=_filled(reading.cell(row.cells, "example")) or _env_name(name),
                rotation_days=days,
                on_compromise=compromise,
                storage=_filled(reading.cell(row.cells, "storage")),
                service=_filled(reading.cell(row.cells, "service")) if outside else None,
                lines=(row.line,),
            )


def _prose(source: Source) -> Iterator[SecretType]:
    for statement in source.prose():
        match = _SENTENCE.match(statement.text)
        if match is None and statement.kind in {Kind.ITEM, Kind.ROW}:
            match = _ITEM.match(statement.text)
        if match is None or not _about_types(statement, match["names"]):
            continue
        days = quantity.days(match["rest"])
        compromise = days is None and tables.on_compromise(match["rest"])
        if days is None and not compromise:
            continue
        for name in listed(match["names"]):
            yield _type(name, _storage(match["rest"]), days, statement.line)


def _about_types(statement: Statement, names: str) -> bool:
    if _ALL.search(names) or " compromised" in fold(names):
        return False
    if any(
        word in statement.fold + statement.above
        for word in (" grace", " emergency", " review", " log ", " retain")
    ):
        return False
    return kind_of(names) is not None or bool(_CODE.search(names)) or " rotat" in statement.fold


def _type(name: str, storage: str | None, days: int | None, line: int) -> SecretType:
    code = _CODE.search(name)
    bare = _CODE.sub(" ", name).strip(" `*") if code else name.strip(" `*")
    bare = re.sub(r"^(?:the|our|a|an)\s+", "", bare, flags=re.IGNORECASE)
    bare = bare or (code[1] if code else name)
    return SecretType(
        id=_id(bare),
        name=bare,
        example=code[1] if code else _env_name(bare),
        rotation_days=days,
        on_compromise=days is None,
        storage=storage,
        lines=(line,),
    )


def _storage(text: str) -> str | None:
    if match := _STORED.search(text):
        return match["where"].strip()
    return next(
        (p.strip() for p in re.split(r"[,;]", text) if any(k in fold(p) for k in _KEEPERS)), None
    )


def _merge(source: Source, found: dict[str, SecretType], new: SecretType) -> None:
    old = found.get(new.id)
    if old is None:
        found[new.id] = new
    elif (old.rotation_days, old.storage) != (new.rotation_days, new.storage):
        days = [d for d in (old.rotation_days, new.rotation_days) if d is not None]
        source.notes.doubt(
            "D-2",
            (*old.lines, *new.lines),
            f"{new.name} is stated twice, with different rules",
            "the shorter rotation period wins, the first storage is kept",
        )
        found[new.id] = SecretType(
            old.id,
            old.name,
            old.example or new.example,
            min(days) if days else None,
            not days and old.on_compromise,
            old.storage or new.storage,
            old.service or new.service,
            (*old.lines, *new.lines),
        )


def _compare(source: Source, found: dict[str, SecretType]) -> None:
    for row in schedule(source):
        kind = kind_of(row.subject)
        for known in found.values():
            same = known.id == _id(row.subject) or (
                kind is not None and kind_of(known.name) == kind and not known.service
            )
            if same and row.days and known.rotation_days and row.days != known.rotation_days:
                source.notes.doubt(
                    "D-2",
                    (*known.lines, row.line),
                    f"{known.name} rotates every {known.rotation_days} days by the table of types "
                    f"and every {row.days} days by the schedule",
                    "the table of types wins (C-11)",
                )


def _id(name: str) -> str:
    return slug(singular(name.strip("` "))) or "type"


def _filled(cell: str) -> str | None:
    return None if cell.strip().casefold() in _NONE else cell.strip()


def _env_name(name: str) -> str | None:
    return name.strip("` ") if tables.is_env_name(name) else None
