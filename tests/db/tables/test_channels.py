"""Tests for strongroom.db.tables.channels."""

from strongroom.db.interface import Begin, Db
from strongroom.db.tables import channels
from strongroom.db.tables.channels import CHANNEL, ChannelRow


def row(number: int, name: str, state: str) -> ChannelRow:
    id_ = bytes([number]) * 16
    return ChannelRow(id_, name, "", bytes(16), "failure", state, 0, bytes(16), bytes(32), number)


def test_they_are_found_by_name_and_those_in_use_in_order(db: Db) -> None:
    db.execute("PRAGMA foreign_keys=OFF")
    db.begin(Begin.CHANGE)
    b, a, gone = row(1, "b", "active"), row(2, "a", "active"), row(3, "c", "removed")
    for one in (b, a, gone):
        CHANNEL.insert(db, one)

    assert channels.active(db) == [a, b]
    assert channels.named(db, "c") == gone
    assert channels.named(db, "d") is None
