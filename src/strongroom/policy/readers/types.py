"""Types of secrets: from their tables, from the schedule, or from sentences."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from msgspec.structs import replace

from strongroom.model.policy import SecretType
from strongroom.policy import quantity, tables
from strongroom.policy.document import Kind, Statement
from strongroom.policy.source import Source, kind_of
from strongroom.policy.tables import Shape
from strongroom.policy.words import fold, listed, singular, slug

_NONE: Final = frozenset(["", "-", "–", "—", "n/a", "none", "?"])
_ALL: Final = re.compile(r"\b(?:all|any|every|each|other)\b", re.IGNORECASE)
_EVERYTHING: Final = re.compile(
    r"\W*(?:all|any|every|each|other)(?: other)?(?: (?:kinds|types) of)?(?: secrets?| credentials?| keys and passwords)?\W*"
    r"|\W*secrets\W*|\W*credentials\W*|everything|anything",
    re.IGNORECASE,
)
_VERBS: Final = (
    r"\b(?:(?:rotat|chang|replac|renew|cycl|refresh|swapp|roll)(?:e|ed|es)?|rolled(?: over)?|expires?|valid for|"
    r"(?:a |the )?(?:maximum )?(?:lifetime|validity|life) of)\b"
)
_BEFORE: Final = (
    r"(?:\b(?:are|is|be|must|have|has|to|will|shall|get|should|remain|stay|only|at least)\s+)*"
)
_SENTENCE: Final = re.compile(
    rf"^(?P<names>.{{0,160}}?)\W*{_BEFORE}{_VERBS}\s*(?P<rest>.*)$", re.IGNORECASE
)
_ITEM: Final = re.compile(r"^(?P<names>[^:–—]{2,80}?)\s*(?::|–|—| - )\s*(?P<rest>.+)$")
# What policies do at intervals besides rotating secrets.
_ACTIVITIES: Final = re.compile(
    r"\b(?:reviews?|audits?|tests?|testing|trainings?|scans?|backups?|drills?|meetings?|reports?|retention|logs?|reminders?|notices?|warnings?|grace|overlap)\b",
    re.IGNORECASE,
)
_AHEAD: Final = re.compile(r"\b(?:before|prior|ahead|notice|in advance)\b", re.IGNORECASE)
_CODE: Final = re.compile(r"\(?\s*\b([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b\s*\)?")
_STORED: Final = re.compile(
    r"\b(?:stored?|kept|held|lives?|delivered)\b(?:\s+(?:in|as|by|through|via))?\s+(?:an?\s+|the\s+)?(?P<where>[^,.;]+?)(?:[,.;]|\s+and\b|$)",
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
    rows = list(schedule(source))
    if not found:
        for row in rows:
            if not _ALL.search(row.subject):
                _merge(source, found, _type(row.subject, None, row.days, row.line))
    general = [(row.days, row.line) for row in rows if row.days and _ALL.match(row.subject)]
    tabled = bool(found)
    for new in _prose(source):
        if _EVERYTHING.fullmatch(new.name):
            general += [(new.rotation_days, line) for line in new.lines if new.rotation_days]
        elif not tabled:
            _merge(source, found, new)
    _compare(source, found, rows)
    return tuple(_with_general(source, found, general))


def _with_general(
    source: Source, found: dict[str, SecretType], general: list[tuple[int, int]]
) -> Iterator[SecretType]:
    """A period for all secrets binds those that name none, and is a type when nothing else is."""
    if not general:
        yield from found.values()
        return
    days, lines = min(d for d, _ in general), tuple(line for _, line in general)
    if not found:
        yield SecretType("secret", "All secrets", None, days, False, None, lines=lines)
    for known in found.values():
        open_ = known.rotation_days is None and not known.on_compromise
        longer = known.rotation_days is not None and known.rotation_days > days
        if longer:
            source.notes.doubt(
                "D-2",
                (*known.lines, *lines),
                f"{known.name} rotates every {known.rotation_days} days, and all secrets every {days} days",
                "the shorter period counts",
            )
        yield replace(known, rotation_days=days) if open_ or longer else known


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
            if _ACTIVITIES.search(name) and not tables.is_secret(name):
                continue
            period = reading.cell(row.cells, "period")
            days = _shortest(source, name, period, row.line)
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


def _shortest(source: Source, name: str, period: str, line: int) -> int | None:
    """The period of a cell in days; of several the shortest counts."""
    found = {d for span in quantity.spans(period) if (d := max(1, span.low // quantity.DAY))}
    if len(found) > 1:
        source.notes.doubt(
            "D-2",
            (line,),
            f"more than one period is stated for {name}: {' and '.join(f'{d} days' for d in sorted(found))}",
            "the shortest counts",
        )
    return min(found) if found else None


def _prose(source: Source) -> Iterator[SecretType]:
    for statement in source.prose():
        if statement.kind is Kind.HEADING or len(statement.cells) > 2:
            continue
        match = _SENTENCE.match(statement.text)
        if match is None and statement.kind in {Kind.ITEM, Kind.ROW}:
            match = _ITEM.match(statement.text)
        if match is None:
            continue
        # `Terminal keys`, and below it `are rotated every 180 days`.
        names = match["names"].strip(" *:–—-,") or (statement.parents or ("",))[-1]
        names = (
            re.sub(r"\s+(?:that|which|in|of|for|on)\s.*$", "", names) if len(names) > 60 else names
        )
        days = quantity.days(match["rest"])
        compromise = days is None and tables.on_compromise(match["rest"])
        if not names or (days is None and not compromise) or _AHEAD.search(match["rest"]):
            continue
        if _EVERYTHING.fullmatch(names):
            yield _type(names, None, days, statement.line)
        elif _about_types(statement, names):
            for name in listed(names):
                yield _type(
                    name, _near_storage(source, statement, match["rest"]), days, statement.line
                )


def _near_storage(source: Source, statement: Statement, text: str) -> str | None:
    """Where a secret is kept: said in the same statement, or in one beside it in its list."""
    if (here := _storage(text)) or not statement.parents:
        return here
    beside = (
        s
        for s in source.statements
        if s.parents == statement.parents and s.above == statement.above
    )
    return next((where for s in beside if (where := _storage(s.text))), None)


def _about_types(statement: Statement, names: str) -> bool:
    text = statement.fold + statement.above
    if " compromised" in fold(names) or (_ACTIVITIES.search(names) and not tables.is_secret(names)):
        return False
    if any(
        word in text for word in (" grace", " emergency", " review", " log ", " logs ", " retain")
    ):
        return False
    if any(
        word in f" {fold(names)} "
        for word in (" old ", " new ", " previous ", " version", " it ", " they ")
    ):
        return False
    above = "".join(map(fold, (statement.section.title, *statement.parents)))
    rotates = " rotat" in statement.fold or (statement.kind is Kind.ITEM and " rotat" in above)
    return (
        tables.is_secret(names)
        or kind_of(names) is not None
        or (rotates and len(names.split()) <= 5)
    )


def _type(name: str, storage: str | None, days: int | None, line: int) -> SecretType:
    code = _CODE.search(name)
    bare = _CODE.sub(" ", name).strip(" `*") if code else name.strip(" `*")
    bare = re.sub(r"^(?:(?:the|our|a|an|each|every|all|any)\s+)+", "", bare, flags=re.IGNORECASE)
    bare = " ".join(bare.split())
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
    pieces = (re.sub(r"^\W*(?:in|as|an?|the)\s+", "", p).strip() for p in re.split(r"[,;]", text))
    return next((p for p in pieces if any(k in fold(p) for k in _KEEPERS)), None)


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


def _compare(source: Source, found: dict[str, SecretType], rows: Iterable[Schedule]) -> None:
    """Hold the schedule against the types: where both give a period, the table of types wins."""
    for row in rows:
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
