"""The tree as the database keeps it is the tree over the leaves."""

import pytest
from tests.audit import reference
from tests.gate.hand import by_hand
from tests.gate.rooms import World

from strongroom.audit.proof import root_at
from strongroom.db.tables import log
from strongroom.errors import AuditBrokenError
from strongroom.gate import stored_tree
from strongroom.gate.stored_tree import log_rows


def _grown(world: World, count: int) -> list[bytes]:
    address = world.create("production/a")
    gates = [world.gate, world.again()]
    for n in range(count):
        gates[n % 2].read(world.owner, [address] * 4)
    world.gate.sequence()
    with_db = world.room.connect()
    rows = log_rows(with_db, 0, 10_000)
    with_db.close()
    return [row.leaf or b"" for row in rows]


def test_every_root_comes_from_nodes_and_tiles(world: World) -> None:
    leaves = _grown(world, 150)
    db = world.room.connect()
    tree = stored_tree.subtree(db)

    assert len(leaves) > 512
    for size in (1, 2, 255, 256, 257, 511, 512, len(leaves)):
        assert root_at(size, tree) == reference.tree_hash(leaves[:size])
    assert stored_tree.resume(db, len(leaves)).root() == reference.tree_hash(leaves)
    db.close()


def test_the_places_of_a_page_are_those_of_the_runs(world: World) -> None:
    _grown(world, 20)
    db = world.room.connect()
    size = log.size(db)
    whole = [(p, row.lane, row.seq, row.leaf) for p, row in enumerate(log_rows(db, 0, size))]

    for first in (0, 1, 7, size - 1, size):
        for count in (1, 5, size):
            assert log.placed(db, first, count) == whole[first : first + count]
    for place, lane, seq, _ in whole:
        assert log.place_of(db, lane, seq) == place
    assert log.place_of(db, bytes(16), 1) is None
    assert log.place_of(db, whole[-1][1], 10**6) is None
    db.close()


def test_what_is_missing_is_a_hole(world: World) -> None:
    leaves = _grown(world, 80)
    by_hand(world, "DELETE FROM node", drop=True)
    db = world.room.connect()
    with pytest.raises(AuditBrokenError, match="hash is missing"):
        root_at(len(leaves), stored_tree.subtree(db))
    by_hand(world, "DELETE FROM entry WHERE seq = 9", drop=True)
    with pytest.raises(AuditBrokenError, match="entries of a lane"):
        stored_tree.tile(db, 0)
    db.close()
