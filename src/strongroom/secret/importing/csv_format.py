"""Rows from CSV with a head: name, value or fields, and optionally what else a record has."""

from strongroom.secret.importing import table
from strongroom.secret.importing.interface import Problem, Row, Rows
from strongroom.secret.importing.record import COLUMNS, row_of


def is_one(columns: list[str]) -> bool:
    """Whether a table with this head is one of ours."""
    return _has_values(columns) and not set(columns) - COLUMNS


def read(text: str) -> Rows:
    """Read it; a row is numbered by the line that it ends on."""
    head = table.head(text)
    if bad := _head_problem(head) if head else None:
        return Rows((), (Problem(1, "", "file-malformed", bad),))
    rows: list[Row] = []
    problems: list[Problem] = []
    for found in table.cells(text):
        row = found if isinstance(found, Problem) else row_of(found.line, found.by_column)
        if isinstance(row, Row):
            rows.append(row)
        else:
            problems.append(row)
    return Rows(tuple(rows), tuple(problems))


def _head_problem(head: list[str]) -> str | None:
    if len(set(head)) != len(head):
        return "its head names a column twice"
    if not is_one(head):
        return f"its head has name and value, and of others only {', '.join(sorted(COLUMNS))}"
    return None


def _has_values(columns: list[str]) -> bool:
    return "name" in columns and bool({"value", "fields"} & set(columns))
