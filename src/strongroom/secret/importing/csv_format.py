"""Rows from CSV with a head: name, value, and optionally environment, type, owner, days, description."""

import csv
import io
from typing import Final

from strongroom.secret.importing.interface import Problem, Row, Rows
from strongroom.secret.importing.record import COLUMNS, row_of

FIELD_CHARS_MAX: Final = 1024 * 1024


def read(text: str) -> Rows:
    """Read it; a row is numbered by the line that it ends on."""
    # The limit is one for all of the process, so it is only ever raised, to a value's most.
    if csv.field_size_limit() < FIELD_CHARS_MAX + 1:
        csv.field_size_limit(FIELD_CHARS_MAX + 1)
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    rows: list[Row] = []
    problems: list[Problem] = []
    head: list[str] = []
    while True:
        try:
            cells = next(lines)
        except StopIteration:
            break
        except csv.Error:
            problems.append(
                Problem(lines.line_num, "", "row-malformed", "its quotes or its length are wrong")
            )
            continue
        if not cells:
            continue
        if not head:
            head = [cell.strip().casefold() for cell in cells]
            if bad := _head_problem(head):
                return Rows((), (Problem(lines.line_num, "", "file-malformed", bad),))
            continue
        if len(cells) != len(head):
            why = f"{len(cells)} cells found, {len(head)} needed"
            problems.append(Problem(lines.line_num, "", "row-malformed", why))
            continue
        found = row_of(lines.line_num, dict(zip(head, cells, strict=True)))
        if isinstance(found, Row):
            rows.append(found)
        else:
            problems.append(found)
    return Rows(tuple(rows), tuple(problems))


def _head_problem(head: list[str]) -> str | None:
    if len(set(head)) != len(head):
        return "its head names a column twice"
    if not {"name", "value"} <= set(head) or set(head) - COLUMNS:
        return f"its head has name and value, and of others only {', '.join(sorted(COLUMNS))}"
    return None
