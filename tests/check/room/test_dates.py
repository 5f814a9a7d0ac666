"""Tests for strongroom.check.room.dates: where each rule begins and ends."""

from typing import Any

import pytest
from msgspec.structs import replace
from tests.check import build
from tests.check.room.build import HOUR_US, NOW_US, POLICY, facts, judged, seen, version

from strongroom.db.tables.survey import Life
from strongroom.model.finding import Verdict
from strongroom.model.severity import Severity
from strongroom.secret.terms import DAY_US


def messages(rule: str, *versions: Life, current: int = 1, **more: Any) -> list[str]:
    one = seen(versions=versions, current=current, **more)
    return [f.message for f in judged(facts(one), rule=rule).findings]


@pytest.mark.parametrize(
    ("age_us", "found"), [(90 * DAY_US - HOUR_US, 0), (90 * DAY_US, 0), (90 * DAY_US + 1, 1)]
)
def test_a_period_ends_to_the_instant(age_us: int, found: int) -> None:
    """P-1.9: 90 days are due, one instant more is overdue; days, not months (C-23)."""
    for rule in ("room-overdue", "room-expired"):
        assert found == len(messages(rule, version(born_us=NOW_US - age_us)))


@pytest.mark.parametrize(
    ("clause", "type_id"),
    [("P-5.1", "jwt-secret-key"), ("P-5.2", "api-key"), ("P-5.3", "database-password")],
)
def test_each_line_of_the_schedule_is_judged_for_itself(clause: str, type_id: str) -> None:
    policy = replace(POLICY, types=build.POLICY.types)
    late = seen("api/X", type_id, versions=(version(born_us=NOW_US - 91 * DAY_US),))
    found = judged(facts(late, policy=policy), policy, "room-overdue")

    assert [clause] == [f.clause for f in found.findings]
    assert {clause, "P-1.9", "P-8.3"} == {
        s.clause for s in found.scoreboard if s.verdict is Verdict.FAIL
    }


def test_an_ended_value_that_is_still_read_is_critical() -> None:
    one = seen(versions=(version(born_us=NOW_US - 91 * DAY_US),), used_us=NOW_US - HOUR_US)
    (found,) = judged(facts(one), rule="room-expired").findings

    assert (Severity.CRITICAL, True) == (found.severity, "was read on" in found.message)


@pytest.mark.parametrize(("hours", "found"), [(47, 0), (48, 0), (49, 1)])
def test_an_old_version_goes_within_its_grace(hours: int, found: int) -> None:
    """P-5.10, P-5.11: 24 to 48 hours."""
    old = version(1, state="previous", changed_us=NOW_US - hours * HOUR_US)

    assert found == len(messages("room-old-stays", old, version(2), current=2))


@pytest.mark.parametrize(("hours", "found"), [(23, 1), (24, 0)])
def test_an_old_version_stays_for_its_grace(hours: int, found: int) -> None:
    new = version(2, NOW_US - 72 * HOUR_US)
    old = version(1, state="retired", changed_us=new.created_us + hours * HOUR_US)

    assert found == len(messages("room-old-gone", old, new, current=2))


def test_a_compromised_one_may_go_at_once_and_one_without_a_successor_too() -> None:
    gone = version(1, state="destroyed", compromised=1)
    assert [] == messages("room-old-gone", gone, version(2, gone.created_us + 1), current=2)
    assert [] == messages("room-old-gone", version(1, state="destroyed"))


def test_a_compromise_that_was_answered_passes() -> None:
    """P-1.10, P-5.4."""
    old = version(1, state="previous", compromised=1)

    assert [] == messages("room-compromised", old, version(2), current=2)
    assert 1 == len(messages("room-compromised", version(1, compromised=1)))
