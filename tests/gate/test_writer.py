"""Tests for strongroom.gate.writer."""

import pytest
from tests.gate.rooms import START_US, World

from strongroom.crypto.keyring import new_id
from strongroom.db.interface import Begin
from strongroom.db.tables.house import META, MetaRow
from strongroom.db.tables.log import Change as LogChange
from strongroom.errors import ConflictError, NotFoundError, SealedError
from strongroom.gate.changes.describe import DeleteSecret
from strongroom.gate.facts import Snapshot
from strongroom.gate.writer import Change, Writer, digest
from strongroom.model.address import Address


@pytest.fixture
def writer(world: World) -> Writer:
    db = world.room.connect()
    snapshot = Snapshot(world.room)
    snapshot.refresh(db)
    db.begin(Begin.CHANGE)
    return Writer(db, world.room, snapshot, START_US, world.owner.principal, snapshot.head)


def test_each_write_has_the_next_number_and_its_mac(writer: Writer) -> None:
    start = writer.head
    one = writer.insert(META, MetaRow("a", b"1"))
    two = writer.update(META, MetaRow("a", b"2"))

    assert [one.change_seq, two.change_seq, writer.head] == [start + 1, start + 2, start + 2]
    assert writer.load(META, "a") == two
    assert writer.load(META, "none") is None
    writer.db.rollback()


def test_what_is_not_there_is_said(world: World, writer: Writer) -> None:
    writer.db.rollback()
    address = world.create("production/a")
    writer.snapshot.refresh(writer.db)
    held = writer.active(address)
    assert writer.version(held, 1).n == 1
    with pytest.raises(NotFoundError):
        writer.version(held, 2)
    with pytest.raises(NotFoundError):
        writer.secret(Address("production", "none"))
    with pytest.raises(SealedError):
        writer.kek("staging")
    world.gate.change(world.owner, DeleteSecret(address))
    writer.snapshot.refresh(writer.db)
    with pytest.raises(ConflictError):
        writer.active(address)


def test_a_digest_covers_every_part_of_every_change() -> None:
    one = LogChange(5, "value", "k", "version", "00/1", bytes(32))
    base = digest([one])
    others = [
        digest([]),
        digest([one, one]),
        digest([one._replace(seq=6)]),
        digest([one._replace(source="versio", row="n00/1")]),
        digest([one._replace(row="00/2")]),
        digest([one._replace(mac=new_id() * 2)]),
    ]

    assert len({base, *others}) == 7


def test_a_change_says_what_it_does(writer: Writer) -> None:
    assert (Change().environment, Change().path) == (None, None)
    with pytest.raises(NotImplementedError):
        Change().apply(writer)
    writer.db.rollback()
