"""The grammar of `.env` files: read with line numbers, written so that it reads back the same.

Nothing is expanded: `${OTHER}` stays as it is written, for a value that changes with its
surroundings is not the value that was kept. Duplicates are returned, not decided.
"""

import re
from collections.abc import Iterable
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
_COMMENT: Final = re.compile(r"(?:^|[ \t])#")
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_DOUBLE: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "$": "$"}
_SINGLE: Final = {"'": "'", "\\": "\\"}
_BARE: Final = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")
_WRITTEN: Final = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "$": "\\$"}
)


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


@dataclass(frozen=True, slots=True)
class Parsed:
    """All entries in their order, repeated names included, and all flaws."""

    entries: tuple[Entry, ...]
    flaws: tuple[Flaw, ...]


def parse(text: str) -> Parsed:
    """Read a whole file. Never fails: what cannot be read is a flaw with its line."""
    # One kind of line's end; a mark of the byte order is no part of the first name.
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    entries: list[Entry] = []
    flaws: list[Flaw] = []
    at, line = 0, 1
    while at < len(text):
        start = at
        blank = _BLANK.match(text, at)
        if blank is not None:
            at = blank.end()
        else:
            found, at = _assignment(text, at, line)
            if isinstance(found, Entry):
                entries.append(found)
            else:
                flaws.append(found)
        line += text.count("\n", start, at)
    return Parsed(tuple(entries), tuple(flaws))


def write(pairs: Iterable[tuple[str, str]]) -> str:
    """A file of these names and values, quoted where that is needed.

    Raises:
        ValueError: a name is none, or a value holds NUL, which no environment can.
    """
    return "".join(f"{_named(name)}={_quoted(value)}\n" for name, value in pairs)


def _assignment(text: str, at: int, line: int) -> tuple[Entry | Flaw, int]:
    rest = _REST.match(text, at)
    assert rest is not None
    head = _HEAD.match(text, at)
    if head is None:
        return Flaw(line, "not NAME=VALUE"), rest.end()
    body = _BODY.get(text[head.end() : head.end() + 1])
    if body is None:
        raw = text[head.end() : rest.end()].removesuffix("\n")
        end = rest.end()
        value = _COMMENT.split(raw, maxsplit=1)[0].strip(" \t")
    else:
        quoted = body.match(text, head.end())
        if quoted is None:
            return Flaw(line, "the quote is not closed"), rest.end()
        tail = _BLANK.match(text, quoted.end())
        if tail is None:
            after = _REST.match(text, quoted.end())
            assert after is not None
            return Flaw(line, "something stands behind the closing quote"), after.end()
        end = tail.end()
        known = _DOUBLE if quoted[0][0] == '"' else _SINGLE
        value = _ESCAPE.sub(lambda m: known.get(m[1], m[0]), quoted[1])
    if "\0" in value:
        return Flaw(line, "the value holds NUL"), end
    return Entry(head[1], value, line), end


def _named(name: str) -> str:
    if NAME.fullmatch(name) is None:
        raise ValueError("not a name of a variable")
    return name


def _quoted(value: str) -> str:
    if "\0" in value:
        raise ValueError("a value holds NUL")
    if _BARE.fullmatch(value):
        return value
    # Single quotes first: other readers expand what stands in double ones.
    if not re.search(r"['\\\n\r]", value):
        return f"'{value}'"
    return f'"{value.translate(_WRITTEN)}"'
