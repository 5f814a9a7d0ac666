"""HTML in a Markdown document: its tables, headings, items and comments.

Wikis export tables as HTML. Only structure is read; scripts, styles and attributes other
than spans are not. Broken HTML is read as far as it goes, and never fails.
"""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Final

from strongroom.policy.document import Comment, Kind

# A `<` that no `>` closes is text; the library looks for its end again and again.
_STRAY: Final = re.compile(r"<(?![^<>]*>)")
MARKUP_CHARS_MAX: Final = 256 * 1024  # longer blocks are read as plain text
SPAN_MAX: Final = 20
_SILENT: Final = frozenset(["script", "style", "svg", "head"])
_BLOCKS: Final = frozenset(["p", "div", "li", "dt", "dd", "blockquote", "summary", "caption", "tr"])
_CELLS: Final = frozenset(["td", "th"])

Cells = list[tuple[str, int]]


def comments(text: str) -> Iterator[tuple[int, int, Comment]]:
    """Start, end and content of each comment; lines count from the start of `text` as 0.

    A comment that is never closed is none. Linear, which a regular expression is not.
    """
    at = line = counted = 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        line += text.count("\n", counted, start)
        counted = start
        yield start, end + 3, Comment(text[start + 4 : end].strip(), line)
        at = end + 3


class Markup(HTMLParser):
    """Reads one block after the other; a table may span several.

    `say(text, line, kind)`, `heading(level, text, line)` and `table(rows)` are called with
    what was found; rows are lists of (cell, line).
    """

    def __init__(
        self,
        say: Callable[[str, int, Kind], None],
        heading: Callable[[int, str, int], None],
        table: Callable[[list[Cells]], None],
    ) -> None:
        super().__init__()
        self._on_text, self._on_heading, self._on_table = say, heading, table
        self._first = 1
        self._text = ""
        self._begun = 1
        self._kind = Kind.HTML
        self._level = 0
        self._silent = 0
        self._rows: list[Cells] | None = None
        self._span = (1, 1)
        self._hanging: dict[int, tuple[str, int]] = {}  # column -> cell, rows that it still fills

    def read(self, text: str, first: int) -> None:
        """Read a block of HTML without comments that begins on line `first`."""
        self.reset()
        self._first = first
        text = _STRAY.sub("&lt;", text)
        if len(text) <= MARKUP_CHARS_MAX:
            try:
                self.feed(text)
                self.close()
            except AssertionError:  # the library's way to refuse `<![`
                self._text += text
        else:
            self._text += text
        self._flush()

    @property
    def in_table(self) -> bool:
        """Whether a table is open."""
        return self._rows is not None

    def finish(self) -> None:
        """Hand over a table that was never closed."""
        self._flush()
        if self._rows:
            self._on_table(self._rows)
        self._rows = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a block, a row or a cell."""
        if tag in _SILENT:
            self._silent += 1
        elif tag == "table" and self._rows is None:
            self._flush()
            self._rows, self._hanging = [], {}
        elif self._rows is not None:
            if tag == "tr":
                self._cell()
                self._rows.append([])
            elif tag in _CELLS:
                self._cell()
                self._span = (_number(attrs, "colspan"), _number(attrs, "rowspan"))
                self._begun = self._line()
                self._kind = Kind.ROW
            else:
                self._text += " "
        elif len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self._flush()
            self._level = int(tag[1])
        elif tag in _BLOCKS:
            self._flush()
            self._kind = Kind.ITEM if tag == "li" else Kind.SENTENCE
        elif tag == "br":
            self._flush()

    def handle_endtag(self, tag: str) -> None:
        """Close a block, a cell or the table."""
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif self._rows is not None:
            if tag in _CELLS or tag == "tr":
                self._cell()
            elif tag == "table":
                self._cell()
                self.finish()
        elif tag in _BLOCKS or self._level:
            self._flush()

    def handle_data(self, data: str) -> None:
        """Gather text."""
        if not self._silent and data.strip():
            if not self._text.strip():
                before = len(data) - len(data.lstrip())
                self._begun = self._line() + data.count("\n", 0, before)
            self._text += data
        elif self._text:
            self._text += " "

    def _line(self) -> int:
        return self._first + self.getpos()[0] - 1

    def _cell(self) -> None:
        """Put the gathered text into the row, as often as its spans say."""
        if self._rows is None or self._kind is not Kind.ROW:
            self._text = "" if self._rows is not None else self._text
            return
        if not self._rows:
            self._rows.append([])
        row = self._rows[-1]
        self._fill(row)
        wide, high = self._span
        text = " ".join(self._text.split())
        for _ in range(wide):
            if high > 1:
                self._hanging[len(row)] = (text, high - 1)
            row.append((text, self._begun))
        self._fill(row)
        self._text, self._kind = "", Kind.HTML

    def _fill(self, row: Cells) -> None:
        while len(row) in self._hanging:
            text, left = self._hanging.pop(len(row))
            if left > 1:
                self._hanging[len(row)] = (text, left - 1)
            # A cell that began above fills this row too, but not the one it came from.
            row.append((text, self._begun))

    def _flush(self) -> None:
        if self._rows is not None:
            return
        text, level = self._text, self._level
        self._text, self._level = "", 0
        if level:
            if text.strip():
                self._on_heading(level, " ".join(text.split()), self._begun)
            return
        kind, self._kind = self._kind, Kind.HTML
        if kind is not Kind.HTML:
            text = " ".join(text.split())  # the lines of a paragraph belong together
        for offset, line in enumerate(text.strip().split("\n")):
            if line.strip():
                self._on_text(line.strip(), self._begun + offset, kind)


def _number(attrs: list[tuple[str, str | None]], name: str) -> int:
    value = dict(attrs).get(name) or ""
    return min(SPAN_MAX, max(1, int(value[:3]))) if value.isascii() and value[:3].isdigit() else 1
