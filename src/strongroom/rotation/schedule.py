"""When a rotation may begin, and when it must have: a pure function of a schedule and the time.

A period says when the next value is due at the latest. A cron line names moments, each of which
opens a window; blackouts close days. A rotation is planned into the last window that opens before
it is due, with time to spare, so that a secret is rotated as seldom as its period allows and never
later. A window that was missed is no reason to wait for the next period: the next one that opens
is taken. All times are µs since 1970 UTC; cron lines and blackouts are read in the schedule's zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from strongroom.errors import InvalidError

SECOND_US: Final = 1_000_000
MINUTE_US: Final = 60 * SECOND_US
HOUR_US: Final = 60 * MINUTE_US
DAY_US: Final = 24 * HOUR_US
REMIND_DAYS: Final = (14, 7, 1)
WINDOW_MIN_US: Final = 5 * MINUTE_US
WINDOW_MAX_US: Final = 31 * DAY_US
EVERY_MIN_US: Final = HOUR_US
EVERY_MAX_US: Final = 3_660 * DAY_US
BLACKOUTS_MAX: Final = 100
# What is planned begins a day before it is due; of short periods, a tenth.
LEAD_US: Final = DAY_US
LEAD_PART: Final = 10
AHEAD_US: Final = 2 * 366 * DAY_US
ROUNDS_MAX: Final = 1_000
# Moments of a cron line are worked out and remembered for as long at a time.
CHUNK_US: Final = 32 * DAY_US
CHUNKS_MAX: Final = 50  # more than four years: a leap day is found
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Mode(StrEnum):
    """What happens when a rotation is due."""

    AUTO = "auto"  # it begins
    APPROVE = "approve"  # somebody says that it may begin
    NOTIFY = "notify"  # people are told


@dataclass(frozen=True, slots=True)
class Window:
    """A rotation may begin from `start_us` until before `end_us`."""

    start_us: int
    end_us: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a secret is rotated. Without `every_us`, only a compromise does it.

    Without `cron`, any time is open. `blackouts` are closed spans, in order, as `spans` gives them.
    """

    every_us: int | None
    cron: str = ""
    zone: str = "UTC"
    window_us: int = 0
    blackouts: tuple[Window, ...] = ()
    mode: Mode = Mode.AUTO


@dataclass(frozen=True, slots=True)
class Plan:
    """What is next. `begin_us` is the first moment from now at which it may begin by itself.

    It is None where no window opens any more. `open` says that this moment is now.
    """

    due_us: int
    begin_us: int | None
    open: bool
    why: str  # `open`, `early`, `window-closed`, `blackout`, `never-opens`


def plan(schedule: Schedule, due_us: int, now_us: int) -> Plan:
    """When the rotation that is due at the latest at `due_us` may begin, seen from now."""
    every_us = schedule.every_us or DAY_US
    aim_us = due_us - lead_us(every_us)
    planned = latest(schedule, due_us - every_us, aim_us)
    if planned is None:
        planned = aim_us
    if now_us < planned:
        begin_us = first(schedule, planned)
        return Plan(due_us, begin_us, open=False, why="early" if begin_us else "never-opens")
    begin_us = first(schedule, now_us)
    if begin_us is None:
        return Plan(due_us, None, open=False, why="never-opens")
    if begin_us == now_us:
        return Plan(due_us, begin_us, open=True, why="open")
    why = "blackout" if _closed(schedule, now_us) else "window-closed"
    return Plan(due_us, begin_us, open=False, why=why)


def lead_us(every_us: int) -> int:
    """How long before it is due a rotation is planned at the latest."""
    return min(LEAD_US, every_us // LEAD_PART)


def reminders(due_us: int) -> tuple[tuple[int, int], ...]:
    """(days left, when to say so) for each reminder, the earliest first."""
    return tuple((days, due_us - days * DAY_US) for days in REMIND_DAYS)


def reminder(due_us: int, now_us: int) -> int | None:
    """Of how many days left people should have been reminded by now; None: of none yet.

    Only the last one counts: who comes late is not told the same thing three times.
    """
    said = [days for days, at_us in reminders(due_us) if at_us <= now_us]
    return said[-1] if said else None


def first(schedule: Schedule, from_us: int) -> int | None:
    """The first moment from then on at which a rotation may begin; None within four years."""
    if not schedule.cron:
        return _after_blackouts(schedule, from_us)
    for window in _forward(schedule, from_us):
        start_us = _after_blackouts(schedule, max(window.start_us, from_us))
        if start_us < window.end_us:
            return start_us
    return None


def latest(schedule: Schedule, after_us: int, until_us: int) -> int | None:
    """The last opening in (after, until], as the moment from which it may begin; None: there is none.

    A window that opens often and is long begins where it begins; any time is open until then.
    """
    if not schedule.cron:
        return _before_blackouts(schedule, after_us, until_us)
    for window in _backward(schedule, until_us):
        if window.end_us <= after_us:
            return None
        start_us = _after_blackouts(schedule, window.start_us)
        if after_us < start_us <= until_us and start_us < window.end_us:
            return start_us
    return None


def check(schedule: Schedule, now_us: int) -> None:
    """Refuse a schedule that cannot be kept: it is played through for two years from now.

    Raises:
        InvalidError: `schedule-invalid`; `schedule-never-opens`.
    """
    _check_bounds(schedule)
    every_us = schedule.every_us
    if every_us is None:
        if first(schedule, now_us) is None:
            raise never()
        return
    last_us = max([now_us + AHEAD_US, *(one.end_us for one in schedule.blackouts)])
    at_us = now_us
    for _ in range(ROUNDS_MAX):
        next_us = latest(schedule, at_us, at_us + every_us - lead_us(every_us))
        if next_us is None:
            raise never()
        at_us = next_us
        if at_us > last_us:
            return


def never() -> InvalidError:
    """No window opens in time."""
    return InvalidError(
        "schedule-never-opens",
        "no window opens within the period, so the secret would become overdue (P-5)",
        fix="open windows more often, make blackouts shorter, or the period longer",
    )


def spans(days: tuple[tuple[str, str], ...], zone: str) -> tuple[Window, ...]:
    """Closed days, both included, as spans of time in their zone, in order.

    Raises:
        InvalidError: `schedule-invalid`.
    """
    if len(days) > BLACKOUTS_MAX:
        raise _invalid(f"there are at most {BLACKOUTS_MAX} blackouts")
    found: list[Window] = []
    for first_day, last_day in days:
        try:
            begin, end = date.fromisoformat(first_day), date.fromisoformat(last_day)
            start_us, end_us = (_midnight(one, zone) for one in (begin, end + timedelta(days=1)))
        except (ValueError, OverflowError):
            raise _invalid("a blackout is FROM..TO, two days like 2026-12-20") from None
        if end < begin:
            raise _invalid("a blackout ends before it begins")
        found.append(Window(start_us, end_us))
    return tuple(sorted(found, key=lambda one: one.start_us))


@lru_cache(maxsize=256)
def place(zone: str) -> ZoneInfo:
    """A time zone by its name.

    Raises:
        InvalidError: `schedule-invalid`.
    """
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError, KeyError):  # not found is a KeyError
        raise _invalid(
            "that time zone is not known", "name one like Europe/Berlin, or UTC"
        ) from None


def _check_bounds(schedule: Schedule) -> None:
    place(schedule.zone)
    every_us = schedule.every_us
    if every_us is not None and not EVERY_MIN_US <= every_us <= EVERY_MAX_US:
        raise _invalid("a period is one hour to ten years")
    if not schedule.cron:
        if schedule.window_us:
            raise _invalid("a window needs a cron line that opens it", "give --cron as well")
        return
    if not WINDOW_MIN_US <= schedule.window_us <= WINDOW_MAX_US:
        raise _invalid("a window is five minutes to 31 days")
    fields = schedule.cron.split()
    if len(fields) != _CRON_FIELDS or not fields[0].isdigit():
        raise _invalid(
            "a cron line has five fields, minute hour day month weekday, and one minute",
            "`0 3 * * SUN` opens at 03:00 each Sunday; a window opens at most once an hour",
        )
    try:
        CronSim(schedule.cron, _EPOCH)
    except (CronSimError, ValueError):
        raise _invalid(
            "that cron line is not understood", "`0 3 * * SUN` opens at 03:00 each Sunday"
        ) from None


_CRON_FIELDS: Final = 5


def _forward(schedule: Schedule, from_us: int) -> Iterator[Window]:
    """The window that is open then, if one is, and those that follow."""
    chunk = (from_us - schedule.window_us) // CHUNK_US
    for k in range(chunk, chunk + CHUNKS_MAX):
        for start_us in _starts(schedule.cron, schedule.zone, k):
            if start_us + schedule.window_us > from_us:
                yield Window(start_us, start_us + schedule.window_us)


def _backward(schedule: Schedule, until_us: int) -> Iterator[Window]:
    """The last window that opened until then, and those before it."""
    chunk = until_us // CHUNK_US
    for k in range(chunk, chunk - CHUNKS_MAX, -1):
        for start_us in reversed(_starts(schedule.cron, schedule.zone, k)):
            if start_us <= until_us:
                yield Window(start_us, start_us + schedule.window_us)


@lru_cache(maxsize=4096)
def _starts(cron: str, zone: str, k: int) -> tuple[int, ...]:
    """The moments that a cron line names in the k-th chunk of time; many secrets share a line."""
    begin_us, end_us = k * CHUNK_US, (k + 1) * CHUNK_US
    found: list[int] = []
    # From a day before: a moment that does not exist is moved, maybe into this chunk.
    for moment in CronSim(cron, _local(begin_us - DAY_US, zone)):
        start_us = _us(moment)
        if start_us >= end_us:
            break
        if start_us >= begin_us:
            found.append(start_us)
    return tuple(found)


def _closed(schedule: Schedule, at_us: int) -> Window | None:
    return next((one for one in schedule.blackouts if one.start_us <= at_us < one.end_us), None)


def _after_blackouts(schedule: Schedule, at_us: int) -> int:
    for one in schedule.blackouts:  # in order, so that one which follows another is met
        if one.start_us <= at_us < one.end_us:
            at_us = one.end_us
    return at_us


def _before_blackouts(schedule: Schedule, after_us: int, until_us: int) -> int | None:
    """The latest moment that is open, with as much time to spare before a blackout as before the end."""
    spare_us = lead_us(schedule.every_us or DAY_US)
    at_us = until_us
    for one in reversed(schedule.blackouts):
        if one.start_us <= at_us < one.end_us:
            at_us = one.start_us - spare_us
    if at_us <= after_us:
        return None
    return at_us if _closed(schedule, at_us) is None else None


def _midnight(day: date, zone: str) -> int:
    return _us(datetime(day.year, day.month, day.day, tzinfo=place(zone)))


def _local(at_us: int, zone: str) -> datetime:
    return (_EPOCH + timedelta(microseconds=at_us)).astimezone(place(zone))


def _us(moment: datetime) -> int:
    return (moment.astimezone(UTC) - _EPOCH) // timedelta(microseconds=1)


def _invalid(message: str, fix: str | None = None) -> InvalidError:
    return InvalidError(
        "schedule-invalid", message, fix=fix or "`strongroom rotate schedule --help`"
    )
