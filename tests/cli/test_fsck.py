"""`strongroom fsck` at the terminal."""

import sqlite3

from tests.cli.rooms import Terminal


def test_a_whole_room(kept: Terminal) -> None:
    assert 0 == kept.run("fsck")
    assert b"the room is whole" in kept.out
    assert kept.json("fsck")["ok"]


def test_a_forged_row_is_named_and_ends_with_eleven(kept: Terminal) -> None:
    with sqlite3.connect(kept.folder / ".strongroom" / "room.db") as db:
        names = db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'secret'"
        ).fetchall()
        for (name,) in names:
            db.execute(f"DROP TRIGGER {name}")
        db.execute("UPDATE secret SET owner = 'Mallory'")
    db.close()

    assert 11 == kept.run("fsck")
    assert b"secret" in kept.out
    assert b"the room is not whole" in kept.out
    assert 11 == kept.run("fsck", "--json")
    assert b'"ok": false' in kept.out


def test_a_key_that_is_none_is_said(kept: Terminal) -> None:
    assert 3 == kept.run("fsck", "--key", "nonsense")
    assert b"[vkey-invalid]" in kept.err
