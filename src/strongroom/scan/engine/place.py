"""From octets of a piece to what people are told: line, column, and the line's text."""

from typing import Final, NamedTuple

from strongroom.scan.model import TEXT_OCTETS_MAX, Piece

_CONTINUES: Final = bytes(range(0x80, 0xC0))  # octets of UTF-8 that begin no character


class Spot(NamedTuple):
    """Where something stands; as the fields of `Hit` of the same names."""

    line: int
    end_line: int
    column: int
    start: int
    end: int
    text: bytes


class Places:
    """Answers for one piece, asked in the order of its octets: nothing is counted twice."""

    def __init__(self, piece: Piece) -> None:
        self._data = piece.data
        self._offset = piece.first_column
        self._line = piece.first_line
        self._at = 0  # where the line begins that `_line` is the number of
        self._end = -1  # of that line
        self._counted = 0  # octets of the line whose characters are in `_chars`
        self._chars = 0

    def spot(self, start: int, end: int) -> Spot:
        """Where `data[start:end]` stands. `start` is never before that of the last call."""
        data = self._data
        if start > self._end:
            newlines = data.count(b"\n", self._at, start)
            if newlines:
                self._line += newlines
                self._at = data.rfind(b"\n", self._at, start) + 1
                self._offset = self._counted = self._chars = 0
            line_end = data.find(b"\n", start)
            self._end = line_end if line_end >= 0 else len(data)
        first = self._at
        part = data[first + self._counted : start]
        self._chars += len(part.translate(None, _CONTINUES))
        self._counted = start - first
        stop = min(end, self._end)
        low, high = _cut(first, self._end, start, stop)
        return Spot(
            line=self._line,
            end_line=self._line + data.count(b"\n", start, max(start, end - 1)),
            column=self._offset + self._chars + 1,
            start=start - low,
            end=min(stop, high) - low,
            text=data[low:high].rstrip(b"\r"),
        )


def _cut(first: int, last: int, start: int, end: int) -> tuple[int, int]:
    """At most `TEXT_OCTETS_MAX` of the line, the secret in the middle, or its beginning."""
    if last - first <= TEXT_OCTETS_MAX:
        return first, last
    spare = max(0, TEXT_OCTETS_MAX - (end - start))
    low = max(first, min(start - spare // 2, last - TEXT_OCTETS_MAX))
    return low, min(last, low + TEXT_OCTETS_MAX)
