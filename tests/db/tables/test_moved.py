"""Tests for strongroom.db.tables.moved."""

from tests.db.tables.test_secrets import filled

from strongroom.db.interface import Db
from strongroom.db.tables import log
from strongroom.db.tables.moved import MOVED, MovedRow, left_among


def test_an_address_that_was_left_is_found_by_it_and_names_its_change(db: Db) -> None:
    filled(db, ["new"])
    MOVED.insert(db, MovedRow("e", "a/old", (1).to_bytes(16, "big"), 5, b"p" * 16, bytes(32), 3))

    found = MOVED.get(db, "e", "a/old")
    assert found is not None
    assert 5 == found.moved_us
    assert MOVED.get(db, "e", "a") is None
    assert "e/a/old" == log.changes_after(db, 2, 1)[0].row
    assert {"a/old"} == left_among(db, "e", ["a/old", "a"])
