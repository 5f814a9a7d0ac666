"""Rows from the CSV that 1Password exports: logins, one a row."""

from typing import Final

from strongroom.secret.importing import login, table
from strongroom.secret.importing.interface import Problem, Row, Rows

# What its versions call a column.
_COLUMNS: Final = {
    "title": "title",
    "url": "url",
    "urls": "url",
    "website": "url",
    "username": "username",
    "password": "password",
    "otpauth": "totp",
    "one-time password": "totp",
    "notes": "notes",
    "tags": "tags",
}
_PASSED_OVER: Final = frozenset({"favorite", "favorite status", "archived", "archived status"})


def is_one(columns: list[str]) -> bool:
    """Whether a table with this head is theirs."""
    return {"title", "password"} <= set(columns)


def read(text: str) -> Rows:
    """Read it; marks of favourites and of the archive are passed over."""
    rows: list[Row] = []
    problems: list[Problem] = []
    if not is_one(table.head(text)):
        why = "its head has no Title and Password"
        return Rows((), (Problem(1, "", "file-malformed", why),))
    for found in table.cells(text):
        row = found if isinstance(found, Problem) else _row(found)
        if isinstance(row, Row):
            rows.append(row)
        else:
            problems.append(row)
    return Rows(tuple(rows), tuple(problems))


def _row(cells: table.Cells) -> Row | Problem:
    known = [(_COLUMNS[c], cell) for c, cell in cells.by_column.items() if c in _COLUMNS and cell]
    said = dict(known)
    lost = [c for c, cell in cells.by_column.items() if cell and c not in _COLUMNS]
    if set(lost) - _PASSED_OVER:
        why = "it has a column that is not known here, and would be lost"
        return Problem(cells.line, said.get("title", ""), "column-unknown", why)
    if len(said) != len(known):
        why = "two of its columns are the same to this program, and one would be lost"
        return Problem(cells.line, said.get("title", ""), "row-malformed", why)
    tags = said.pop("tags", "")
    return login.row_of(
        cells.line, said.pop("title", ""), said, f"tags in 1Password: {tags}" if tags else ""
    )
