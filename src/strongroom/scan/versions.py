"""Versions of a file behind one another are scanned by what differs.

A history gives them so. Nearly all lines of a version are in the one before it; what was
found in those is found again at its new place, and only the lines that differ are looked
at, with enough around them that every rule sees what it would see in the whole file.
"""

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from strongroom.scan.model import INSIDE, Hit, Medium, Piece
from strongroom.scan.ruleset.model import Rule

# So many lines away from a change, nothing that a rule looks at has changed.
NEAR_LINES: Final = 16
SMALL_OCTETS: Final = 4096  # a file that is scanned whole as fast as it is compared
# Where these are, something reaches over more lines: a manifest, an armoured block.
_FAR: Final = (b"kind:", b'kind":', b"kind':", b"---- begin", b"-----begin")
_RUN: Final = re.compile(rb"[ \t\"']*[A-Za-z0-9+/_-]{40,}=*[ \t\"',\\n\r+]*")

# How finely two versions are compared: so often the rest between two runs is split in two.
SPLITS: Final = 5
SPLIT_OCTETS: Final = 2048
PROBE_OCTETS: Final = 64

Scan = Callable[[Piece], list[Hit]]
_Run = tuple[int, int, int]  # octet in the old, octet in the new, octets


class Versions:
    """Scans as `scan` does. It remembers one version, the secrets found in it included."""

    def __init__(self, scan: Scan, rules: Sequence[Rule]) -> None:
        self._scan = scan
        self._rules = rules
        self._far: tuple[bytes, ...] | None = None  # known when it is needed: rules load slowly
        self._works = True
        self._was_far: bool | None = None  # whether the version before has a word of those
        self._data = b""
        self._hits: list[Hit] = []

    def scan(self, piece: Piece) -> list[Hit]:
        """Its hits, in the order of the piece."""
        if not self._works or not _is_version(piece):
            return self._scan(piece)
        if self._far is None:
            self._far = self._learnt()
        hits = self._differing(piece)
        self._data, self._hits = piece.data, hits
        return hits

    def _differing(self, piece: Piece) -> list[Hit]:
        old, new = self._data, piece.data
        was_far, self._was_far = self._was_far, None
        same = _same(old, new)
        if 2 * sum(size for _, _, size in same) < len(new):
            return self._scan(piece)
        changed = _around(new, _gaps(old, new, same))
        windows = [(_up(new, begin), _down(new, end)) for begin, end in changed]
        if 2 * sum(high - low for low, high in windows) > len(new):
            return self._scan(piece)
        if self._is_far(was_far, changed, piece) or any(_cuts_a_run(new, *w) for w in windows):
            return self._scan(piece)
        found: list[Hit] = []
        at, line = 0, 1
        for (begin, end), (low, high) in zip(changed, windows, strict=True):
            found += self._kept(piece, same, at, begin, line)
            line += new.count(b"\n", at, begin)
            part = Piece(new[low:high], piece.origin, line - new.count(b"\n", low, begin))
            behind = line + new.count(b"\n", begin, end) if end < len(new) else sys.maxsize
            found += [h for h in self._scan(part) if h.end_line >= line and h.line < behind]
            at, line = end, behind
        return found + self._kept(piece, same, at, len(new), line)

    def _kept(
        self, piece: Piece, same: Sequence[_Run], begin: int, end: int, line: int
    ) -> list[Hit]:
        """What was found in lines that `new[begin:end]` has from before; `line` is their first."""
        if not self._hits or begin >= end:
            return []
        there = next(o + begin - n for o, n, size in same if n <= begin and end <= n + size)
        first = self._data.count(b"\n", 0, there) + 1
        behind = first + piece.data.count(b"\n", begin, end) + (end == len(piece.data))
        return [
            _at(hit, piece, line - first)
            for hit in self._hits
            if first <= hit.line and hit.end_line < behind
        ]

    def _is_far(self, was: bool | None, changed: Sequence[tuple[int, int]], piece: Piece) -> bool:
        if was is None:
            was = self._has_far(self._data)
        new = piece.data
        self._was_far = (
            self._has_far(new) if was else any(self._has_far(new[a:b]) for a, b in changed)
        )
        return self._was_far or not self._works

    def _learnt(self) -> tuple[bytes, ...]:
        far = [
            rule
            for rule in self._rules
            if max(rule.lines, rule.within if rule.near or rule.pair else 0) > NEAR_LINES
        ]
        self._works = all(rule.anchors for rule in far)
        return (*_FAR, *(anchor.encode() for rule in far for anchor in rule.anchors))

    def _has_far(self, data: bytes) -> bool:
        lowered = data.lower()
        return any(word in lowered for word in self._far or ())


def _cuts_a_run(data: bytes, low: int, high: int) -> bool:
    """Whether base64 that is broken into lines goes on beyond what would be looked at."""
    first = data[low : data.find(b"\n", low)] if low else b""
    last = data[data.rfind(b"\n", 0, high - 1) + 1 : high] if high < len(data) else b""
    return any(_RUN.fullmatch(line.rstrip(b"\n")) for line in (first, last))


def _is_version(piece: Piece) -> bool:
    return (
        piece.origin.medium is Medium.BLOB
        and len(piece.data) >= SMALL_OCTETS
        and piece.changed is None
        and (piece.first_line, piece.first_column) == (1, 0)
        and not piece.origin.encoding
        and INSIDE not in piece.origin.path
    )


def _at(hit: Hit, piece: Piece, moved: int) -> Hit:
    return replace(hit, origin=piece.origin, line=hit.line + moved, end_line=hit.end_line + moved)


def _same(old: bytes, new: bytes) -> list[_Run]:
    """Runs that both have, in their order; of several next to one another, one."""
    found: list[_Run] = []
    _align((old, 0, len(old)), (new, 0, len(new)), SPLITS, found)
    joined: list[_Run] = []
    for o, n, size in found:
        if joined and (joined[-1][0] + joined[-1][2], joined[-1][1] + joined[-1][2]) == (o, n):
            joined[-1] = (*joined[-1][:2], joined[-1][2] + size)
        else:
            joined.append((o, n, size))
    return joined


def _align(
    one: tuple[bytes, int, int], other: tuple[bytes, int, int], splits: int, found: list[_Run]
) -> None:
    """The same front, the same back, and what is between split where its middle stands in both."""
    old, o_low, o_high = one
    new, n_low, n_high = other
    front = _same_front(one, other)
    back = _same_back(one, other, min(o_high - o_low, n_high - n_low) - front)
    if front:
        found.append((o_low, n_low, front))
    o_low, o_high, n_low, n_high = o_low + front, o_high - back, n_low + front, n_high - back
    if splits and n_high - n_low > SPLIT_OCTETS:
        middle = (n_low + n_high) // 2
        at = old.find(new[middle : middle + PROBE_OCTETS], o_low, o_high)
        if at >= 0:
            _align((old, o_low, at), (new, n_low, middle), splits - 1, found)
            _align((old, at, o_high), (new, middle, n_high), splits - 1, found)
    if back:
        found.append((o_high, n_high, back))


def _gaps(old: bytes, new: bytes, same: Sequence[_Run]) -> Iterator[tuple[int, int]]:
    """What `new` has besides, and, as empty, where it lacks something."""
    there = here = 0
    for o, n, size in same:
        if (o, n) != (there, here):
            yield here, n
        there, here = o + size, n + size
    if (there, here) != (len(old), len(new)):
        yield here, len(new)


def _around(data: bytes, gaps: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """The gaps with the lines near them, those that touch as one."""
    found: list[tuple[int, int]] = []
    for low, high in gaps:
        begin, end = _up(data, low), _down(data, high)
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _same_front(one: tuple[bytes, int, int], other: tuple[bytes, int, int]) -> int:
    """How many octets from the front are the same."""
    old, o, o_high = one
    new, n, n_high = other
    low, high = 0, min(o_high - o, n_high - n)
    if old[o : o + high] == new[n : n + high]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if old[o + low : o + middle] == new[n + low : n + middle]:
            low = middle
        else:
            high = middle
    return low


def _same_back(one: tuple[bytes, int, int], other: tuple[bytes, int, int], most: int) -> int:
    """How many octets from the back, at most `most`, are the same."""
    old, _, o = one
    new, _, n = other
    low, high = 0, most
    if old[o - high : o] == new[n - high : n]:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if old[o - middle : o - low] == new[n - middle : n - low]:
            low = middle
        else:
            high = middle
    return low


def _up(data: bytes, at: int) -> int:
    """Where the line begins that is `NEAR_LINES` above that of `at`."""
    for _ in range(NEAR_LINES + 1):
        at = data.rfind(b"\n", 0, at)
        if at < 0:
            return 0
    return at + 1


def _down(data: bytes, at: int) -> int:
    """Where the line ends that is `NEAR_LINES` below that of `at`."""
    for _ in range(NEAR_LINES + 1):
        at = data.find(b"\n", at) + 1
        if not at:
            return len(data)
    return at
