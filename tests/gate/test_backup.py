"""What a manifest says of a database is what is in it, at one moment."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World

from strongroom.crypto.keyring import new_id
from strongroom.db import migrate
from strongroom.errors import TamperedError
from strongroom.gate.backup import TakeBackup, contents
from strongroom.gate.changes.house import SetSlot
from strongroom.gate.operation import Done, Refused
from strongroom.gate.rows import Seal


def test_it_is_an_administrators_and_recorded(world: World) -> None:
    assert isinstance(world.gate.look(world.owner, TakeBackup()), Done)
    assert isinstance(world.gate.look(world.developer, TakeBackup()), Refused)


def test_contents_are_those_of_the_moment(disk: World) -> None:
    disk.gate.change(disk.owner, SetSlot(new_id(), "keyfile", "room", b"one"))
    disk.gate.change(disk.owner, SetSlot(new_id(), "keyfile", "room", b"gone", "removed"))
    disk.gate.sequence()
    db, seal = disk.room.connect(), Seal(disk.room.keys.row_mac)
    with db.moment():
        before = contents(db, seal)
        disk.create("production/later")
        disk.gate.sequence()
        during = contents(db, seal)
    after = contents(db, seal)
    db.close()

    assert before == during
    assert (before.schema, before.slots) == (migrate.all_for("sqlite")[-1].version, (b"one",))
    assert after.change_seq > before.change_seq
    assert after.log_size == before.log_size + 1
    assert before.checkpoint != after.checkpoint


def test_a_slot_that_was_planted_is_in_no_manifest(world: World) -> None:
    world.gate.change(world.owner, SetSlot(new_id(), "keyfile", "room", b"one"))
    by_hand(world, "UPDATE seal SET slot = x'00'", drop=True)
    db = world.room.connect()
    with pytest.raises(TamperedError):
        contents(db, Seal(world.room.keys.row_mac))
    db.close()
