"""What a document is to its readers: statements, tables and comments, each with its lines.

Nothing is interpreted here: this is what stands where. A statement is the smallest thing
that can be a rule: a heading, a list item, one sentence of a paragraph, a line of a code
block. Lines are 1-based and count as an editor counts them, whatever the line ends are.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from strongroom.policy.words import fold

DOCUMENT_BYTES_MAX: Final = 1024 * 1024
BLOCK_CHARS_MAX: Final = 16 * 1024  # one paragraph, item or cell
BRACKETS_MAX: Final = 1000  # in one block; matching them is quadratic
ENVIRONMENTS_MAX: Final = 100
STATEMENTS_MAX: Final = 10_000  # and as many rows of tables
NESTING_MAX: Final = 40  # lists in quotes in lists


class Kind(StrEnum):
    """What a statement was in the document."""

    HEADING = "heading"
    ITEM = "item"
    SENTENCE = "sentence"
    ROW = "row"
    CODE = "code"
    HTML = "html"


@dataclass(frozen=True, slots=True)
class Section:
    """The headings above a place, outermost first."""

    titles: tuple[str, ...] = ()
    fold: str = " "

    def under(self, level: int, title: str) -> "Section":
        """The section that a heading of `level` (1 to 6) opens."""
        titles = (*self.titles[: level - 1], *("",) * (level - 1 - len(self.titles)), title)
        return Section(titles, fold(" ".join(titles)))

    @property
    def title(self) -> str:
        """The innermost heading, or nothing."""
        return self.titles[-1] if self.titles else ""


@dataclass(frozen=True, slots=True)
class Statement:
    """The smallest thing that can be a rule.

    `fold` is the text for matching (lower case, one space around each word); `above` is
    the folded text of the headings and list items that it stands under; `tick` is True
    or False when it begins with a mark such as ✅ or ❌.
    """

    text: str
    line: int
    kind: Kind
    section: Section
    fold: str
    above: str = " "
    label: str | None = None  # the bold words it begins with, without the colon
    tick: bool | None = None
    number: int | None = None  # its place in an ordered list
    parents: tuple[str, ...] = ()  # the list items that it stands under, outermost first
    cells: tuple[str, ...] = ()  # of a row


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; as many cells as the head has."""

    cells: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table. `ragged` has (line, cells found) of rows that do not fit the head."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    line: int
    section: Section
    ragged: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """The inside of an HTML comment."""

    text: str
    line: int


@dataclass(slots=True)
class Document:
    """What stands where. Built once by `read`, not changed afterwards."""

    sha256: str
    lines: tuple[str, ...]
    statements: list[Statement] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
