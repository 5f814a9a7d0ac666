"""Tests for strongroom.rotation.schedule: years played through, clocks that jump, windows that lie."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import InvalidError
from strongroom.rotation import schedule
from strongroom.rotation.schedule import DAY_US, HOUR_US, Schedule, spans

EVERY = 90 * DAY_US
NIGHTS = "30 2 * * SUN"


def us(*when: int, zone: str = "UTC") -> int:
    return int(datetime(*when, tzinfo=ZoneInfo(zone)).timestamp()) * 1_000_000  # type: ignore[arg-type,misc]


def local(at_us: int | None, zone: str) -> datetime:
    assert at_us is not None
    return datetime.fromtimestamp(at_us / 1e6, UTC).astimezone(ZoneInfo(zone))


def played(one: Schedule, start_us: int, until_us: int) -> list[int]:
    """When rotations begin if each does as soon as it is planned."""
    assert one.every_us is not None
    found = [start_us]
    while found[-1] < until_us:
        plan = schedule.plan(one, found[-1] + one.every_us, found[-1])
        assert plan.begin_us is not None
        found.append(plan.begin_us)
    return found[:-1]


HOLIDAYS = (("2026-12-18", "2027-01-06"), ("2027-07-15", "2027-08-20"))
CASES = {
    "any-time": Schedule(EVERY),
    "nights": Schedule(EVERY, NIGHTS, "Europe/Berlin", 2 * HOUR_US),
    "south": Schedule(EVERY, "0 0 * * 6", "America/Santiago", HOUR_US),
    "holidays": Schedule(
        EVERY, NIGHTS, "Europe/Berlin", 2 * HOUR_US, spans(HOLIDAYS, "Europe/Berlin")
    ),
    "any-time-but-holidays": Schedule(EVERY, blackouts=spans(HOLIDAYS, "UTC")),
}


@pytest.mark.parametrize("name", CASES)
def test_a_year_has_four_or_five_rotations_and_none_is_late(name: str) -> None:
    start = us(2026, 11, 30)
    schedule.check(CASES[name], start)
    found = played(CASES[name], start, start + 366 * DAY_US)
    assert len(found[1:]) in {4, 5}
    gaps = [later - earlier for earlier, later in pairwise(found)]
    assert max(gaps) <= EVERY
    for at_us in found[1:]:
        closed = CASES[name].blackouts
        assert not any(one.start_us <= at_us < one.end_us for one in closed)


@given(
    start=st.integers(us(2024, 1, 1), us(2032, 1, 1)),
    days=st.integers(30, 400),
    cron=st.sampled_from(["0 3 * * *", NIGHTS, "0 0 1,15 * *", "15 1 * * MON-FRI", "0 2 L * *"]),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/New_York"]),
)
def test_what_is_accepted_is_never_late(start: int, days: int, cron: str, zone: str) -> None:
    one = Schedule(days * DAY_US, cron, zone, HOUR_US)
    try:
        schedule.check(one, start)
    except InvalidError as error:
        assert error.code == "schedule-never-opens"  # noqa: PT017
        assert days < 33
        return
    found = played(one, start, start + 2 * 366 * DAY_US)
    assert all(b - a <= days * DAY_US for a, b in pairwise(found))


def test_it_begins_in_a_window_and_not_beside_it() -> None:
    one = CASES["nights"]
    due = us(2026, 12, 10)  # the last Sunday before it, less a day to spare, is the sixth
    opens = us(2026, 12, 6, 2, 30, zone="Europe/Berlin")
    assert schedule.plan(one, due, us(2026, 12, 1)).begin_us == opens
    assert schedule.plan(one, due, opens - 1).why == "early"
    now = schedule.plan(one, due, opens)
    assert (now.open, now.begin_us, now.why) == (True, opens, "open")
    assert schedule.plan(one, due, opens + 2 * HOUR_US - 1).open
    missed = schedule.plan(one, due, opens + 2 * HOUR_US)
    assert (missed.open, missed.why) == (False, "window-closed")
    assert missed.begin_us == us(2026, 12, 13, 2, 30, zone="Europe/Berlin")


def test_one_that_is_overdue_waits_for_the_end_of_a_blackout() -> None:
    one = Schedule(EVERY, blackouts=spans((("2026-12-20", "2026-12-31"),), "UTC"))
    late = schedule.plan(one, us(2026, 12, 1), us(2026, 12, 24))
    assert (late.open, late.why, late.begin_us) == (False, "blackout", us(2027, 1, 1))


@pytest.mark.parametrize(
    ("cron", "zone", "after", "opens"),
    [
        # 02:30 does not exist on that day: it opens when the clock has jumped.
        ("30 2 * * *", "Europe/Berlin", (2027, 3, 28), (2027, 3, 28, 1, 0)),
        # And 02:30 twice on this one: the first.
        ("30 2 * * *", "Europe/Berlin", (2027, 10, 31), (2027, 10, 31, 0, 30)),
        ("0 3 29 2 *", "UTC", (2027, 1, 1), (2028, 2, 29, 3, 0)),
        # That island had no 30 December 2011, so it opens when the next day begins.
        ("0 12 30 12 *", "Pacific/Apia", (2011, 1, 1), (2011, 12, 30, 10, 0)),
    ],
)
def test_clocks_that_jump(
    cron: str, zone: str, after: tuple[int, ...], opens: tuple[int, ...]
) -> None:
    one = Schedule(EVERY, cron, zone, HOUR_US)
    assert local(schedule.first(one, us(*after)), "UTC") == local(us(*opens), "UTC")


@pytest.mark.parametrize(
    ("cron", "blackouts"),
    [
        ("0 3 1 1 *", ()),  # once a year
        ("0 3 29 2 *", ()),
        ("0 3 1 * *", (("2027-02-01", "2027-05-15"),)),
        ("", (("2027-02-01", "2027-05-15"),)),
    ],
)
def test_a_window_that_never_opens_within_the_period_is_refused(
    cron: str, blackouts: tuple[tuple[str, str], ...]
) -> None:
    one = Schedule(EVERY, cron, "UTC", HOUR_US if cron else 0, spans(blackouts, "UTC"))
    with pytest.raises(InvalidError) as caught:
        schedule.check(one, us(2026, 11, 30))
    assert caught.value.code == "schedule-never-opens"


@pytest.mark.parametrize(
    "one",
    [
        Schedule(EVERY, "x", "UTC", HOUR_US),
        Schedule(EVERY, "* 3 * * *", "UTC", HOUR_US),
        Schedule(EVERY, "61 3 * * *", "UTC", HOUR_US),
        Schedule(EVERY, "0 3 30 2 *", "UTC", HOUR_US),
        Schedule(EVERY, "0 0 3 * * *", "UTC", HOUR_US),
        Schedule(EVERY, "0 3 * * *", "Mars/Olympus", HOUR_US),
        Schedule(EVERY, "0 3 * * *", "../etc/passwd", HOUR_US),
        Schedule(EVERY, "0 3 * * *", "UTC", 0),
        Schedule(EVERY, "", "UTC", HOUR_US),
        Schedule(0),
        Schedule(-1),
    ],
    ids=str,
)
def test_what_is_no_schedule_is_refused(one: Schedule) -> None:
    with pytest.raises(InvalidError) as caught:
        schedule.check(one, us(2026, 11, 30))
    assert caught.value.code == "schedule-invalid"


@pytest.mark.parametrize("days", [("2026-12-20", "2026-12-01"), ("x", "y"), ("2026-13-01", "")])
def test_blackouts_are_days(days: tuple[str, str]) -> None:
    with pytest.raises(InvalidError, match="blackout"):
        spans((days,), "UTC")


def test_a_blackout_is_whole_days_of_its_zone() -> None:
    (span,) = spans((("2027-03-27", "2027-03-28"),), "Europe/Berlin")
    assert span.end_us - span.start_us == 47 * HOUR_US  # the clock jumps in it


def test_people_are_reminded_fourteen_seven_and_one_day_before() -> None:
    due = us(2027, 3, 1)
    assert schedule.reminder(due, due - 15 * DAY_US) is None
    assert schedule.reminder(due, due - 14 * DAY_US) == 14
    assert schedule.reminder(due, due - 7 * DAY_US - 1) == 14
    assert schedule.reminder(due, due - 7 * DAY_US) == 7
    assert schedule.reminder(due, due - DAY_US) == 1
    assert schedule.reminder(due, due + DAY_US) == 1
