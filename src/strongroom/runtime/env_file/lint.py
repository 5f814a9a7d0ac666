"""What is wrong with the text of a `.env`, and the same text tidied. Pure; no value is shown."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from strongroom import dotenv
from strongroom.dotenv import Entry, Flaw
from strongroom.runtime.problems import Level
from strongroom.source.values import looks_generated

CLAUSE: Final = "P-3.1"
_HIDDEN: Final = "a name that looks like a value"
_QUOTES: Final = frozenset(" \t\"'`$\\#;&|<>()*?!")


@dataclass(frozen=True, slots=True)
class Remark:
    """`line` counts from 1, and 0 is the whole file. `code` is for machines and stays."""

    line: int
    code: str
    message: str
    level: Level = Level.ERROR
    clause: str = CLAUSE
    fixable: bool = False


def lint(data: bytes, *, order: bool = False) -> tuple[Remark, ...]:
    """All remarks on a file's bytes, by line; with `order`, names must be sorted too."""
    text = None
    with suppress(UnicodeDecodeError):  # the decoder's error would hold it all as a context
        text = data.decode()
    if text is None:
        return (Remark(0, "env-undecodable", "is not UTF-8"),)
    found = [*_whole(text), *_lines(text)]
    if order:
        found += _order(text)
    return tuple(sorted(found, key=lambda r: (r.line, r.code)))


def tidy(text: str) -> str:
    """`text` less what is fixable: the same names and values, comments and lines in their order.

    With a line that cannot be read it stays as it is: a quote might swallow another line then.
    """
    if dotenv.parse(text).flaws:
        return text
    plain = dotenv.plain(text)
    parts = []
    for piece in dotenv.pieces(plain):
        whole, entry = plain[piece.start : piece.end], piece.found
        if isinstance(entry, Entry):
            start, end = piece.value
            head = plain[piece.start : start]
            value = plain[start:end]
            export = "export " if head.split()[0] == "export" else ""
            if _wants_quotes(value):
                value = dotenv.quoted(entry.value)
            behind = plain[end : piece.end]
            if not behind.strip():
                behind = behind.strip(" \t")
            gap = " " if behind[:1] == "#" else ""
            whole = f"{export}{entry.name}={value}{gap}{behind}"
        parts.append(whole)
    made = "".join(parts)
    return made if not made or made.endswith("\n") else f"{made}\n"


def named(name: str) -> str:
    """A name as it may be repeated: people put values in the wrong place."""
    return _HIDDEN if looks_generated(name) else name


def _whole(text: str) -> Iterator[Remark]:
    warning = Level.WARNING
    if text.startswith("\ufeff"):
        yield Remark(1, "env-bom", "begins with a byte order mark", warning, fixable=True)
    if "\r\n" in text:
        line = text[: text.index("\r\n")].count("\n") + 1
        yield Remark(line, "env-crlf", "lines end with CR LF", warning, fixable=True)
    if text and not text.endswith("\n"):
        last = text.count("\n") + 1
        yield Remark(last, "env-last-line", "the last line has no end", warning, fixable=True)
    for number, whole in enumerate(text.split("\n"), start=1):
        if "\0" in whole:
            yield Remark(number, "env-nul", "holds NUL, which no environment can")


def _lines(text: str) -> Iterator[Remark]:
    plain, first, warning = dotenv.plain(text), dict[str, int](), Level.WARNING
    for piece in dotenv.pieces(plain):
        found = piece.found
        if isinstance(found, Flaw) and "NUL" not in found.why:
            yield Remark(found.line, "env-unreadable", f"cannot be read: {found.why}")
        if not isinstance(found, Entry):
            continue
        name, line = named(found.name), found.line
        earlier = first.setdefault(found.name, line)
        if earlier != line:
            yield Remark(line, "env-duplicate", f"{name} stands on line {earlier} already")
        head, value = plain[piece.start : piece.value[0]], plain[slice(*piece.value)]
        if not value:
            head = head.rstrip(" \t")  # what is between nothing and a comment
        if head.strip() != head or " =" in head or "\t=" in head:
            yield Remark(
                line, "env-spaces", f"{name} has spaces before it or around `=`", warning,
                fixable=True,
            )  # fmt: skip
        if found.name != found.name.upper():
            yield Remark(line, "env-lower-case", f"{name} has small letters", warning)
        if _wants_quotes(value):
            yield Remark(
                line, "env-quotes", f"the value of {name} needs quotes: readers differ over it",
                warning, fixable=True,
            )  # fmt: skip


def _wants_quotes(raw: str) -> bool:
    """Whether shells and other readers may see another value than ours."""
    open_ = raw[:1] not in {"'", '"'} and bool(set(raw) & _QUOTES)
    return open_ and dotenv.quoted(raw) != raw  # a backslash at the end stays without


def _order(text: str) -> Iterator[Remark]:
    before = ""
    for entry in dotenv.parse(text).entries:
        if entry.name < before:
            message = f"{named(entry.name)} comes behind {named(before)}"
            yield Remark(entry.line, "env-order", message, Level.WARNING)
        before = max(before, entry.name)
