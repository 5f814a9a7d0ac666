"""Tests for strongroom.inventory.owners."""

from dataclasses import replace

import pytest
from tests.inventory.build import POLICY

from strongroom.inventory import owners
from strongroom.inventory.owners import Directory, is_orphaned
from strongroom.inventory.owners import owners as find
from strongroom.model.policy import Access, Contact
from strongroom.model.principal import Kind, Principal

RULES = replace(
    POLICY,
    access=Access(("DevOps", "Developer"), {}),
    contacts=(Contact("Security Team", "security@example.com"),),
)
PEOPLE = [
    Principal(b"1" * 16, Kind.PERSON, "ada.lovelace", frozenset({"DevOps"})),
    Principal(b"2" * 16, Kind.PERSON, "grace", frozenset({"Developer"}), disabled=True),
    Principal(b"3" * 16, Kind.WORKLOAD, "billing", frozenset(), "production", ("*",)),
]
DIRECTORY = Directory(RULES, PEOPLE)


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("ada.lovelace", owners.LIVE),
        ("Ada Lovelace", owners.LIVE),
        ("Ada Lovelace (DevOps)", owners.LIVE),
        ("devops", owners.TEAM),
        ("Security Team", owners.TEAM),
        ("Developer", owners.TEAM_EMPTY),
        ("grace", owners.DISABLED),
        ("Grace (DevOps)", owners.DISABLED),
        ("Charles (DevOps)", owners.UNKNOWN),
        ("billing", owners.UNKNOWN),
        ("", owners.UNKNOWN),
    ],
)
def test_an_owner_is_a_person_who_is_there_or_a_team(name: str, standing: str) -> None:
    """P-10.3, C-28."""
    assert standing == DIRECTORY.standing(name)[0]
    assert is_orphaned(standing) is (standing not in {owners.LIVE, owners.TEAM})


def test_orphans_come_first_and_everything_is_counted() -> None:
    owned = [
        ("ada.lovelace", "grace"),
        ("ada.lovelace", ""),
        ("Charles", ""),
        ("Security Team", "x"),
    ]
    found = find(owned, DIRECTORY)

    assert [("Charles", True), ("ada.lovelace", False), ("Security Team", False)] == [
        (o.name, o.orphaned) for o in found
    ]
    ada, team = found[1:]
    assert (2, 1, ("grace",), "ada.lovelace") == (
        ada.secrets, ada.without_backup, ada.backups, ada.person
    )  # fmt: skip
    assert ("security@example.com", "Security Team") == (team.contact, team.team)
