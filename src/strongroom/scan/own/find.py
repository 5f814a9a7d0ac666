"""Own values in data, by their lengths, alphabets and keyed fingerprints.

A candidate is a run of exactly the length of a known value between characters that cannot
belong to it. One pass of Vectorscan (or of `re`) finds candidates, and each is looked up by
its fingerprint once; a memo keeps the answer, since histories repeat themselves.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from strongroom.crypto.fingerprint import lookup
from strongroom.scan.own.interface import OwnValue, Sighting
from strongroom.scan.own.prints import Print, PrintSet

CHARS_MIN: Final = 12  # 80 bits need more
RUN_CHARS_MAX: Final = 256  # what is longer is looked for as a PEM block only
_MEMO_MAX: Final = 200_000
_PEM_OCTETS_MAX: Final = 16 * 1024
_WORD: Final = rb"A-Za-z0-9"
_URL: Final = rb"A-Za-z0-9_-"
_TEXT: Final = rb"!#-&(-_a-~"  # visible, and none of the three quotes
_BEFORE: Final = rb"[\x00-\x20\"'`=:/?&<>(,;@\x7f-\xff]"
_AFTER: Final = rb"[\x00-\x20\"'`,;@/?&<>)\\\x7f-\xff]"
_PEM: Final = re.compile(
    rb"-----BEGIN [A-Z0-9 ]{1,40}-----.{1,%d}?-----END [A-Z0-9 ]{1,40}-----" % _PEM_OCTETS_MAX,
    re.DOTALL,
)


class Finder:
    """Finds the values of a set."""

    def __init__(self, found: PrintSet, *, vectorscan: bool = True) -> None:
        self._key = found.key
        self._by_mark = {one.mark: one.own for one in found.prints}
        self._memo: dict[bytes, OwnValue | None] = {}
        self._pem = any(one.chars > RUN_CHARS_MAX for one in found.prints)
        shapes = sorted({shape for one in found.prints for shape in _shapes(one)})
        found_by = _ends_by_vectorscan(shapes) if vectorscan else None
        self._ends: _Ends = found_by or _ends_by_re(shapes)

    def find(self, data: bytes) -> Iterator[Sighting]:
        """Every place where a known value stands raw; a place may come twice."""
        for start, end in self._ends(data):
            own = self._known(data[start:end])
            if own is not None:
                yield Sighting(start, end, own)
        if self._pem and b"-----BEGIN " in data:
            yield from self._blocks(data)

    def _known(self, candidate: bytes) -> OwnValue | None:
        try:
            return self._memo[candidate]
        except KeyError:
            pass
        if len(self._memo) >= _MEMO_MAX:
            self._memo.clear()
        own = self._memo[candidate] = self._by_mark.get(lookup(self._key, candidate))
        return own

    def _blocks(self, data: bytes) -> Iterator[Sighting]:
        for block in _PEM.finditer(data):
            for text in _unfolded(block[0]):
                own = self._by_mark.get(lookup(self._key, text))
                if own is not None:
                    yield Sighting(block.start(), block.end(), own)
                    break


def _shapes(one: Print) -> Iterator[tuple[bytes, int]]:
    """The alphabets in which a value is looked for, with its length; none when it is long.

    What is no ASCII has another length in octets and is not looked for.
    """
    if not CHARS_MIN <= one.chars <= RUN_CHARS_MAX:
        return
    if "symbols" not in one.classes:
        yield _WORD, one.chars
        return
    yield _URL, one.chars
    yield _TEXT, one.chars


def _bounds(alphabet: bytes) -> tuple[bytes, bytes]:
    """What must stand before and behind a run."""
    if alphabet is _TEXT:
        return _BEFORE, _AFTER
    return (rb"[^%s]" % alphabet,) * 2


_Ends = Callable[[bytes], Iterator[tuple[int, int]]]


def _ends_by_vectorscan(shapes: list[tuple[bytes, int]]) -> _Ends | None:
    try:
        import hyperscan  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    if not shapes:
        return lambda _: iter(())
    expressions = []
    for alphabet, length in shapes:
        before, after = _bounds(alphabet)
        expressions.append(rb"%s[%s]{%d}%s" % (before, alphabet, length, after))
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(expressions=expressions, ids=list(range(len(shapes))), flags=0)
    lengths = [length for _, length in shapes]

    def ends(data: bytes) -> Iterator[tuple[int, int]]:
        seen: list[tuple[int, int]] = []

        def matched(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            # With a line's end before and behind, offsets are one more than in the data.
            seen.append((end - 2 - lengths[number], end - 2))

        database.scan(b"\n%b\n" % data, match_event_handler=matched)
        return iter(seen)

    return ends


def _ends_by_re(shapes: list[tuple[bytes, int]]) -> _Ends:
    patterns = []
    for alphabet, length in shapes:
        before, after = _bounds(alphabet)
        pattern = rb"(?:(?<=%s)|\A)(?=[%s]{%d}(?:%s|\Z))" % (before, alphabet, length, after)
        patterns.append((re.compile(pattern), length))

    def ends(data: bytes) -> Iterator[tuple[int, int]]:
        for pattern, length in patterns:
            for match in pattern.finditer(data):
                yield match.start(), match.start() + length

    return ends


def _unfolded(block: bytes) -> Iterator[bytes]:
    """A PEM block as it may have been stored: its lines without what a file puts around them."""
    escaped = block.replace(rb"\r", b"").replace(rb"\n", b"\n")
    lines = [line.strip(b" \t\r\"'+,\\") for line in escaped.splitlines()]
    yield b"\n".join(line for line in lines if line)
    yield block
