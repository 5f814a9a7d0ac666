"""The tree of a Python file, or of the part of it that matters. Pure; nothing of it is run.

Parsing is what takes the time, and most statements of a file that matters are about something
else. They are blanked, not cut out, so that every line keeps its number.
"""

import ast
import contextlib
import re
import warnings
from bisect import bisect_left
from itertools import pairwise
from typing import Final

from strongroom.errors import InvalidError

_STARTS: Final = re.compile(rb"(?!(?:else|elif|except|finally|case)\b)[A-Za-z_@]")


def tree(source: bytes, wanted: list[int]) -> ast.Module:
    """The tree of what matters; of the whole file when the rest does not stand on its own."""
    short = condensed(source, wanted)
    if short is not None and b"\0" not in source:
        with contextlib.suppress(InvalidError):
            return parse(short)
    return parse(source)


def parse(source: bytes) -> ast.Module:
    """The tree of a Python file.

    Raises:
        InvalidError: `syntax-error` or `holds-nul`.
    """
    if b"\0" in source:
        raise InvalidError("holds-nul", "holds NUL bytes, so it is not Python source")
    try:
        with warnings.catch_warnings():
            # What Python thinks of somebody's escape sequences is not our business.
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        raise InvalidError("syntax-error", f"is not Python 3: line {error.lineno or 0}") from None
    except (ValueError, RecursionError, MemoryError, LookupError):
        raise InvalidError(
            "syntax-error", "cannot be parsed: too deep or wrongly encoded"
        ) from None


def condensed(source: bytes, wanted: list[int]) -> bytes | None:
    """The file with every top-level statement blanked that spans no wanted line.

    None when that cannot be told from the lines alone: a text in triple quotes that goes on
    at the margin looks like statements.
    """
    rows = normalised(source).split(b"\n")
    starts = [n for n, row in enumerate(rows) if n > 1 and _STARTS.match(row)]
    # A decorator belongs to what follows it.
    starts = [n for n in starts if not rows[n - 1].startswith(b"@")]
    bounds = [0, *starts, len(rows)]
    for first, end in pairwise(bounds):
        block = b"\n".join(rows[first:end])
        if block.count(b'"""') % 2 or block.count(b"'''") % 2:
            return None
        at = bisect_left(wanted, first + 1)
        if first and not (at < len(wanted) and wanted[at] <= end):
            rows[first:end] = [b""] * (end - first)
    return b"\n".join(rows)


def normalised(source: bytes) -> bytes:
    """The source with one kind of line end, which is how Python counts lines."""
    return source.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
