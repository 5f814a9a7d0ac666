"""What people are told of rotations that come: 14, 7 and 1 days before, and when one waits for them."""

from collections.abc import Iterable
from typing import Final

from strongroom.notify.message import Event, Happened
from strongroom.rotation import schedule
from strongroom.rotation.due import Due

OVERDUE: Final = "rotation-overdue"
# What only a person can end. What is merely early, or waits for its window, is no news.
_WAITS: Final = frozenset({"needs-approval", "notify-only", "failed-lately", "never-opens"})


def owed(lines: Iterable[Due], now_us: int) -> list[Event]:
    """All that should have been said by now; whoever keeps them says each once.

    What is overdue is said again each day.
    """
    found = [_owed(one, now_us) for one in lines if one.why != "running"]
    return [one for one in found if one is not None]


def next_us(lines: Iterable[Due], now_us: int) -> int | None:
    """When the next one is owed, in µs since 1970 UTC."""
    return min((_next(one, now_us) for one in lines), default=None)


def _next(one: Due, now_us: int) -> int:
    moments = (at for _, at in schedule.reminders(one.due_us) if at > now_us)
    late_us = max(0, now_us - one.due_us) // schedule.DAY_US
    return min(moments, default=one.due_us + (late_us + 1) * schedule.DAY_US)


def _owed(one: Due, now_us: int) -> Event | None:
    code = one.why if one.why in _WAITS else ""
    days = schedule.reminder(one.due_us, now_us)
    if now_us > one.due_us:
        days, code = one.days_left, OVERDUE
    if days is None and not code:
        return None
    return Event(Happened.DUE, one.address, now_us, one.version, code=code, days=days)
