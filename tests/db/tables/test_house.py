"""Tests for strongroom.db.tables.house."""

from strongroom.db.interface import Begin, Db
from strongroom.db.tables import house
from strongroom.db.tables.house import ENVIRONMENT, KEK, POLICY

MAC = bytes(32)


def test_environments_and_their_keys(db: Db) -> None:
    db.begin(Begin.CHANGE)
    for seq, name in enumerate(("b", "a"), start=1):
        ENVIRONMENT.insert(
            db, house.EnvironmentRow(name, name.upper(), "strong", 0, "", 1, b"p" * 16, MAC, seq)
        )
    KEK.insert(db, house.KekRow(b"2" * 16, "a", "active", 2, MAC, 3))
    KEK.insert(db, house.KekRow(b"1" * 16, "a", "retired", 1, MAC, 4))

    assert [row.id for row in house.environments(db)] == ["a", "b"]
    assert [row.id for row in house.keks_of(db, "a")] == [b"1" * 16, b"2" * 16]
    assert house.keks_of(db, "b") == []


def test_policies_are_numbered(db: Db) -> None:
    assert house.newest_policy_n(db) == 0
    db.begin(Begin.CHANGE)
    POLICY.insert(db, house.PolicyRow(1, bytes(32), b"doc", b"{}", 1, b"p" * 16, MAC, 1))

    assert house.newest_policy_n(db) == 1
