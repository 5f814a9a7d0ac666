"""How many refusals of one principal are logged one by one; the rest are counted.

Without a limit, whoever may be refused may also fill the disk.
"""

from typing import Final

MINUTE_US: Final = 60_000_000
PRINCIPALS_MAX: Final = 10_000
WRITE_US: Final = 1_000_000


class Refusals:
    """Counts by principal and minute."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._minute = 0
        self._seen: dict[bytes, int] = {}
        self._owed: dict[tuple[bytes, int], int] = {}
        self._written_us = 0

    def log(self, principal: bytes, now_us: int) -> bool:
        """Whether this refusal gets an entry of its own; otherwise it is counted."""
        minute = now_us // MINUTE_US
        if minute > self._minute:
            self._minute = minute
            self._seen.clear()
        count = self._seen.get(principal, 0) + 1
        # Only known principals come here, so this bound is never met in an honest room.
        if count <= self._a_minute and (count > 1 or len(self._seen) < PRINCIPALS_MAX):
            self._seen[principal] = count
            return True
        key = (principal, minute)
        self._owed[key] = self._owed.get(key, 0) + 1
        return False

    def due(self, now_us: int) -> bool:
        """Whether counts wait that no other write took along for a second."""
        return bool(self._owed) and now_us - self._written_us >= WRITE_US

    def owed(self) -> list[tuple[bytes, int, int]]:
        """(principal, minute, how many) to add to what is stored."""
        return [(principal, minute, n) for (principal, minute), n in self._owed.items()]

    def written(self, now_us: int) -> None:
        """What was owed is stored."""
        self._owed.clear()
        self._written_us = now_us
