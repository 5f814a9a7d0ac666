"""Tests for strongroom.inventory.owners."""

from msgspec.structs import replace
from tests.inventory.build import POLICY

from strongroom.inventory.owners import owners as find
from strongroom.model.policy import Access, Contact
from strongroom.model.principal import Kind, Principal
from strongroom.secret.directory import Directory

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
