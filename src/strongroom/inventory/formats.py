"""The inventory as a Markdown table or as CSV: text that its reader cannot be tricked with."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from strongroom.inventory.line import MORE, Line

Heads = dict[str, str]
"""The six columns in the policy's own order: our word for each, and its name there."""

_SPECIAL: Final = re.compile(r"[\\`*\[\]<>|&~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_FORMULA: Final = re.compile(r"[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"-(?:\d+)?")


def head(heads: Heads) -> tuple[str, ...]:
    """The names of all columns: the policy's first."""
    return (*heads.values(), *MORE)


def cells(line: Line, heads: Heads) -> tuple[str, ...]:
    """The cells of a line in the order of `head`."""
    six = line.six
    return (*(six[word] for word in heads), *line.more)


def markdown(lines: Iterable[Line], heads: Heads) -> str:
    """A table of Markdown, to be pasted into the policy or read back by `check`."""
    names = head(heads)
    rows = [names, ("---",) * len(names), *(map(escape, cells(line, heads)) for line in lines)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def as_csv(lines: Iterable[Line], heads: Heads) -> str:
    """CSV (RFC 4180) in which no cell is a formula to the program that opens it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head(heads))
    writer.writerows(harmless(cells(line, heads)) for line in lines)
    return out.getvalue()


def escape(text: str) -> str:
    """`text` as a cell that shows exactly that text."""
    return _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))


def harmless(row: Sequence[str]) -> list[str]:
    """The cells of a row of CSV, none of which is a formula to a spreadsheet."""
    # A quote in front makes text of it; a number of days, and the dash for nothing, are none.
    return [
        f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell for cell in row
    ]
