"""The head of the document, retention, review, contacts and the inventory table."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from strongroom.model.policy import Audit, Contact, InventoryRow, Review
from strongroom.policy import dates, quantity
from strongroom.policy.document import Kind, Row, Statement
from strongroom.policy.quantity import DAY, Calendar
from strongroom.policy.source import Source, relabel, rest
from strongroom.policy.tables import Reading, Shape
from strongroom.policy.words import fold, listed

RETENTION_DAYS: Final = 366
REVIEW_DAYS: Final = 90
HEAD_LINES: Final = 40

_HEAD: Final = {
    "updated": (
        "last updated",
        "updated",
        "last update",
        "last changed",
        "last modified",
        "last revised",
        "revised",
        "date",
        "effective date",
        "effective",
        "as of",
    ),
    "owner": (
        "owner",
        "policy owner",
        "document owner",
        "owned by",
        "maintained by",
        "maintainer",
        "responsible",
        "author",
    ),
    "version": ("version", "document version", "revision", "rev", "policy version"),
}
_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")
_KEPT: Final = (
    " retain",
    " retention",
    " kept",
    " keep",
    " preserv",
    " archiv",
    " stored for",
    " store ",
    " hold ",
    " held ",
    *(" deleted after", " removed after", " purged after", " erased after"),
)
_LOGS: Final = (" log", " audit", " trail", " record")
_DOCUMENT: Final = (" policy", " document", " standard ", " these rules", " guideline")
_UPKEEP: Final = (
    *(" review", " approv", " governance", " maintenance", " upkeep", " document control"),
    *(" revision", " amendment", " ownership"),
)
_BARE: Final = re.compile(
    r"(?:approved|signed off)\b|reviewed? (?:at least|every|once|twice|quarterly|annually|yearly|monthly)\b"
    r"|(?:all |any )?(?:changes?|amendments?)\s+(?!to\b|of\b|in\b|on\b)",
    re.IGNORECASE,
)
_APPROVED: Final = re.compile(
    r"\b(?:approved by|approvals? (?:of|by|from)|signed off by|sign-?off (?:of|by|from)|agreed by|consent of)\s+(?P<who>[^.;(]+?)"
    r"(?=\s+(?:is|are|for|before|prior|must|when|if|within)\b|[.;(]|$)",
    re.IGNORECASE,
)
_APPROVE: Final = re.compile(
    r"^(?P<who>[^.;:(]+?)\s+(?:must\s+|have to\s+|has to\s+|both\s+|together\s+)*approves?\b",
    re.IGNORECASE,
)
_OCCASIONS: Final = re.compile(
    r"\b(?:reviewed|updated|revised|update|review|changes)\b[^.;:]*?\b(?:after|when(?:ever)?|upon|on|following|in case of|triggered by)\b\s+(?P<what>[^.;]+)",
    re.IGNORECASE,
)
_BRINGS: Final = re.compile(
    r"^(?P<what>[^.;:]+?)\s+(?:brings?|triggers?|prompts?|causes?|calls? for|leads? to)\s+(?:the|an?)?\s*"
    r"(?:review|update|revision|change of this)",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(
    r"^(?:the|both the|both|a|an|our|any|each|every|by the|by|when|whenever|after|on|upon)\s+",
    re.IGNORECASE,
)


class Head(NamedTuple):
    """What the document says about itself."""

    title: str
    version: str | None
    owner: str | None
    updated: str | None
    lines: dict[str, int]


def head(source: Source) -> Head:
    """Title, version, owner and date, from the first lines, front matter or a small table."""
    headings = [s for s in source.statements if s.kind is Kind.HEADING]
    title = headings[0].text if headings else ""
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    for label, value, line in _fields(source):
        key = next((k for k, names in _HEAD.items() if label in names), None)
        if label == "title" and not lines.get("title"):
            title, lines["title"] = value, line
        if key and key not in found and value:
            found[key], lines[key] = value.strip(" `*;,"), line
    if not title:
        title = next((s.text for s in source.prose()), "")
    updated = found.get("updated")
    return Head(
        title,
        found.get("version"),
        found.get("owner"),
        dates.iso(updated) if updated else None,
        lines,
    )


def _fields(source: Source) -> Iterator[tuple[str, str, int]]:
    for reading in source.readings:
        table = reading.table
        if table.line <= HEAD_LINES and len(table.header) == 2:
            yield fold(table.header[0]).strip(), table.header[1], table.line
            for row in table.rows:
                yield fold(row.cells[0]).strip(), row.cells[1], row.line
    for statement in source.prose():
        if statement.line <= HEAD_LINES and statement.kind in {Kind.ITEM, Kind.SENTENCE}:
            # `Version 1.0 · Owner: Security · Updated: …` is several fields in a line.
            for part in re.split(r"\s+[|·•—]\s+|;\s+", statement.text):
                label, colon, value = part.partition(":")
                if colon:
                    yield fold(label).strip(), value.strip(), statement.line
                elif match := re.fullmatch(r"[Vv](?:ersion|\.)?\s*(\d[\w.]*)", part.strip(" ;,.")):
                    yield "version", match[1], statement.line


def audit(source: Source) -> Audit:
    """How long the access log is kept; the longest statement counts."""
    found: dict[int, Statement] = {}
    for statement in source.prose():
        near = statement.fold + statement.above
        kept = any(w in statement.fold for w in _KEPT) or any(
            w in fold(statement.section.title) for w in (" retention",)
        )
        if not kept or not any(w in near for w in _LOGS) or " grace" in near:
            continue
        if any(
            w in statement.fold
            for w in (
                *(" old secret", " old version", " old value", " previous version"),
                *(" backup", " report", " password", " longer than"),
            )
        ):
            continue
        for span in quantity.spans(statement.text, Calendar.LONG):
            if span.low >= 7 * DAY:
                found[-(-span.low // DAY)] = statement
    if len(found) > 1:
        source.notes.doubt(
            "D-2",
            tuple(s.line for s in found.values()),
            f"logs are kept for {' and for '.join(f'{d} days' for d in sorted(found))}",
            "the longest retention counts",
        )
    source.notes.state("audit.retention_days", *found.values())
    if not found:
        source.notes.assume("audit.retention_days", RETENTION_DAYS)
    return Audit(max(found) if found else RETENTION_DAYS)


def review(source: Source) -> Review:
    """When the document is looked at again, on which occasions, and who must agree."""
    every: dict[int, Statement] = {}
    approvers: list[str] = []
    triggers: list[str] = []
    for raw in source.prose():
        statement = relabel(raw)
        if statement.kind is Kind.HEADING or not _about_document(statement):
            continue
        label = fold(statement.label or "")
        if (
            " review" in statement.fold or " update" in statement.fold or " frequency" in label
        ) and " approv" not in label:
            for span in quantity.spans(statement.text):
                every[span.low // DAY] = statement
        for field, known, new in (
            ("review.approvers", approvers, _approvers(source, raw, statement, label)),
            ("review.triggers", triggers, _triggers(source, raw, statement, label)),
        ):
            if new:
                source.notes.state(field, statement)
                known += [n for n in new if n not in known]
    if len(every) > 1:
        source.notes.doubt(
            "D-2",
            tuple(s.line for s in every.values()),
            f"the review is due every {' and every '.join(f'{d} days' for d in sorted(every))}",
            "the shorter period counts",
        )
    source.notes.state("review.every_days", *every.values())
    if not every:
        source.notes.assume("review.every_days", REVIEW_DAYS)
    if not approvers:
        source.notes.assume(
            "review.approvers", "nobody in particular", "the document names no approver"
        )
    return Review(min(every) if every else REVIEW_DAYS, tuple(approvers), tuple(triggers))


def _about_document(statement: Statement) -> bool:
    """Whether a statement is about the document itself, not about logs, access or secrets."""
    if any(
        w in statement.fold for w in (" log", " access", " rotat", " secret ", " audit")
    ) and not any(w in statement.fold for w in (" policy", " document", " trigger")):
        return False
    own = statement.fold + fold(statement.section.title)
    if not any(
        w in own for w in (" review", " approv", " this policy", " this document", " trigger")
    ):
        return False
    # `Prices are reviewed yearly` is about prices, unless it stands where the review is set.
    label = fold(statement.label or "")
    return (
        any(w in statement.fold for w in _DOCUMENT)
        or any(w in label for w in (" review", " approv", " trigger", " update", " sign"))
        or any(w in fold(statement.section.title) for w in _UPKEEP)
        or _BARE.match(statement.text) is not None
    )


def _approvers(source: Source, raw: Statement, statement: Statement, label: str) -> tuple[str, ...]:
    if " approv" in label or " sign-off" in label or " sign off" in label:
        value = rest(statement)
        if value and value != statement.text:
            return _people(value)
        return tuple(_ARTICLE.sub("", item.text) for item in source.under(raw))
    for pattern in (_APPROVED, _APPROVE):
        if match := pattern.search(statement.text):
            return _people(match["who"])
    return ()


def _triggers(source: Source, raw: Statement, statement: Statement, label: str) -> tuple[str, ...]:
    if any(
        w in label
        for w in (
            " trigger",
            " occasion",
            " also on",
            " out of turn",
            " updated when",
            " updated on",
        )
    ):
        value = rest(statement)
        if value and value != statement.text:
            return listed(value)
        return tuple(item.text for item in source.under(raw))
    if match := _BRINGS.search(statement.text):
        return tuple(_ARTICLE.sub("", t) for t in listed(match["what"]))
    if (match := _OCCASIONS.search(statement.text)) and not quantity.spans(match["what"]):
        return tuple(_ARTICLE.sub("", t) for t in listed(match["what"]))
    return ()


def _people(text: str) -> tuple[str, ...]:
    return tuple(p for p in (_ARTICLE.sub("", n).strip() for n in listed(text)) if p)


def contacts(source: Source) -> tuple[Contact, ...]:
    """Whom to ask: every line with an address, and every labelled line of that section."""
    found: list[Contact] = []
    for raw in source.prose():
        statement = relabel(raw)
        titled = any(
            w in fold(statement.section.title) for w in (" contact", " who to ask", " whom to ask")
        )
        email = _EMAIL.search(statement.text)
        if statement.kind is Kind.HEADING or not (email or (titled and statement.label)):
            continue
        value = rest(statement)
        if len(statement.cells) > 1:
            value = email[0] if email else statement.cells[1]
        if statement.label and value and value != statement.text:
            found.append(Contact(statement.label.strip(" *:"), value.strip(), statement.line))
        elif email:
            name = _EMAIL.sub("", statement.text).strip(" <>()-–—:*,.") or email[0]
            found.append(Contact(name, email[0], statement.line))
    return tuple(found)


_COLUMNS: Final = ("name", "type", "environment", "owner", "last", "next")


def inventory(source: Source) -> tuple[InventoryRow, ...]:
    """The rows of the document's own inventory, the six columns as written."""
    return tuple(
        _inventory_row(reading, row)
        for reading in source.of(Shape.INVENTORY)
        for row in reading.table.rows
        if any(cell.strip() for cell in row.cells)
    )


def _inventory_row(reading: Reading, row: Row) -> InventoryRow:
    name, type_, environment, owner, last, due = (
        _inventory_cell(reading, row.cells, column) for column in _COLUMNS
    )
    return InventoryRow(name, type_, environment, owner, last, due, row.line)


def _inventory_cell(reading: Reading, cells: tuple[str, ...], column: str) -> str:
    cell = reading.cell(cells, column)
    if column == "name" and not cell:
        cell = reading.cell(cells, "secret") or reading.cell(cells, "example")
    return dates.iso(cell) if column in {"last", "next"} else cell
