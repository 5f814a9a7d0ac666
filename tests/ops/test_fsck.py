"""The whole room: state against log, and where it does not fit."""

import sqlite3

import pytest
from tests.conftest import Place

from strongroom.errors import DeniedError
from strongroom.model.address import Address
from strongroom.ops import access, secret
from strongroom.ops import fsck as ops
from strongroom.ops.local import Local
from strongroom.secret.value import Value

PASSWORD = Address.parse("development/api/DATABASE_PASSWORD")


@pytest.fixture(autouse=True)
def _two_versions(room: Local) -> None:
    secret.write(
        room, secret.WriteRequest(PASSWORD, Value.single("weak-1"), "database-password", "Ada")
    )
    secret.write(room, secret.WriteRequest(PASSWORD, Value.single("weak-2")))


def _by_hand(place: Place, table: str, statement: str) -> None:
    """Write as somebody does who has the database and takes its triggers away."""
    with sqlite3.connect(place.folder / "room.db") as db:
        found = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
        )
        for (name,) in found.fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute(statement)
    db.close()


def test_a_room_that_nobody_touched_is_whole(room: Local) -> None:
    said: list[str] = []
    found = ops.check(room, progress=said.append)

    assert found.ok
    assert 3 == len(said)
    assert ops.as_document(found)["ok"]


def test_an_older_state_that_was_put_back_is_found(room: Local, place: Place) -> None:
    """The row is ours, whole and with its MAC; only the order of changes says that it is old."""
    with sqlite3.connect(place.folder / "room.db") as db:
        db.execute("CREATE TABLE kept AS SELECT * FROM current")
    db.close()
    secret.write(room, secret.WriteRequest(PASSWORD, Value.single("weak-3")))
    _by_hand(place, "current", "DELETE FROM current")
    _by_hand(place, "current", "INSERT INTO current SELECT * FROM kept")
    _by_hand(place, "current", "DROP TABLE kept")
    found = ops.check(room)

    assert not found.ok
    assert "current" in {problem.table for problem in found.state}
    assert not ops.as_document(found)["ok"]


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("secret", "UPDATE secret SET owner = 'Mallory'"),
        ("version", "DELETE FROM version WHERE n = 1"),
        ("grant_", "UPDATE grant_ SET revoked = 1"),
        ("environment", "UPDATE environment SET frozen = 1"),
    ],
)
def test_a_row_that_was_written_by_hand_is_found(
    room: Local, place: Place, table: str, statement: str
) -> None:
    found_before = ops.check(room)
    assert found_before.ok
    _by_hand(place, table, statement)
    with sqlite3.connect(place.folder / "room.db") as db:
        assert db.execute(f"SELECT count(*) FROM {table}").fetchone()
    db.close()
    found = ops.check(room)

    assert table in {problem.table for problem in found.state}


def test_who_may_not_audit_checks_nothing(room: Local) -> None:
    access.grant(room, access.GrantRequest(("audit",), principal=room.user, deny=True))
    with pytest.raises(DeniedError):
        ops.check(room)
