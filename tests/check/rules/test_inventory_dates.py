"""Tests for strongroom.check.rules.inventory_dates."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.check.build import NOW, row, subject, type_

from strongroom.check.rules import inventory_dates as rules
from strongroom.model.severity import Severity

TODAY = NOW.date()


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def late(**cells: Any) -> list[str]:
    return [f.message for f in rules.overdue("jwt")(subject(row(**cells))).findings]


@pytest.mark.parametrize(
    ("last", "next_", "words"),
    [
        (ago(10), ago(-80), None),
        (ago(90), ago(0), None),
        (ago(91), ago(1), "overdue by 1 day: due 2026-11-23 (the inventory's own date)"),
        (ago(95), ago(-10), "overdue by 5 days"),
        (ago(20), ago(3), "overdue by 3 days"),
        ("", ago(3), "overdue by 3 days"),
        (ago(100), "On compromise", "overdue by 10 days"),
        ("", "", None),
        ("2026-02-30", "soon", None),
    ],
)
def test_days_are_counted(last: str, next_: str, words: str | None) -> None:
    found = late(last_rotated=last, next_rotation=next_)

    assert (words is None) == (not found)
    assert all(words in message for message in found if words)


@given(st.integers(-400, 400), st.integers(-400, 400))
def test_a_row_is_late_when_either_day_has_passed(last: int, next_: int) -> None:
    expected = next_ > 0 or last - 90 > 0

    assert expected == bool(late(last_rotated=ago(last), next_rotation=ago(next_)))


def test_only_a_compromise_rotates_a_type_without_a_period() -> None:
    sentry = row(
        "SENTRY_DSN", type="Sentry DSN", last_rotated=ago(900), next_rotation="On compromise"
    )

    assert () == rules.overdue("other")(subject(sentry)).findings


def test_long_overdue_is_critical() -> None:
    (found,) = rules.overdue("jwt")(
        subject(row(next_rotation=ago(91), last_rotated=ago(99)))
    ).findings

    assert Severity.CRITICAL is found.severity


@pytest.mark.parametrize(
    ("id_", "name", "service", "expected"),
    [
        ("jwt-secret-key", "JWT", None, "jwt"),
        ("api-key", "API Keys", None, "api"),
        ("email", "EMAIL_API_KEY", "Email", "other"),
        ("database-password", "Database Passwords", None, "database"),
        ("redis-password", "Redis", None, "other"),
    ],
)
def test_a_type_belongs_to_a_line_of_the_schedule(
    id_: str, name: str, service: str | None, expected: str
) -> None:
    assert expected == rules.group(type_(id_, name, None, service=service))
    assert rules.group(None) == "other"


@pytest.mark.parametrize(("days", "count"), [(89, 0), (90, 0), (91, 1)])
def test_days_are_days_and_no_months(days: int, count: int) -> None:
    last = date(2026, 11, 1)
    planned = row(last_rotated=str(last), next_rotation=str(last + timedelta(days=days)))
    judged = rules.beyond_period(subject(planned))

    assert count == len(judged.findings)
    assert all("2027-01-30" in f.remedy for f in judged.findings)


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("2026-12-01", None),
        ("", Severity.MEDIUM),
        ("-", Severity.MEDIUM),
        ("On compromise", Severity.LOW),
        ("On compromise (review 2027-01-01)", None),
    ],
)
def test_every_secret_has_an_end(text: str, severity: Severity | None) -> None:
    found = rules.has_next(subject(row(next_rotation=text))).findings

    assert ([severity] if severity else []) == [f.severity for f in found]


@pytest.mark.parametrize(
    ("name", "said", "count"),
    [("SECRET_KEY", "JWT Key", 1), ("SENTRY_DSN", "Sentry DSN", 0), ("X", "Unheard of", 0)],
)
def test_who_may_wait_for_a_compromise(name: str, said: str, count: int) -> None:
    waiting = row(name, type=said, next_rotation="On compromise")

    assert count == len(rules.on_compromise(subject(waiting)).findings)


@pytest.mark.parametrize(
    ("last", "next_", "words"),
    [
        ("2026-11-01", "2026-12-01", None),
        ("2026-11-01", "On compromise", None),
        ("2026-02-30", "2026-12-01", "last rotated is a day that does not exist"),
        ("2026-11-01", "2026-02-30", "next rotation is a day that does not exist"),
        ("03/04/2026", "2026-12-01", "two different days"),
        ("lately", "2026-12-01", "not a date"),
        ("", "2026-12-01", "does not say when"),
        ("2026-11-01", "", None),
        ("2027-01-01", "2027-02-01", "in the future"),
        ("2026-11-01", "2026-10-01", "before its last one"),
    ],
)
def test_dates_exist_and_are_in_order(last: str, next_: str, words: str | None) -> None:
    found = rules.readable(subject(row(last_rotated=last, next_rotation=next_))).findings

    assert (words is None) == (not found)
    assert all(words in f.message for f in found if words)


def test_a_finding_is_in_the_line_of_its_row() -> None:
    (found,) = rules.readable(subject(row(last_rotated="lately"))).findings

    assert ("docs/SECRETS_POLICY.md", 50) == (found.place.path, found.place.line)
    assert (50,) == found.policy_lines


def test_no_inventory_is_nothing_examined() -> None:
    assert 0 == rules.readable(subject()).examined
