"""Tests for strongroom.rotation.due: ten thousand secrets, and which of them waits for what."""

import pytest

from strongroom.db.tables.rotations import RuleRow
from strongroom.db.tables.secrets import ScheduleRow, SecretRow
from strongroom.db.tables.survey import Life
from strongroom.gate.scheduled import Scheduled
from strongroom.model.policy import Policy
from strongroom.rotation.due import due
from strongroom.rotation.schedule import DAY_US
from tests.ops.rotating import A, clock, house, system

__all__ = ["A", "clock", "house", "system"]
NOW = 20_000 * DAY_US


def kept(
    n: int, *, mode: str = "auto", age: int = 89, kind: str = "database-password"
) -> Scheduled:
    id_ = n.to_bytes(16, "big")
    made = NOW - age * DAY_US
    columns = {"environment": "production", "path": f"api/S{n}", "type": kind, "frozen": 0}
    secret = SecretRow(*(columns.get(name, "") for name in SecretRow._fields))  # type: ignore[arg-type]
    version = Life(
        id_, 2, "current", 0, None, kind, "generated", b"", made, made + 90 * DAY_US, made
    )
    schedule = ScheduleRow(id_, 90 * DAY_US, made + 90 * DAY_US, 0, 1, 0, b"")
    rule = RuleRow(id_, b"t", "{}", mode, "30 2 * * *", "Europe/Berlin", DAY_US, "[]", 0, b"")
    return Scheduled(secret, version, schedule, rule, None)


def test_ten_thousand_are_planned_what_is_due_first_at_the_top(compiled: Policy) -> None:
    found = due(compiled, [kept(n, age=n % 120) for n in range(10_000)], frozenset(), NOW)
    assert len(found) == 10_000
    assert [one.due_us for one in found] == sorted(one.due_us for one in found)
    # Those of the last day, and what is late, begin now: a window is always open here.
    assert sum(one.ready for one in found) == sum(n % 120 >= 89 for n in range(10_000))


@pytest.mark.parametrize(
    ("one", "frozen", "why"),
    [
        (kept(1), frozenset(), "open"),
        (kept(1, age=3), frozenset(), "early"),
        (kept(1), frozenset({"production"}), "frozen"),
        (kept(1, mode="approve"), frozenset(), "needs-approval"),
        (kept(1, mode="notify"), frozenset(), "notify-only"),
        (kept(1)._replace(rule=None), frozenset(), "unplaced"),
    ],
    ids=["open", "early", "frozen", "approve", "notify", "no-rule"],
)
def test_why_it_does_not_begin(
    compiled: Policy, one: Scheduled, frozen: frozenset[str], why: str
) -> None:
    (line,) = due(compiled, [one], frozen, NOW)
    assert (line.why, line.ready, line.version) == (why, why == "open", 2)
