"""Tests for strongroom.db.tables.shares."""

from strongroom.db.interface import Begin, Db
from strongroom.db.tables import shares
from strongroom.db.tables.shares import SHARE, ShareRow


def row(number: int, who: bytes, created_us: int, expires_us: int) -> ShareRow:
    id_ = bytes([number]) * 16
    return ShareRow(
        id_, id_ * 2, b"s" * 16, 1, "", b"k" * 16, b"sealed", None, "open", created_us, who,
        expires_us, None, None, bytes(32), number,
    )  # fmt: skip


def test_they_are_found_by_code_by_maker_and_by_time(db: Db) -> None:
    ann, bob = b"a" * 16, b"b" * 16
    db.execute("PRAGMA foreign_keys=OFF")
    db.begin(Begin.CHANGE)
    rows = [row(1, ann, 10, 100), row(2, bob, 20, 50), row(3, ann, 30, 200)]
    for one in rows:
        SHARE.insert(db, one)
    SHARE.update(db, rows[0]._replace(state="taken", sealed=b"", ended_us=1, change_seq=4))

    assert rows[1] == shares.by_lookup(db, rows[1].lookup)
    assert None is shares.by_lookup(db, bytes(32))
    assert [3, 1] == [one.id[0] for one in shares.of_creator(db, ann, 9)]
    assert [3, 2] == [one.id[0] for one in shares.newest(db, 2)]
    assert [rows[1]] == shares.over(db, 100, 9)
    assert [] == shares.over(db, 49, 9)
