"""A copy becomes an instance of its own, frozen and without its tokens."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import START_US, World

from strongroom.audit.checkpoint import origin_of
from strongroom.audit.note import VerifierKey
from strongroom.crypto.keyring import LogKey, new_id
from strongroom.db.tables.house import META, SEAL
from strongroom.db.tables.log import last_checkpoint
from strongroom.db.tables.people import TOKEN
from strongroom.errors import ConflictError, LimitError, TamperedError
from strongroom.gate import lineage as lineages
from strongroom.gate.changes import instance
from strongroom.gate.changes.freeze import Kill
from strongroom.gate.changes.house import SetSlot
from strongroom.gate.changes.instance import Became, BecomeInstance, ConfirmRestore, MarkPlace
from strongroom.gate.changes.token import AddToken, RevokeToken
from strongroom.gate.fsck import fsck
from strongroom.gate.gate import Gate
from strongroom.gate.inspect import verify_log
from strongroom.gate.lineage import Origin, lineage
from strongroom.gate.operation import Delivered, Done, Refused
from strongroom.gate.room import Room
from strongroom.gate.rows import Meta, Seal


def origin(world: World) -> Origin:
    assert world.room.log_key is not None
    return Origin(world.room.instance_id, world.room.log_key.public, 0, None, 0, b"b" * 16)


def successor(world: World) -> Room:
    """The room as the process sees it that makes a new instance."""
    id_ = new_id()
    return world.room._replace(
        instance_id=id_, log_key=LogKey(id_, bytes(range(32))),
        predecessor=world.room.instance_id,
    )  # fmt: skip


def become(world: World) -> tuple[Gate, Room]:
    world.gate.sequence()
    world.gate.close()
    room = successor(world)
    gate = Gate(room)
    slot = SetSlot(new_id(), "keyfile", f"log:{room.instance_id.hex()}", b"opaque")
    done = gate.change(world.owner, BecomeInstance(origin(world), (slot,), b"77"), "a test")
    assert isinstance(done, Done)
    assert isinstance(done.result, Became)
    return gate, room._replace(predecessor=None)


def token(world: World, name: bytes) -> bytes:
    done = world.gate.change(
        world.owner, AddToken(world.owner.principal, name * 32, "t", START_US + 10**12)
    )
    assert isinstance(done, Done)
    assert isinstance(done.result, bytes)
    return done.result


def test_one_change_makes_it_frozen_tokenless_and_its_own(disk: World) -> None:
    a = disk.create("production/a")
    for name in (b"1", b"2"):
        token(disk, name)
    disk.gate.change(disk.owner, RevokeToken(token(disk, b"3")))
    gate, room = become(disk)
    (refused,) = gate.read(disk.owner, [a])
    gate.sequence()
    gate.close()
    db, seal = room.connect(), Seal(room.keys.row_mac)
    meta = {row.key: seal.check(META, row).value for row in META.where(db)}

    assert isinstance(refused, Refused)
    assert refused.code == "environment-frozen"
    assert [row.revoked for row in TOKEN.where(db)] == [1, 1, 1]
    assert meta[Meta.INSTANCE] == room.instance_id
    assert (meta[Meta.STATE], meta[Meta.PLACE]) == (Meta.RESTORED, b"77")
    assert len(SEAL.where(db)) == 1
    assert fsck(db, seal) == []
    (came,) = lineage(db, seal)
    assert (came.instance_id, came.backup_id) == (disk.room.instance_id, b"b" * 16)
    assert came.checkpoint is not None
    assert origin_of(disk.room.instance_id) in came.checkpoint
    last = last_checkpoint(db)
    db.close()
    assert last is not None
    assert origin_of(room.instance_id) in last.note


def test_its_log_goes_on_from_the_old_one_under_both_keys_only(disk: World) -> None:
    disk.create("production/a")
    old = origin(disk).key
    gate, room = become(disk)
    gate.sequence()
    gate.close()
    assert room.log_key is not None
    new = VerifierKey(origin_of(room.instance_id), room.log_key.public)

    assert verify_log(room.connect, new, [old]).ok
    assert not verify_log(room.connect, new).ok
    assert not verify_log(room.connect, old, [new]).ok


def test_the_old_instance_is_another_room_to_it_and_the_other_way_round(disk: World) -> None:
    gate, room = become(disk)
    gate.close()
    trouble = Gate(disk.room).status().trouble

    assert isinstance(trouble, TamperedError)
    assert trouble.code == "room-foreign"
    assert Gate(room).status().trouble is None


def test_it_serves_once_it_is_confirmed_and_only_then(disk: World) -> None:
    a = disk.create("production/a")
    with pytest.raises(ConflictError) as error:
        disk.gate.change(disk.owner, ConfirmRestore())
    assert error.value.code == "restore-not-waiting"
    gate, _ = become(disk)
    assert isinstance(gate.change(disk.developer, ConfirmRestore()), Refused)
    gate.change(disk.owner, ConfirmRestore(), "looked at it")

    assert isinstance(gate.read(disk.owner, [a])[0], Delivered)
    assert gate.status().state == "open"
    gate.close()


def test_a_killed_room_stays_killed_in_its_copy(disk: World) -> None:
    """Otherwise a restore and a confirmation would be the way around a kill."""
    disk.gate.change(disk.owner, Kill())
    gate, _ = become(disk)

    assert gate.status().state == "killed"
    with pytest.raises(ConflictError):
        gate.change(disk.owner, ConfirmRestore())
    gate.close()


def test_who_may_not_administer_makes_no_instance(disk: World) -> None:
    gate = Gate(successor(disk))
    answer = gate.change(disk.developer, BecomeInstance(origin(disk), (), b"1"))

    assert isinstance(answer, Refused)
    gate.close()
    assert Gate(disk.room).status().trouble is None


def test_a_room_is_not_restored_without_end(disk: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "ORIGINS_MAX", 0)
    assert lineages.ORIGINS_MAX > 0
    with pytest.raises(LimitError) as error:
        become(disk)
    assert error.value.code == "lineage-full"


def test_a_place_is_marked_and_one_that_was_deleted_is_missed(world: World) -> None:
    for place in (b"1", b"2"):
        assert isinstance(world.gate.change(world.owner, MarkPlace(place)), Done)
    by_hand(world, "DELETE FROM meta WHERE key = 'place'", drop=True)

    with pytest.raises(TamperedError) as error:
        world.again().change(world.owner, MarkPlace(b"3"))
    assert error.value.code == "row-missing"
