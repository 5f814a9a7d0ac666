"""What a table is about, told by its head and by what its cells look like.

Columns may be renamed, reordered or missing, so both are evidence: a head that is a known
word, and cells that are all durations, dates, marks, environment names or strengths.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from strongroom.policy import dates, quantity, words
from strongroom.policy.document import Table
from strongroom.policy.words import fold


class Shape(StrEnum):
    """What a table states."""

    TYPES = "types"
    THIRD_PARTY = "third-party"
    SCHEDULE = "schedule"
    ENVIRONMENTS = "environments"
    MATRIX = "matrix"
    INVENTORY = "inventory"
    OTHER = "other"


# Column -> words of a head that mean it, best first. A head that is one of the words wins
# over a head that only contains one.
_HEADS: Final[dict[str, tuple[str, ...]]] = {
    "last": (
        "last rotated",
        "last rotation",
        "rotated on",
        "last changed",
        "last change",
        "previous rotation",
        "rotated at",
        "last",
    ),
    "next": (
        "next rotation",
        "next due",
        "due date",
        "rotate by",
        "due",
        "next rotated",
        "next change",
        "expires",
        "expiry",
        "next",
        "valid until",
    ),
    "period": (
        "rotation period",
        "rotation frequency",
        "rotation interval",
        "rotation cycle",
        "rotation",
        "rotate every",
        "rotated every",
        "rotates every",
        "rotates",
        "rotate",
        "frequency",
        "interval",
        "period",
        "how often",
        "max age",
        "maximum age",
        "lifetime",
        "maximum lifetime",
        "validity",
        "cycle",
        "cadence",
        "changed every",
    ),
    "storage": (
        "storage method",
        "storage",
        "stored in",
        "storage location",
        "store",
        "where stored",
        "where it lives",
        "kept in",
        "location",
        "where",
        "where kept",
        "home",
        "stored",
        "lives in",
        "place",
    ),
    "trigger": ("trigger", "triggered by", "reason", "cause", "when", "event", "started by"),
    "strength": (
        "secret strength",
        "strength",
        "required strength",
        "quality",
        "level",
        "strength required",
        "grade",
    ),
    "service": (
        "service",
        "provider",
        "vendor",
        "third party",
        "supplier",
        "external service",
        "partner",
        "system",
    ),
    "environment": (
        "environment",
        "env",
        "stage",
        "environments",
        "deployment environment",
        "used in",
    ),
    "owner": (
        "owner",
        "owned by",
        "responsible",
        "responsible team",
        "custodian",
        "maintainer",
        "owner team",
        "team",
    ),
    "example": (
        "example",
        "examples",
        "e.g",
        "variable",
        "env var",
        "environment variable",
        "sample",
        "such as",
        "variable name",
        "example name",
    ),
    "name": ("secret name", "name", "identifier", "key name"),
    "type": (
        "secret type",
        "type of secret",
        "type",
        "kind",
        "kind of secret",
        "category",
        "credential type",
        "secret kind",
        "class",
        "what",
    ),
    "secret": ("secret", "credential", "credentials", "secrets", "key", "token"),
    "role": ("role", "roles", "who", "group", "persona", "function"),
    "limit": (
        "time limit",
        "limit",
        "deadline",
        "within",
        "target",
        "time",
        "sla",
        "max time",
        "maximum time",
        "by when",
    ),
}
MARKS_SHARE: Final = 0.75  # of the cells of a column that say yes or no
_ENV_NAME: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{3,}")
_ON_COMPROMISE: Final = (
    " compromise",
    " compromised",
    " breach",
    " leak",
    " incident",
    " exposure",
    " suspicion",
)
_ALL: Final = (" all ", " any ", " every secret", " each secret", " everything ")


@dataclass(frozen=True, slots=True)
class Reading:
    """A table with its shape and, by column word, the index of each column."""

    table: Table
    shape: Shape
    columns: dict[str, int]

    def cell(self, cells: Sequence[str], column: str) -> str:
        """The cell in `column`, stripped; empty when the table has no such column."""
        index = self.columns.get(column)
        return cells[index].strip() if index is not None and index < len(cells) else ""


def is_period(cell: str) -> bool:
    """Whether a cell says how often: a duration, or `on compromise`."""
    return bool(quantity.spans(cell)) or on_compromise(cell)


def on_compromise(text: str) -> bool:
    """Whether a text names a compromise as the occasion."""
    return any(word in fold(text) for word in _ON_COMPROMISE)


def is_env_name(cell: str) -> bool:
    """Whether a cell is the name of an environment variable."""
    return bool(_ENV_NAME.fullmatch(cell.strip("` ")))


def read(table: Table) -> Reading:
    """Say what `table` states and which column is which."""
    body = list(zip(*(row.cells for row in table.rows), strict=False)) or [()] * len(table.header)
    marks = [i for i, column in enumerate(body) if _share(column, words.is_mark) > MARKS_SHARE]
    labels = [i for i in range(len(table.header)) if i not in marks]
    # A column of blanks is a column of refusals, but only beside one that says something.
    said = any(cell.strip() for i in marks for cell in body[i])
    if said and labels and (len(marks) > 1 or _about_access(table, marks, body[labels[0]])):
        return Reading(table, Shape.MATRIX, {"role": _label_column(table, labels)})
    columns = _by_head(table.header)
    _by_cells(columns, body)
    return Reading(table, _shape(table, columns, body), columns)


def _about_access(table: Table, marks: list[int], labels: Sequence[str]) -> bool:
    heads = [table.header[i] for i in marks]
    titled = any(w in table.section.fold for w in (" access", " permission", " who "))
    return titled or any(words.environment_id(name) for name in (*heads, *labels))


def _label_column(table: Table, labels: list[int]) -> int:
    known = (*_HEADS["role"], *_HEADS["environment"])
    return next((i for i in labels if fold(table.header[i]).strip() in known), labels[0])


def _by_head(header: tuple[str, ...]) -> dict[str, int]:
    heads = [fold(head).strip() for head in header]
    columns: dict[str, int] = {}
    for test in (_equal, _contains):
        for column, names in _HEADS.items():
            if column in columns:
                continue
            for name in names:
                free = [
                    i for i, h in enumerate(heads) if i not in columns.values() and test(h, name)
                ]
                if free:
                    columns[column] = free[0]
                    break
    return columns


def _equal(head: str, name: str) -> bool:
    return head == name


def _contains(head: str, name: str) -> bool:
    return len(name) > 3 and f" {name} " in f" {head} "


def _by_cells(columns: dict[str, int], body: Sequence[Sequence[str]]) -> None:
    """Give a meaning to the columns whose heads say nothing that we know."""
    tests: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("period", is_period),
        ("environment", lambda c: words.environment_id(c) is not None),
        ("strength", lambda c: words.tier_of(c) is not None),
        ("example", is_env_name),
    )
    for index, column in enumerate(body):
        if index in columns.values() or not any(cell.strip() for cell in column):
            continue
        if _share(column, lambda c: dates.parse(c) is not None or on_compromise(c)) > 0.6:
            columns.setdefault(
                "last" if "last" not in columns and "next" in columns else "next", index
            )
            continue
        for name, test in tests:
            if name not in columns and _share(column, test) > 0.6:
                columns[name] = index
                break
    for index in range(len(body)):
        if index not in columns.values():
            free = next((n for n in ("type", "name", "secret") if n not in columns), None)
            if free:
                columns[free] = index


def _shape(table: Table, columns: dict[str, int], body: Sequence[Sequence[str]]) -> Shape:
    has = columns.keys()
    dated = any(_share(column, lambda c: dates.parse(c) is not None) > 0.4 for column in body)
    if has & {"last", "next"} and (dated or {"last", "next"} <= has or "owner" in has):
        return Shape.INVENTORY
    if "period" in has and _share(body[columns["period"]], is_period) > 0.3:
        if "trigger" in has or _says_all(table, columns):
            return Shape.SCHEDULE
        outside = any(
            w in table.section.fold
            for w in (" third", " external", " vendor", " provider", " partner")
        )
        if "service" in has or outside:
            return Shape.THIRD_PARTY
        return Shape.TYPES
    if "environment" in has and has & {"strength", "storage"}:
        return Shape.ENVIRONMENTS
    if "storage" in has and has & {"type", "example"} and "environment" not in has:
        return Shape.TYPES
    return Shape.OTHER


def _says_all(table: Table, columns: dict[str, int]) -> bool:
    subject = columns.get("type", columns.get("secret", columns.get("name", 0)))
    return any(any(w in fold(row.cells[subject]) for w in _ALL) for row in table.rows)


def _share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(1 for cell in cells if test(cell)) / len(cells) if cells else 0.0
