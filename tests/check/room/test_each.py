"""Tests for strongroom.check.room.each."""

from dataclasses import replace

from tests.check.build import subject
from tests.check.room.build import NOW_US, facts, kept, seen

from strongroom.check.room.each import day, days_since, draft, each, has_value
from strongroom.model.severity import Severity
from strongroom.secret.terms import DAY_US


def test_without_a_room_nothing_is_judged() -> None:
    rule = each(lambda *_: None, of=has_value)

    assert (0, "no room was looked at") == (rule(subject()).examined, rule(subject()).gap)
    assert 1 == rule(replace(subject(), room=facts())).examined


def test_a_finding_is_at_an_address() -> None:
    found = draft(kept(seen()), Severity.LOW, "what", "how")

    assert ("production/api/SECRET_KEY", True, (10,)) == (
        found.place.path, found.place.logical, found.policy_lines
    )  # fmt: skip


def test_days_are_whole() -> None:
    assert 1 == days_since(NOW_US - 2 * DAY_US + 1, NOW_US)
    assert "1970-01-02" == day(DAY_US)
