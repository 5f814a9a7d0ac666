"""Tests for strongroom.check.room.house."""

from dataclasses import replace

from tests.check.room.build import KEK, facts, house, judged, log, subject

from strongroom.audit.problem import Kind
from strongroom.check.room import house as module
from strongroom.db.tables.house import KekRow
from strongroom.model.severity import Severity


def test_each_problem_of_the_log_is_a_finding_of_its_own() -> None:
    """P-12.4, P-12.5."""
    found = judged(facts(log=log(Kind.EDITED, Kind.DELETED, signed=8)), rule="room-log").findings

    assert [Severity.CRITICAL] * 2 == [f.severity for f in found]
    assert 1 == len(
        judged(facts(log=log(Kind.EDITED, Kind.DELETED)), rule="room-log-kept").findings
    )


def test_what_was_moved_and_not_read_is_no_pass() -> None:
    """P-12.4, P-12.5: the files may be on a tape; nothing is called whole that was not read."""
    room = facts(log=replace(log(entries=9, signed=521), first=512))
    for judge in (module.recorded, module.retained):
        found = judge(subject(room))

        assert found.findings == ()
        assert "512 entries" in found.gap
        assert not judge(subject(facts(log=log()))).gap


def test_a_retired_key_may_wrap_for_a_while_and_a_destroyed_one_may_not() -> None:
    """P-1.11."""
    keks = [KekRow(KEK, "production", "active", 1), KekRow(b"o" * 16, "production", "retired", 0)]
    for state, severity in (("retired", Severity.LOW), ("destroyed", Severity.CRITICAL)):
        rows = (keks[0], keks[1]._replace(state=state))
        room = facts(house=house(keks=rows, wraps={KEK: 1, b"o" * 16: 2}))

        assert [severity] == [f.severity for f in judged(room, rule="room-keys").findings]


def test_shares_are_a_way_back_too() -> None:
    (keyfile, _) = house().slots
    room = facts(house=house(slots=(keyfile, keyfile._replace(kind="shamir"))))

    assert () == judged(room, rule="room-recovery").findings
