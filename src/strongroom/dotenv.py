"""The grammar of `.env` files: read with line numbers, written so that it reads back the same.

Nothing is expanded: `${OTHER}` stays as it is written, for a value that changes with its
surroundings is not the value that was kept. Duplicates are returned, not decided.

`write` and `edit` quote so that python-dotenv reads the same, but for what it cannot tell: a
backslash at the end of a value that needs quotes. (It expands `${OTHER}` unless told not to.)
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_HEAD: Final = re.compile(r"[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*")
_BLANK: Final = re.compile(r"[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_REST: Final = re.compile(r"[^\n]*(?:\n|\Z)")
_BODY: Final = {
    '"': re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL),
    "'": re.compile(r"'((?:[^'\\]|\\.)*)'", re.DOTALL),
}
# A key that nobody quoted: its lines would be read as names.
_OPEN_KEY: Final = re.compile(r"(?!.*-----END)[^\n]*-----BEGIN")
_END_KEY: Final = re.compile(r"-----END[^\n]*(?:\n|\Z)")
_COMMENT: Final = re.compile(r"(?:^|[ \t])#")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_DOUBLE: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}
_SINGLE: Final = {"'": "'", "\\": "\\"}
_BARE: Final = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")
_RAW: Final = re.compile(r"(?![\s'\"`#])(?!.*\s#)(?!.*\s\Z)[^\r\n\0]*")
_WRITTEN: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_IN_SINGLE: Final = str.maketrans({"\\": "\\\\", "'": "\\'"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One assignment; its representation hides the value. `line` counts from 1."""

    name: str
    value: str = field(repr=False)
    line: int


class Flaw(NamedTuple):
    """A line that is no assignment, and why; never any of its text."""

    line: int
    why: str


class Parsed(NamedTuple):
    """All entries in their order, repeated names included, and all flaws."""

    entries: tuple[Entry, ...]
    flaws: tuple[Flaw, ...]


class Piece(NamedTuple):
    """A part of the text from `start` to `end`, and where in it the value stands, if one does."""

    start: int
    end: int
    found: Entry | Flaw | None
    value: tuple[int, int] = (0, 0)


def parse(text: str) -> Parsed:
    """Read a whole file. Never fails: what cannot be read is a flaw with its line."""
    found = [piece.found for piece in pieces(plain(text))]
    return Parsed(
        tuple(one for one in found if isinstance(one, Entry)),
        tuple(one for one in found if isinstance(one, Flaw)),
    )


def edit(text: str, values: Mapping[str, str]) -> str:
    """`text` in which each name of `values` has its value; names that it lacks come at the end.

    All else stays as it is: comments, order, blank lines, `export`, the kind of line's end. An
    assignment that has the value already stays too, however it is quoted. `text` has no flaws: an
    open quote could swallow what comes behind it.

    Raises:
        ValueError: as `write`.
    """
    whole_text = plain(text)
    left = dict(values)
    parts: list[str] = []
    for piece in pieces(whole_text):
        whole, found = whole_text[piece.start : piece.end], piece.found
        if not isinstance(found, Entry) or found.name not in values:
            parts.append(whole)
            continue
        left.pop(found.name, None)
        wanted = values[found.name]
        if wanted != found.value:
            start, end = piece.value
            behind = whole_text[end : piece.end]
            gap = " " if behind[:1] == "#" else ""
            whole = f"{whole_text[piece.start : start]}{quoted(wanted)}{gap}{behind}"
        parts.append(whole)
    more = write(left.items())
    if more and parts and not parts[-1].endswith("\n"):
        parts.append("\n")
    made = "".join(parts) + more
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return mark + (made.replace("\n", "\r\n") if "\r\n" in text else made)


def plain(text: str) -> str:
    """One kind of line's end; a mark of the byte order is no part of the first name."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def pieces(text: str) -> Iterator[Piece]:
    """All of a text that `plain` gave, in order: assignments, flaws, and blank lines with None."""
    at, line = 0, 1
    while at < len(text):
        blank = _BLANK.match(text, at)
        piece = Piece(at, blank.end(), None) if blank is not None else _assignment(text, at, line)
        yield piece
        line += text.count("\n", at, piece.end)
        at = piece.end


def write(pairs: Iterable[tuple[str, str]]) -> str:
    """A file of these names and values, quoted where that is needed.

    Raises:
        ValueError: a name is none, or a value holds NUL, which no environment can.
    """
    return "".join(f"{_named(name)}={quoted(value)}\n" for name, value in pairs)


def _assignment(text: str, at: int, line: int) -> Piece:
    def flaw(why: str, end: int) -> Piece:
        return Piece(at, end, Flaw(line, why))

    rest = _REST.match(text, at)
    assert rest is not None
    head = _HEAD.match(text, at)
    if head is None:
        return flaw("not NAME=VALUE", rest.end())
    start = head.end()
    body = _BODY.get(text[start : start + 1])
    if (body is None or body.match(text, start) is None) and _OPEN_KEY.match(text, start):
        last = _END_KEY.search(text, start)
        return flaw("a key of several lines needs quotes", last.end() if last else len(text))
    if body is None:
        end = rest.end()
        value = _COMMENT.split(text[start:end].removesuffix("\n"), maxsplit=1)[0].strip(" \t")
        stop = start + len(value)
    else:
        quoted = body.match(text, start)
        if quoted is None:
            return flaw("the quote is not closed", rest.end())
        stop = quoted.end()
        tail = _BLANK.match(text, stop)
        if tail is None:
            after = _REST.match(text, stop)
            assert after is not None
            return flaw("something stands behind the closing quote", after.end())
        end = tail.end()
        known = _DOUBLE if quoted[0][0] == '"' else _SINGLE
        value = _ESCAPE.sub(lambda m: known.get(m[1], m[0]), quoted[1])
    if "\0" in value:
        return flaw("the value holds NUL", end)
    return Piece(at, end, Entry(head[1], value, line), (start, stop))


def _named(name: str) -> str:
    if NAME.fullmatch(name) is None:
        raise ValueError("not a name of a variable")
    return name


def quoted(value: str) -> str:
    """A value as it is written behind `NAME=`; raises as `write`."""
    if "\0" in value:
        raise ValueError("a value holds NUL")
    if _BARE.fullmatch(value):
        return value
    # Behind a backslash python-dotenv does not see where a quote ends.
    if value.endswith("\\") and _RAW.fullmatch(value):
        return value
    # Single quotes first: other readers expand what stands in double ones.
    if "\r" not in value and ("$" in value or not re.search(r"['\\\n]", value)):
        return f"'{value.translate(_IN_SINGLE)}'"
    return f'"{value.translate(_WRITTEN)}"'
