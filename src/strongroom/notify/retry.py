"""When a message that was not taken is tried again, and when no more."""

from typing import Final

MINUTE_US: Final = 60 * 1_000_000
# After the first failure, the second, …: together somewhat under two days.
WAITS_US: Final = tuple(minutes * MINUTE_US for minutes in (1, 5, 15, 60, 240, 720, 1_440))
ATTEMPTS_MAX: Final = len(WAITS_US) + 1


def next_us(attempts: int, now_us: int) -> int | None:
    """When to try again after so many attempts, in µs since 1970 UTC; None for never."""
    return now_us + WAITS_US[attempts - 1] if 0 < attempts < ATTEMPTS_MAX else None
