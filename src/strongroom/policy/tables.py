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
from strongroom.policy.heads_table import HEADS, NOT_PEOPLE, OTHER_PERIODS, ROTATED, SECRETS
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
    columns = _by_head(table.header)
    # An inventory may have columns of numbers, dashes and `ok` that look like marks.
    dated = {"last", "next"} <= columns.keys()
    if not dated and (label := _matrix(table, body)) is not None:
        return Reading(table, Shape.MATRIX, {"role": label})
    _by_cells(columns, body)
    return Reading(table, _shape(table, columns, body), columns)


def _matrix(table: Table, body: Sequence[Sequence[str]]) -> int | None:
    """The column of labels when a table says who may go where, or None."""
    marks = [i for i, column in enumerate(body) if _share(column, words.is_mark) > MARKS_SHARE]
    labels = [i for i in range(len(table.header)) if i not in marks]
    # A column of blanks is a column of refusals, but only beside one that says something.
    if not labels or not any(cell.strip() for i in marks for cell in body[i]):
        return None
    label = _label_column(table, labels)
    head = fold(table.header[label])
    of_people = any(f" {word} " in head for word in HEADS["role"])
    of_places = any(f" {word} " in head for word in HEADS["environment"])
    names = [table.header[i] for i in marks if of_places or words.is_place(table.header[i])]
    known = any(words.environment_id(n) for n in (*names, *body[label]))
    titled = any(w in table.section.fold for w in (" access", " permission", " who "))
    if not names or any(f" {word} " in head for word in NOT_PEOPLE):
        return None
    if _share(body[label], is_secret) > 0.5 and not of_people:
        return None
    if of_people or of_places:
        return label if len(marks) > 1 or titled or known else None
    return label if titled and (len(marks) > 1 or known) else None


def is_secret(cell: str) -> bool:
    """Whether a cell names a kind of secret: a variable, or a word such as key or password."""
    # `SRE` and `DBA` are capitals too, so a variable needs its underscore here.
    named = is_env_name(cell) and "_" in cell
    return named or any(word in fold(cell) for word in SECRETS)


def _label_column(table: Table, labels: list[int]) -> int:
    known = (*HEADS["role"], *HEADS["environment"])
    return next((i for i in labels if fold(table.header[i]).strip() in known), labels[0])


def _by_head(header: tuple[str, ...]) -> dict[str, int]:
    heads = [fold(head).strip() for head in header]
    columns: dict[str, int] = {}
    for test in (_equal, _contains):
        for column, names in HEADS.items():
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
    when = columns.get("trigger")
    if when is not None and "period" not in columns and _share(body[when], is_period) > 0.6:
        columns["period"] = columns.pop("trigger")  # `When: every 90 days`
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
    # A table is about something: the first column that is left over, unless one is named.
    if not columns.keys() & {"type", "name", "secret"}:
        left = next((i for i in range(len(body)) if i not in columns.values()), None)
        if left is not None:
            columns["type"] = left


def _shape(table: Table, columns: dict[str, int], body: Sequence[Sequence[str]]) -> Shape:
    has = columns.keys()
    dated = any(_share(column, lambda c: dates.parse(c) is not None) > 0.4 for column in body)
    if has & {"last", "next"} and (dated or {"last", "next"} <= has or "owner" in has):
        return Shape.INVENTORY
    if "period" in has and _rotates(table, columns, body):
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


def _rotates(table: Table, columns: dict[str, int], body: Sequence[Sequence[str]]) -> bool:
    """Whether the period of a table is one of rotation: its heads, title or subjects say so."""
    heads = "".join(map(fold, table.header))
    if any(word in heads for word in OTHER_PERIODS):
        return False
    subject = _subject(columns)
    told = any(word in heads + fold(table.section.title) for word in ROTATED)
    return (told or _share(body[subject], is_secret) > 0.5) and (
        _share(body[columns["period"]], is_period) > 0.3
    )


def _subject(columns: dict[str, int]) -> int:
    return columns.get("type", columns.get("secret", columns.get("name", 0)))


def _says_all(table: Table, columns: dict[str, int]) -> bool:
    subject = _subject(columns)
    return any(any(w in fold(row.cells[subject]) for w in _ALL) for row in table.rows)


def _share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(1 for cell in cells if test(cell)) / len(cells) if cells else 0.0
