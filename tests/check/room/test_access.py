"""Tests for strongroom.check.room.access: which grants are beyond the matrix, and which are not."""

import pytest
from tests.check.room.build import BOT, NOW_US, facts, grant, house, judged

from strongroom.model.principal import Kind, Principal
from strongroom.model.severity import Severity
from strongroom.secret.terms import DAY_US

DEV = Principal(b"d" * 16, Kind.PERSON, "dev", frozenset({"Developer"}))
PEOPLE = (*house().principals, DEV)
INNOCENT = {
    "names only": grant(principal_id=DEV.id, verbs="metadata"),
    "elsewhere": grant(principal_id=DEV.id, environment="development"),
    "denied": grant(principal_id=DEV.id, effect="deny"),
    "revoked": grant(principal_id=DEV.id, revoked=1),
    "over": grant(principal_id=DEV.id, expires_us=NOW_US),
    "used up": grant(principal_id=DEV.id, uses_left=0),
    "a workload": grant(principal_id=BOT),
    "ticked": grant(),
    "ticked role": grant(principal_id=None, role="DevOps"),
}


@pytest.mark.parametrize("name", INNOCENT)
def test_what_gives_nothing_beyond_the_matrix_is_innocent(name: str) -> None:
    room = facts(house=house(grants=(INNOCENT[name],), principals=PEOPLE))

    assert () == judged(room, rule="room-grant-beyond").findings


def test_an_end_makes_it_milder() -> None:
    """C-16: a permission for a while is not one for ever; P-7.3."""
    for ends, severity in ((None, Severity.HIGH), (NOW_US + DAY_US, Severity.MEDIUM)):
        made = grant(principal_id=DEV.id, expires_us=ends)
        room = facts(house=house(grants=(made,), principals=PEOPLE))
        (found,) = judged(room, rule="room-grant-beyond").findings

        assert (severity, "P-7.3") == (found.severity, found.clause)
        assert "dev read in Production" in found.message


def test_a_grant_in_use_stays() -> None:
    """P-1.7."""
    old = grant(created_us=NOW_US - 200 * DAY_US)
    used = {("grant", old.id.hex()): NOW_US - 89 * DAY_US}

    assert (
        ()
        == judged(facts(house=house(grants=(old,), used=used)), rule="room-grant-unused").findings
    )
