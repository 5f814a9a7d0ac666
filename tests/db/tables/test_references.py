"""Tests for strongroom.db.tables.references."""

import pytest

from strongroom.db.interface import Begin, Db, DbRefusedError
from strongroom.db.tables import references as table
from strongroom.db.tables.references import REFERENCE, ReferenceRow

ONE, TWO, WHO = b"1" * 16, b"2" * 16, b"w" * 16


def row(number: int, secret: bytes, holder: str, n: int, items: int) -> ReferenceRow:
    id_ = bytes([number]) * 16
    return ReferenceRow(id_, secret, holder, n, items, 9, WHO, bytes(32), number)


def test_they_are_found_by_secret_and_counted_down_not_renamed(db: Db) -> None:
    db.execute("PRAGMA foreign_keys=OFF")
    db.begin(Begin.CHANGE)
    rows = [row(1, ONE, "b", 1, 3), row(2, ONE, "a", 2, 0), row(3, ONE, "a", 1, 5), row(4, TWO, "a", 1, 1)]  # fmt: skip
    for one in rows:
        REFERENCE.insert(db, one)
    assert table.of_secret(db, ONE) == [rows[2], rows[1], rows[0]]
    with pytest.raises(DbRefusedError), db.savepoint():
        REFERENCE.insert(db, row(5, ONE, "a", 1, 9))
    with pytest.raises(DbRefusedError), db.savepoint():
        REFERENCE.update(db, rows[0]._replace(holder="c", change_seq=5))
    with pytest.raises(DbRefusedError), db.savepoint():
        REFERENCE.update(db, rows[1]._replace(secret_id=TWO, change_seq=5))
    REFERENCE.update(db, rows[1]._replace(holder="c", n=7, items=1, change_seq=5))
    assert table.of_secret(db, ONE)[-1].holder == "c"
