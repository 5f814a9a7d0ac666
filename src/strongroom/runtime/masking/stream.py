"""A stream without the values, whatever pieces it comes in. No I/O: `pump` has that.

What may be the start of a value is held back until more comes. It is little (under
`OCTETS_MAX` bytes), and a text that is none goes on at once: a prompt is shown.
"""

from typing import Final

from strongroom.runtime.masking.masker import Masker, regions
from strongroom.runtime.masking.matcher import Match, follow

# So few bytes say nothing of a value, and every text ends like the start of some.
IDLE_OCTETS_MAX: Final = 3


class Stream:
    """Takes pieces and gives what may be shown of them. For one stream and one thread."""

    __slots__ = ("_covered", "_held", "_masker", "_name", "_rests")

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._held = b""
        # The label that was given last and, of what is held, how many bytes it stands for.
        self._name = ""
        self._covered = 0
        self._rests: tuple[bytes, ...] = ()  # how that value may go on behind them

    def feed(self, piece: bytes) -> bytes:
        """What may be shown now."""
        return self._give(self._held + piece, end=False)

    def idle(self) -> bytes:
        """What may be shown when nothing has come for a while."""
        return self._give(self._held, end=True) if len(self._held) <= IDLE_OCTETS_MAX else b""

    def close(self) -> bytes:
        """The rest, at the end of the stream."""
        return self._give(self._held, end=True)

    @property
    def holds(self) -> bool:
        """Whether something is held back."""
        return bool(self._held)

    def _give(self, data: bytes, *, end: bool) -> bytes:
        matcher = self._masker.matcher()
        found = matcher.find(data)
        cut = len(data) if end else len(data) - matcher.pending(data)
        self._held = data[cut:]
        if cut == 0:
            return b""
        if not found and not self._name:
            return data[:cut]
        return self._replaced(data, found, cut)

    def _replaced(self, data: bytes, found: list[Match], cut: int) -> bytes:
        given = self._name
        if given:
            end, rests = follow(data, self._covered, self._rests)
            found.insert(0, Match(0, end, given, rests))
        parts: list[bytes] = []
        at, name = 0, ""
        for number, (start, stop, label, _) in enumerate(regions(found)):
            if start >= cut:
                break
            parts.append(data[at:start])
            if number or not given:
                parts.append(label.encode())
            at, name = stop, label
        if at < cut:
            parts.append(data[at:cut])
            name = ""
        self._name, self._covered = name, max(0, at - cut)
        open_ = [match for match in found if name and match.start < cut]
        self._rests = tuple(rest for match in open_ for rest in match.rests)
        return b"".join(parts)
