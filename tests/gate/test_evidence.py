"""What is taken out of the log: decided and recorded as any look."""

import pytest
from tests.gate.rooms import World

from strongroom.audit import proven
from strongroom.audit.checkpoint import origin_of
from strongroom.audit.entry import decode
from strongroom.audit.note import VerifierKey
from strongroom.audit.proven import Included, Inclusion
from strongroom.db.tables import log
from strongroom.errors import NotFoundError
from strongroom.gate.evidence import ExportLog, Place, Prove, ProveBetween, between
from strongroom.gate.operation import Done, Refused
from strongroom.gate.stored_tree import log_rows


def key(world: World) -> VerifierKey:
    assert world.room.log_key is not None
    return VerifierKey(origin_of(world.room.instance_id), world.room.log_key.public)


def looked(world: World, view: Prove | ProveBetween | ExportLog) -> object:
    answer = world.gate.look(world.owner, view)
    assert isinstance(answer, Done)
    return answer.result


@pytest.fixture
def busy(world: World) -> World:
    address = world.create("production/a")
    for n in range(6):
        for gate in (world.gate, world.again()):
            gate.read(world.owner, [address] * (50 + n))
        world.gate.sequence()
    return world


def test_every_entry_can_be_proven_by_place_and_by_lane(busy: World) -> None:
    db = busy.room.connect()
    rows = log_rows(db, 0, log.size(db))
    db.close()
    for place in (0, 1, 255, 256, len(rows) - 1):
        for name in (place, Place(rows[place].lane, rows[place].seq)):
            made = looked(busy, Prove(name, detail=True))
            assert isinstance(made, Inclusion)
            shown = proven.check(made, key(busy))

            assert isinstance(shown, Included)
            assert shown.entry == decode(rows[place].leaf or b"")
            assert shown.detail


def test_each_checkpoint_continues_each_before_it(busy: World) -> None:
    db = busy.room.connect()
    sizes = [one.size for one in log.checkpoints(db, 0, log.size(db), 100)]
    db.close()
    for old in sizes:
        for new in [size for size in sizes if size >= old]:
            found = looked(busy, ProveBetween(old, new))
            assert isinstance(found, tuple)
            proven.check(between(*found), key(busy))


def test_an_export_ends_at_a_checkpoint(busy: World) -> None:
    db = busy.room.connect()
    sizes = [one.size for one in log.checkpoints(db, 0, log.size(db), 100)]
    db.close()

    for end in (1, sizes[0], sizes[0] + 1, sizes[-1]):
        found = looked(busy, ExportLog(0, end))
        assert found == (min(size for size in sizes if size >= end), ())


def test_what_is_not_there_is_said(busy: World) -> None:
    for view in (Prove(10**6), Prove(-1), Prove(Place(bytes(16), 1)), ProveBetween(0, 10**6)):
        with pytest.raises(NotFoundError):
            busy.gate.look(busy.owner, view)


def test_who_may_not_audit_gets_nothing(busy: World) -> None:
    for view in (Prove(0), ProveBetween(0, 1), ExportLog(0, 1)):
        assert isinstance(busy.gate.look(busy.stranger, view), Refused)


def test_nothing_can_be_proven_before_anything_is_signed(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.gate.look(world.owner, Prove(0))
    with pytest.raises(NotFoundError, match="no checkpoint"):
        world.gate.look(world.owner, ExportLog(0, 1))
