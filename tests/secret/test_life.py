"""Tests for strongroom.secret.life."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from strongroom.db.tables import survey
from strongroom.db.tables.secrets import ScheduleRow, SecretRow
from strongroom.gate.survey import Seen
from strongroom.model.policy import SecretType
from strongroom.secret.life import Status, life
from strongroom.secret.terms import DAY_US

ID = b"s" * 16
BORN = 1_790_000_000_000_000
TYPE = SecretType("jwt", "JWT", None, 90, False, None)
WAITS = replace(TYPE, rotation_days=None, on_compromise=True)
ROW = SecretRow(ID, "production", "a", "jwt", "ann", "room", "active", 0, "", "", BORN, ID)
VERSION = survey.Life(
    ID, 1, "current", 0, None, "jwt", "generated", ID, BORN, BORN + 90 * DAY_US, BORN
)
SEEN = Seen(ROW, 1, (VERSION,), None, (), (), None)
HOUR_US = DAY_US // 24


@pytest.mark.parametrize(
    ("after_us", "status", "left"),
    [
        (0, Status.OK, 90),
        (75 * DAY_US, Status.OK, 15),
        (76 * DAY_US, Status.DUE, 14),
        (90 * DAY_US - HOUR_US, Status.DUE, 0),
        (90 * DAY_US, Status.DUE, 0),
        (90 * DAY_US + 1_000_000, Status.EXPIRED, -1),
        (92 * DAY_US, Status.EXPIRED, -2),
    ],
)
def test_a_secret_is_due_in_days(after_us: int, status: Status, left: int) -> None:
    """C-23, P-1.9: due at 90 days, past them a second later."""
    found = life(SEEN, TYPE, BORN + after_us)

    assert (status, left) == (found.status, found.days_left)
    assert (BORN, BORN + 90 * DAY_US) == (found.last_us, found.next_us)


def test_days_are_days_and_not_months() -> None:
    born = int(datetime(2026, 11, 30, tzinfo=UTC).timestamp()) * 1_000_000
    version = VERSION._replace(created_us=born, expires_us=born + 90 * DAY_US)
    found = life(SEEN._replace(versions=(version,)), TYPE, born)

    assert found.next_us is not None
    assert "2027-02-28" == datetime.fromtimestamp(found.next_us / 1e6, UTC).strftime("%Y-%m-%d")


def test_the_earliest_end_counts() -> None:
    schedule = ScheduleRow(ID, None, BORN + 5 * DAY_US, 0, 0, BORN, ID)
    stricter = replace(TYPE, rotation_days=30)

    assert BORN + 5 * DAY_US == life(SEEN._replace(schedule=schedule), TYPE, BORN).next_us
    found = life(SEEN, stricter, BORN + 31 * DAY_US)
    assert (Status.OVERDUE, BORN + 30 * DAY_US) == (found.status, found.next_us)


def test_what_waits_for_a_compromise_is_reviewed_within_a_year() -> None:
    """C-2."""
    version = VERSION._replace(expires_us=BORN + 365 * DAY_US)
    seen = SEEN._replace(versions=(version,))

    assert life(seen, WAITS, BORN).on_compromise
    assert Status.OK is life(seen, WAITS, BORN + 300 * DAY_US).status
    assert Status.REVIEW is life(seen, WAITS, BORN + 360 * DAY_US).status
    assert Status.EXPIRED is life(seen, WAITS, BORN + 366 * DAY_US).status


def test_the_worst_is_said() -> None:
    frozen = SEEN._replace(secret=ROW._replace(frozen=1))
    bad = SEEN._replace(versions=(VERSION._replace(compromised=1),))
    empty = SEEN._replace(current=None)

    assert Status.FROZEN is life(frozen, TYPE, BORN).status
    assert Status.FROZEN is life(SEEN, TYPE, BORN, frozen=True).status
    assert Status.EXPIRED is life(frozen, TYPE, BORN + 91 * DAY_US).status
    assert Status.COMPROMISED is life(bad, TYPE, BORN, frozen=True).status
    assert (Status.NO_VALUE, None) == (
        life(empty, TYPE, BORN).status,
        life(empty, TYPE, BORN).days_left,
    )
    assert Status.FROZEN is life(empty, TYPE, BORN, frozen=True).status


def test_a_secret_without_a_value_is_due_when_its_schedule_says() -> None:
    schedule = ScheduleRow(ID, None, BORN + 5 * DAY_US, 0, 0, BORN, ID)
    found = life(SEEN._replace(current=None, versions=(), schedule=schedule), TYPE, BORN)

    assert (Status.NO_VALUE, BORN + 5 * DAY_US, 5) == (found.status, found.next_us, found.days_left)


def test_a_type_that_the_policy_no_longer_has_ends_with_its_version() -> None:
    assert VERSION.expires_us == life(SEEN, None, BORN).next_us
