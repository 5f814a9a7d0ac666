"""Tests for strongroom.check.room.rotations."""

from tests.check.room.build import ADA, facts, house, judged, subject, turned

from strongroom.check.room import rotations
from strongroom.gate.overview import Turned
from strongroom.model.finding import Severity


def messages(rule: str, *found: Turned) -> list[str]:
    return [f.message for f in judged(facts(house=house(rotations=found)), rule=rule).findings]


def test_one_that_stopped_half_way_says_why_and_what_it_leaves() -> None:
    """P-5.11: one that needs a person after its promotion keeps the old value valid."""
    stopped = turned(state="needs-person", code="old-still-accepted")
    (said,) = messages("room-rotation-stuck", stopped)
    assert "old-still-accepted" in said
    assert "old value is valid still" in said
    assert "old value" not in messages("room-rotation-stuck", stopped._replace(promoted_us=0))[0]
    assert [] == messages("room-rotation-stuck", turned(), stopped._replace(state="rolled-back"))


def test_a_paused_one_is_less_than_one_that_cannot_go_on() -> None:
    room = facts(house=house(rotations=(turned(paused=True), turned(state="needs-person"))))
    found = judged(room, rule="room-rotation-stuck").findings
    assert {Severity.MEDIUM, Severity.HIGH} == {f.severity for f in found}


def test_an_emergency_has_no_grace_to_be_too_short() -> None:
    """P-5.10, P-6: at once is what is asked for."""
    assert [] == messages("room-rotation-grace", turned(grace_us=0, emergency=True))
    assert "0 hours" in messages("room-rotation-grace", turned(grace_us=0))[0]


def test_who_approved_alone_is_named() -> None:
    given = turned(approved=True)
    assert [] == messages("room-rotation-alone", given, turned())
    (said,) = messages("room-rotation-alone", given._replace(alone=True, begun_by=ADA))
    assert "by ada, who" in said


def test_other_environments_and_other_eyes_are_no_pass() -> None:
    elsewhere = turned(environment="staging", state="needs-person")
    room = facts(house=house(rotations=(elsewhere, turned())))
    assert rotations.stuck(subject(room)).findings == ()
    assert rotations.stuck(subject(room)).examined == 1
    assert "audit" in rotations.stuck(subject(facts(house=None))).gap
