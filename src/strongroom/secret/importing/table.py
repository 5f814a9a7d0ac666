"""CSV as a table: a head, and for each row its cells by column, numbered by the line it ends on."""

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from strongroom.secret.importing.interface import Problem

if TYPE_CHECKING:
    import _csv

FIELD_CHARS_MAX: Final = 1024 * 1024


class Cells(NamedTuple):
    """One row: its line, and its cells by column in small letters."""

    line: int
    by_column: dict[str, str]


def head(text: str) -> list[str]:
    """The columns that a table names, in small letters; none when there is no table."""
    try:
        first: list[str] = next(_reader(text), [])
    except csv.Error:
        return []
    return [cell.strip().casefold() for cell in first]


def cells(text: str) -> Iterator[Cells | Problem]:
    """Each row behind the head, or what is wrong with it. Empty lines are passed over."""
    lines = _reader(text)
    columns: list[str] = []
    while True:
        try:
            row = next(lines)
        except StopIteration:
            return
        except csv.Error:
            why = "its quotes or its length are wrong"
            yield Problem(lines.line_num, "", "row-malformed", why)
            continue
        if not row:
            continue
        if not columns:
            columns = [cell.strip().casefold() for cell in row]
            if len(set(columns)) != len(columns):
                why = "its head names a column twice"
                yield Problem(lines.line_num, "", "file-malformed", why)
                return
        elif len(row) != len(columns):
            why = f"{len(row)} cells found, {len(columns)} needed"
            yield Problem(lines.line_num, "", "row-malformed", why)
        else:
            yield Cells(lines.line_num, dict(zip(columns, row, strict=True)))


def _reader(text: str) -> "_csv.Reader":
    # The limit is one for all of the process, so it is only ever raised, to a value's most.
    if csv.field_size_limit() < FIELD_CHARS_MAX + 1:
        csv.field_size_limit(FIELD_CHARS_MAX + 1)
    return csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
