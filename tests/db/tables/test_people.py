"""Tests for strongroom.db.tables.people."""

from strongroom.db.interface import Begin, Db
from strongroom.db.tables import people
from strongroom.db.tables.people import GRANT, PRINCIPAL, ROLE, TOKEN

MAC = bytes(32)


def principal(number: int, name: str) -> people.PrincipalRow:
    return people.PrincipalRow(
        bytes([number]) * 16, "person", name, "", None, "", 0, 0, 1, b"a" * 16, MAC, number
    )


def grant(number: int, who: bytes | None, role: str | None, seq: int) -> people.GrantRow:
    return people.GrantRow(
        bytes([number]) * 16, "allow", who, role, "read", "*", "*", None, None, 0, 0, None, "", 0,
        "", 1, b"a" * 16, MAC, seq,
    )  # fmt: skip


def test_people_are_found_by_name_and_listed(db: Db) -> None:
    db.begin(Begin.CHANGE)
    PRINCIPAL.insert(db, principal(1, "zoe"))
    PRINCIPAL.insert(db, principal(2, "ann"))

    assert people.principal_named(db, "zoe") == principal(1, "zoe")
    assert people.principal_named(db, "Zoe") is None
    assert [row.name for row in people.principals(db)] == ["ann", "zoe"]


def test_grants_are_found_by_whom_they_are_for(db: Db) -> None:
    who = principal(1, "zoe").id
    db.begin(Begin.CHANGE)
    PRINCIPAL.insert(db, principal(1, "zoe"))
    ROLE.insert(db, people.RoleRow("ops", 0, MAC, 2))
    GRANT.insert(db, grant(9, who, None, 3))
    GRANT.insert(db, grant(8, None, "ops", 4))

    assert people.grants_to_principal(db, who) == [grant(9, who, None, 3)]
    assert people.grants_to_role(db, "ops") == [grant(8, None, "ops", 4)]
    assert people.grants_to_role(db, "Ops") == []


def test_tokens_are_found_by_keyed_hash_and_by_holder(db: Db) -> None:
    who = principal(1, "zoe").id
    row = people.TokenRow(b"t" * 16, b"l" * 32, who, "laptop", 0, None, 1, who, 9, MAC, 2)
    db.begin(Begin.CHANGE)
    PRINCIPAL.insert(db, principal(1, "zoe"))
    TOKEN.insert(db, row)

    assert people.token_by_lookup(db, b"l" * 32) == row
    assert people.token_by_lookup(db, b"m" * 32) is None
    assert people.tokens_of(db, who) == [row]
