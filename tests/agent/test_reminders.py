"""Tests for strongroom.agent.reminders."""

from strongroom.agent import reminders
from strongroom.rotation.due import Due
from strongroom.rotation.schedule import DAY_US

AT = 100 * DAY_US


def line(why: str = "early", days_left: int = 20) -> Due:
    return Due("development/api/A", 3, "auto", AT, AT - DAY_US, days_left, ready=False, why=why)


def said(one: Due, now_us: int) -> list[tuple[int | None, str]]:
    return [(event.days, event.code) for event in reminders.owed([one], now_us)]


def test_fourteen_seven_and_one_day_before_and_each_day_after() -> None:
    assert said(line(), AT - 15 * DAY_US) == []
    assert said(line(), AT - 14 * DAY_US) == [(14, "")]
    assert said(line(), AT - 6 * DAY_US) == [(7, "")]
    assert said(line(), AT - DAY_US) == [(1, "")]
    assert said(line(days_left=-3), AT + 2 * DAY_US + 1) == [(-3, reminders.OVERDUE)]


def test_what_waits_for_a_person_is_said_at_once_and_once() -> None:
    first, second = (
        reminders.owed([line("needs-approval")], AT - days * DAY_US)[0] for days in (40, 30)
    )
    assert first.days is None
    assert first.id == second.id
    assert said(line("window-closed"), AT - 40 * DAY_US) == []


def test_what_goes_on_needs_no_reminder() -> None:
    assert said(line("running"), AT + DAY_US) == []


def test_the_next_moment() -> None:
    assert reminders.next_us([line()], 0) == AT - 14 * DAY_US
    assert reminders.next_us([line()], AT - 14 * DAY_US) == AT - 7 * DAY_US
    assert reminders.next_us([line()], AT + DAY_US // 2) == AT + DAY_US
    assert reminders.next_us([], 0) is None
