"""When a command may be started again. Times are seconds of one clock."""

from typing import Final

WAIT_MAX_S: Final = 60.0
QUIET_S: Final = 60.0  # after so long the next restart is at once again


class Backoff:
    """When the next restart may be: at once, and later each time when they come close together."""

    def __init__(self) -> None:
        self._wait = 0.0
        self._last: float | None = None

    def at(self, now: float) -> float:
        """The earliest time for it, in the seconds of `now`."""
        if self._last is None or now - self._last > self._wait + QUIET_S:
            self._wait = 0.0
            return now
        return max(now, self._last + max(1.0, self._wait))

    def restarted(self, now: float) -> None:
        """One was made."""
        self._wait = min(WAIT_MAX_S, max(1.0, self._wait * 2)) if self._last is not None else 1.0
        self._last = now
