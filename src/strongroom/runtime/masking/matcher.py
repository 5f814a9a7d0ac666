"""Where the patterns stand in some bytes: all places, overlapping ones too.

Two implementations of one question. `Grams` needs nothing but Python: of each pattern it knows
four runs of four bytes, one of which must stand at a place that is divisible by four; a set that
is asked about these places answers for most texts. `Automaton` is Aho-Corasick in Rust, from the
extra `mask`, and is taken where it is installed: it stays fast in texts that are full of values.
"""

import sys
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, Protocol

from strongroom.forms import CHARS_MIN
from strongroom.runtime.masking.patterns import Pattern

_RUN: Final = 4
_BLOCK: Final = 1024  # runs that are asked about at once; only a block with a hit is walked


class Match(NamedTuple):
    """`data[start:end]` belongs to the value that `label` names.

    `rests` is how the value may go on behind the end of the data, if that is where it ends.
    """

    start: int
    end: int
    label: str
    rests: tuple[bytes, ...] = ()


class Search(Protocol):
    """Places of patterns, by the pattern's index."""

    def find(self, data: bytes) -> list[tuple[int, int]]:
        """All (index of the pattern, start), in no particular order."""
        ...


MakeSearch = Callable[[Sequence[bytes]], Search]


class Grams:
    """Pure Python; see the module. Patterns have at least eight bytes."""

    __slots__ = ("_octets", "_places", "_runs")

    def __init__(self, octets: Sequence[bytes]) -> None:
        self._octets = octets
        self._places: dict[int, list[tuple[int, int]]] = {}
        for index, one in enumerate(octets):
            # From the middle: beginnings (`https://`) and ends stand in texts without values.
            middle = (len(one) - CHARS_MIN) // 2
            for at in range(middle, middle + _RUN):
                run = int.from_bytes(one[at : at + _RUN], sys.byteorder)
                self._places.setdefault(run, []).append((index, at))
        self._runs = frozenset(self._places)

    def find(self, data: bytes) -> list[tuple[int, int]]:
        """All (index, start)."""
        runs = memoryview(data)[: len(data) & ~(_RUN - 1)].cast("I")
        found: list[tuple[int, int]] = []
        for base in range(0, len(runs), _BLOCK):
            block = runs[base : base + _BLOCK]
            if self._runs.isdisjoint(block):
                continue
            hits = [(number, run) for number, run in enumerate(block, base) if run in self._runs]
            for number, run in hits:
                for index, at in self._places[run]:
                    start = number * _RUN - at
                    if start >= 0 and data.startswith(self._octets[index], start):
                        found.append((index, start))
        return found


class Automaton:
    """Aho-Corasick in Rust, from `ahocorasick-rs`."""

    __slots__ = ("_find",)

    def __init__(self, octets: Sequence[bytes]) -> None:
        import ahocorasick_rs  # noqa: PLC0415 - an extra

        # Contiguous: the table of a DFA for thousands of values takes a second to make.
        kind = ahocorasick_rs.Implementation.ContiguousNFA
        made: Any = ahocorasick_rs.BytesAhoCorasick(list(octets), implementation=kind)
        self._find = made.find_matches_as_indexes

    def find(self, data: bytes) -> list[tuple[int, int]]:
        """All (index, start)."""
        return [(index, start) for index, start, _ in self._find(data, overlapping=True)]


def fastest(octets: Sequence[bytes]) -> Search:
    """The fastest that is installed."""
    try:
        return Automaton(octets)
    except ImportError:
        return Grams(octets)


class Matcher:
    """Finds the values in bytes, and says how much of an end may be the start of one."""

    __slots__ = ("_heads", "_longest", "_patterns", "_search", "_sorted")

    def __init__(self, patterns: Sequence[Pattern], search: MakeSearch = fastest) -> None:
        self._patterns = patterns
        octets = [pattern.octets for pattern in patterns]
        self._search = search(octets)
        self._sorted = sorted(octets)
        self._longest = max(map(len, octets), default=0)
        self._heads = frozenset(one[:n] for one in octets for n in range(1, _RUN + 1))

    def find(self, data: bytes) -> list[Match]:
        """All matches by their start, the longest first. Those that overlap are not yet one."""
        found = []
        for index, start in self._search.find(data):
            pattern = self._patterns[index]
            end, rests = follow(data, start + len(pattern.octets), pattern.rests)
            found.append(Match(start, end, pattern.label, rests))
        found.sort(key=lambda match: (match.start, -match.end))
        return found

    def pending(self, data: bytes) -> int:
        """How many bytes at the end of `data` may be the start of a value that goes on."""
        for at in range(max(0, len(data) - self._longest + 1), len(data)):
            if data[at : at + _RUN] in self._heads and self._starts(data[at:]):
                return len(data) - at
        return 0

    def _starts(self, head: bytes) -> bool:
        at = bisect_right(self._sorted, head)
        return at < len(self._sorted) and self._sorted[at].startswith(head)


def follow(data: bytes, at: int, rests: tuple[bytes, ...]) -> tuple[int, tuple[bytes, ...]]:
    """How far the longest of `rests` goes at `at`, and what is left of them at the data's end."""
    if not rests:
        return at, ()
    lengths = [_common(data, at, rest) for rest in rests]
    longest = max(lengths)
    if at + longest < len(data):
        return at + longest, ()
    pairs = zip(rests, lengths, strict=True)
    return at + longest, tuple(r[n:] for r, n in pairs if n == longest and len(r) > n)


def _common(data: bytes, at: int, rest: bytes) -> int:
    """How much of `rest` stands at `at`."""
    length = min(len(rest), len(data) - at)
    if data.startswith(rest[:length], at):
        return length
    return next(n for n in range(length) if data[at + n] != rest[n])
