"""The line in which a secret stands, shown without the secret, and what is said of its shape."""

import os
import re
from collections.abc import Iterable, Iterator
from typing import Final

COVER: Final = "********"
SHOWN_CHARS: Final = 120  # of a line, around what is covered
PART_OCTETS_MIN: Final = 4  # so many of a neighbour's octets at the cut edge are covered too
# Whatever else looks like a token on that line: a rule may have missed it.
_TOKEN: Final = re.compile(
    rb"(?=[A-Za-z0-9+/=_-]*[0-9])(?=[0-9+/=_-]*[A-Za-z])[A-Za-z0-9+/=_-]{20,}"
)
_AFTER: Final = re.compile(rb"[^\s\"'`<>,;)\]}]*")
_BEFORE: Final = re.compile(rb"[^\s\"'`<>,;(\[{=]*\Z")
_WORD: Final = re.compile(rb"[A-Za-z0-9+=_-]*")
_HEX: Final = re.compile(rb"[0-9a-fA-F]+")
_KINDS: Final = (
    (re.compile(rb"[0-9]+"), "digits"),
    (_HEX, "hexadecimal digits"),
    (re.compile(rb"[a-z]+"), "small letters"),
    (re.compile(rb"[A-Za-z]+"), "letters"),
    (re.compile(rb"[A-Za-z0-9]+"), "letters and digits"),
    (re.compile(rb"[A-Za-z0-9+/=_.-]+"), "letters, digits and signs of base64"),
    (re.compile(rb"[\x20-\x7e]+"), "letters, digits and signs"),
)


def mask(
    text: bytes,
    start: int,
    end: int,
    others: Iterable[bytes] = (),
    cut: tuple[bool, bool] = (False, False),
) -> str:
    """`text` on one line with `COVER` in the place of octets `start` to `end`.

    `others` are what else must not be seen of it: other secrets of that line, wherever they stand
    in `text`, and the beginning or end of one that the edge of `text` cuts. `cut` says at which
    edges what was looked at began or ended in the middle of a line: nobody knows what a word there
    is a part of.
    """
    after = _AFTER.match(text, end)
    spans = [(start, after.end() if after else end)]
    for known, found in zip(cut, (_AFTER.match(text), _BEFORE.search(text)), strict=True):
        if known and found:
            spans.append(found.span())
    for other in others:
        spans += _places(text, other)
    spans += [match.span() for match in _TOKEN.finditer(text)]
    shown = (part.decode("utf-8", "replace") for part in _covered(text, spans))
    return _around(" ".join("".join(shown).split()), len(text[:start].decode("utf-8", "replace")))


def name(text: bytes, start: int, end: int, others: Iterable[bytes] = ()) -> str:
    """The path `text` with `COVER` as `mask` does it, without what is below the part it is in."""
    below = text.find(b"/", end)
    text = text if below < 0 else text[: below + 1]
    after = _WORD.match(text, end)
    spans = [(start, after.end() if after else end)]
    for other in others:
        spans += _places(text, other)
    return readable(os.fsdecode(b"".join(_covered(text, spans))))


def shape(secret: bytes) -> str:
    """Its length and alphabet, for people: `40 letters and digits`."""
    if secret.startswith(b"-----BEGIN "):
        return f"a PEM block of {len(secret)} octets"
    for alphabet, name in _KINDS:
        if alphabet.fullmatch(secret):
            return f"{len(secret)} {name}"
    return f"{len(secret)} octets"


def readable(text: str) -> str:
    """A name as the machine has it, with octets that are no UTF-8 in hexadecimal."""
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # half of a pair, which no octets stand for
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _covered(text: bytes, spans: Iterable[tuple[int, int]]) -> Iterator[bytes]:
    at = 0
    for left, right in _merged(spans):
        yield text[at:left]
        yield COVER.encode()
        at = right
    yield text[at:]


def _places(text: bytes, other: bytes) -> list[tuple[int, int]]:
    if not other:
        return []
    spans, at = [], text.find(other)
    while at >= 0:
        spans.append((at, at + len(other)))
        at = text.find(other, at + 1)
    for size in range(min(len(other) - 1, len(text)), PART_OCTETS_MIN - 1, -1):
        if text.startswith(other[-size:]):
            spans.append((0, size))
        if text.endswith(other[:size]):
            spans.append((len(text) - size, len(text)))
    return spans


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for left, right in sorted(spans):
        if merged and left <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right))
        else:
            merged.append((left, right))
    return merged


def _around(line: str, at: int) -> str:
    if len(line) <= SHOWN_CHARS:
        return line
    begin = max(0, min(at - SHOWN_CHARS // 2, len(line) - SHOWN_CHARS))
    head, tail = "…" if begin else "", "…" if begin + SHOWN_CHARS < len(line) else ""
    return f"{head}{line[begin : begin + SHOWN_CHARS]}{tail}"
