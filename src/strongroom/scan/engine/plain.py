"""The matcher without a package: correct, and some hundred times slower than Vectorscan."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from strongroom.scan.engine.matcher import STEP, Event, Pattern


class Plain:
    """Looks for each anchor with `bytes.find`, and runs what has none."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        """Sort the patterns by their anchors.

        Raises:
            re.error: one of them is no regular expression.
        """
        by_anchor: dict[bytes, set[int]] = defaultdict(set)
        self._whole: list[tuple[int, re.Pattern[bytes]]] = []
        for pattern in patterns:
            if pattern.anchors:
                for anchor in pattern.anchors:
                    by_anchor[anchor.encode()].add(pattern.ident)
            else:
                body = re.escape(pattern.expression) if pattern.literal else pattern.expression
                self._whole.append((pattern.ident, re.compile(body.encode(), re.MULTILINE)))
        self._anchors = [(anchor, sorted(idents)) for anchor, idents in by_anchor.items()]

    def events(self, data: bytes) -> Sequence[Event]:
        """In the order of `end`."""
        lower = data.lower()
        found: set[Event] = set()
        for anchor, idents in self._anchors:
            for end in _each(lower, anchor):
                found.update(Event(end, ident) for ident in idents)
        for ident, pattern in self._whole:
            for match in pattern.finditer(data):
                found.update(Event(end, ident) for end in _spread(match.start(), match.end()))
        return sorted(found)


def _each(data: bytes, anchor: bytes) -> Iterator[int]:
    """The ends of an anchor, once a line and once for each `STEP` of a long one."""
    at = data.find(anchor)
    while at >= 0:
        end = at + len(anchor)
        yield end
        newline = data.find(b"\n", end, end + STEP)
        at = data.find(anchor, newline + 1 if newline >= 0 else max(end, at + STEP))


def _spread(start: int, end: int) -> Iterator[int]:
    yield from range(start + STEP, end, STEP)
    yield end
