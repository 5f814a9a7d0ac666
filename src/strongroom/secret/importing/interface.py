"""The port of import formats: bytes go in, rows and problems come out.

A format is a pure function of the file. It reports each row that it cannot read and goes on
with the next, so that one look shows them all. A problem points at a row by its number and,
where it could be read, its name; it never repeats a character of a value.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Final, NamedTuple, Protocol

from strongroom.secret.value import Value

FILE_BYTES_MAX: Final = 256 * 1024 * 1024
ROWS_MAX: Final = 200_000


@dataclass(frozen=True, slots=True)
class Row:
    """One secret of the file. `number` is its line, or its place in files without lines (from 1).

    What the row does not say is None, and the plan's defaults say it. Without a value it is a
    secret that has none yet; `next_day` is then when it is due.
    """

    number: int
    name: str
    value: Value | None = field(repr=False)
    environment: str | None = None
    type: str | None = None
    owner: str | None = None
    days: int | None = None
    description: str = ""
    next_day: date | None = None


class Problem(NamedTuple):
    """Why a row cannot be imported. `code` is stable; `row` is 0 for the file as a whole."""

    row: int
    name: str
    code: str
    message: str


class Rows(NamedTuple):
    """What a file holds, and what of it could not be read."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]


class Format(Protocol):
    """One way to write secrets into a file."""

    def __call__(self, text: str) -> Rows:
        """Read a whole file; raises nothing, whatever it holds."""
