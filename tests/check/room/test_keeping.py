"""Tests for strongroom.check.room.keeping."""

from tests.check.room.build import facts, judged, spoiled

from strongroom.model.severity import Severity


def test_owners_are_told_once_with_a_few_of_their_secrets() -> None:
    many = [spoiled(owner="Charles", path=f"k{n}", id=bytes([n]) * 16) for n in range(8)]
    found = judged(facts(*many), rule="room-owner").findings

    assert ["owner Charles"] == [f.place.path for f in found if f.place]
    assert "owns 8 secrets: production/k0, production/k1" in found[0].message
    assert "and 3 more" in found[0].message


def test_without_the_people_owners_are_not_judged() -> None:
    room = facts(spoiled(owner="Charles"), house=None)

    assert () == judged(room, rule="room-owner").findings


def test_a_team_alone_is_no_person_and_beside_one_it_is_fine() -> None:
    """P-10.3, C-28."""
    (found,) = judged(facts(spoiled(owner="DevOps")), rule="room-owner").findings

    assert (Severity.LOW, "is a team and no person" in found.message) == (found.severity, True)
    assert () == judged(facts(spoiled(owner="Ada (DevOps)")), rule="room-owner").findings
