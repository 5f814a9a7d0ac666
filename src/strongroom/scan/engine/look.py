"""From events of the matcher to hits of rules in one buffer.

A short line is taken whole and remembered: lines of a history come again and again. So are
the few lines that a rule of few lines is looked for in. A long line, and what a rule of many
lines is looked for in, is cut into cells, and each cell is looked at once for each rule, with
a margin on both sides. So the work is linear in the input, whatever it holds.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from strongroom.scan.engine.matcher import STEP, Event

if TYPE_CHECKING:  # a scan that finds nothing starts without it
    from strongroom.scan.engine.confirm import Confirmer, Raw

LINE_MAX: Final = 4096
CELL: Final = 2048  # of a long line; the margin before is as much, that behind a `STEP`
REACH: Final = 32 << 10  # how far behind a cell a hit may go on
LINE_OCTETS: Final = 128  # what a line of a rule of several lines is taken to have
CELL_MAX: Final = 64 << 10
NEAR_LINES: Final = 2  # of a rule: what it says of a line depends on as many around it
FEW_LINES: Final = 4  # of a rule: as many on each side of an event are looked at
MEMO_OCTETS_MAX: Final = 24 << 20
_MEMO_EACH: Final = 150


class Seen(NamedTuple):
    """A hit of rule number `ident`, in octets of the buffer."""

    start: int
    end: int
    ident: int
    raw: "Raw"


class Looker:
    """Confirms events; remembers what lines held."""

    def __init__(self, rule: "Callable[[int], Confirmer]") -> None:
        self._rule = rule
        self._memo: dict[Hashable, tuple[Raw, ...]] = {}
        self._memo_octets = 0
        self._lines: dict[int, int] = {}  # of each rule
        self.placed = False  # what was seen last may depend on how much stands before it

    def look(self, data: bytes, events: Sequence[Event]) -> list[Seen]:
        """All hits, once each, in the order of the buffer; `events` in the order of `end`."""
        found: dict[tuple[int, int, int], Seen] = {}
        cells: set[tuple[int, int]] = set()
        self.placed = False
        start, end, line = 0, -1, b""
        hits: Iterable[Seen]
        lines_of = self._lines.get
        for at, ident in events:
            lines = lines_of(ident) or self._learnt(ident)
            last = at - 1
            if 1 < lines <= FEW_LINES and (few := _few(data, last, lines)):
                low, high = few
                hits = [Seen(low + raw.start, low + raw.end, ident, raw)
                        for raw in self._line(ident, data[low:high])]  # fmt: skip
            elif lines > 1:
                self.placed = True
                size = min(CELL_MAX, max(LINE_MAX, lines * LINE_OCTETS))
                hits = self._cell(data, ident, last, size, (0, len(data)), cells)
            else:
                if not start <= last <= end:
                    start = data.rfind(b"\n", 0, last) + 1
                    end = data.find(b"\n", last)
                    end = end if end >= 0 else len(data)
                    line = data[start:end] if end - start <= LINE_MAX else b""
                if end - start <= LINE_MAX:
                    raws = self._line(ident, line)
                    if not raws:
                        continue
                    hits = [Seen(start + raw.start, start + raw.end, ident, raw)
                            for raw in raws]  # fmt: skip
                else:
                    hits = self._cell(data, ident, last, CELL, (start, end), cells)
            for hit in hits:
                found.setdefault(hit[:3], hit)
        return sorted(found.values())

    def reach(self, events: Iterable[Event]) -> int:
        """How many lines the rule of them goes over that goes over most."""
        lines_of = self._lines.get
        return max(lines_of(ident) or self._learnt(ident) for _, ident in events)

    def _learnt(self, ident: int) -> int:
        found = self._lines[ident] = self._rule(ident).lines
        return found

    def _line(self, ident: int, line: bytes) -> "tuple[Raw, ...]":
        key = (ident, line)
        known = self._memo.get(key)
        if known is None:
            known = tuple(self._rule(ident).find(line, 0, len(line)))
            self._keep(key, known, len(line))
        return known

    def _keep(self, key: Hashable, found: "tuple[Raw, ...]", octets: int) -> None:
        self._memo_octets += octets + _MEMO_EACH
        if self._memo_octets > MEMO_OCTETS_MAX:
            self._memo.clear()
            self._memo_octets = octets + _MEMO_EACH
        self._memo[key] = found

    def _cell(
        self,
        data: bytes,
        ident: int,
        at: int,
        size: int,
        bounds: tuple[int, int],
        done: set[tuple[int, int]],
    ) -> Iterable[Seen]:
        first = at - (at - bounds[0]) % size  # a long line has the same cells wherever it stands
        if (ident, first) in done:
            return []
        done.add((ident, first))
        last = first + size
        low, high = max(bounds[0], first - size), min(bounds[1], last + max(STEP, size // 2))
        asked = (first - STEP, last + STEP) if size == CELL else (low, high)
        found = self._between(data, ident, low, high, asked)
        if any(hit.end >= high for hit in found) and high < bounds[1]:
            high = min(bounds[1], high + REACH)
            found = self._between(data, ident, low, high, asked)
        # What touches the window's own edge may go on behind it.
        return [
            hit for hit in found
            if (hit.start > low or low == bounds[0]) and (hit.end < high or high == bounds[1])
        ]  # fmt: skip

    def _between(
        self, data: bytes, ident: int, low: int, high: int, asked: tuple[int, int]
    ) -> list[Seen]:
        """Hits in a window that overlap what is `asked`; other cells answer for the rest.

        A short window is remembered with all around it that a rule may look at, by its digest.
        """
        rule = self._rule(ident)
        if high - low > CELL + CELL + STEP:
            found: Iterable[Raw] = rule.find(data, low, high, asked)
            return [Seen(raw.start, raw.end, ident, raw) for raw in found]
        at = max(0, low - LINE_MAX)
        text = data[at : high + LINE_MAX]
        first, last = asked[0] - at, asked[1] - at
        key = (ident, low - at, high - at, first, last, sha256(text).digest())
        known = self._memo.get(key)
        if known is None:
            known = tuple(rule.find(text, low - at, high - at, (first, last)))
            self._keep(key, known, _MEMO_EACH)
        return [Seen(at + raw.start, at + raw.end, ident, raw) for raw in known]


def _few(data: bytes, at: int, lines: int) -> tuple[int, int] | None:
    """The line of `at` with `lines` more on both sides; None where they are long."""
    floor, ceiling = max(0, at - LINE_MAX), min(len(data), at + LINE_MAX)
    low, high = max(at, 0), at - 1
    for _ in range(lines + 1):
        low = data.rfind(b"\n", floor, low)
        if low < 0:
            break
    for _ in range(lines + 1):
        high = data.find(b"\n", high + 1, ceiling)
        if high < 0:
            break
    if (low < 0 < floor) or (high < 0 and ceiling < len(data)):
        return None
    return low + 1, high if high >= 0 else len(data)
