"""Tests for strongroom.db.memory, beyond the contract."""

import pytest

from strongroom.db import migrate
from strongroom.db.interface import Begin, DbError, number
from strongroom.db.memory import MemoryRoom


def test_two_rooms_never_meet() -> None:
    one, other = MemoryRoom(), MemoryRoom()
    db = one.connect()
    db.begin(Begin.RECORD)
    db.execute("INSERT INTO lease VALUES ('a', x'00', 1)")
    db.commit()

    assert number(other.connect(), "SELECT count(*) FROM lease") == 0


def test_a_room_ends_with_its_last_connection() -> None:
    room = MemoryRoom()
    db = room.connect()
    room.close()
    assert number(db, "SELECT count(*) FROM migration") == len(migrate.all_for("sqlite"))
    db.close()
    with pytest.raises(DbError):
        db.query("SELECT 1")
