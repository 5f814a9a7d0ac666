"""What the log says of a segment; that it is refused is in tests/gate/test_logbook.py."""

from pathlib import Path

from tests.gate.pruned import aged
from tests.gate.rooms import Time, World
from tests.gate.test_logbook import move

from strongroom.audit import detail
from strongroom.audit.entry import decode
from strongroom.gate.stored_tree import log_rows


def test_the_leaf_holds_the_digest_and_the_detail_the_rest(
    world: World, time: Time, tmp_path: Path
) -> None:
    aged(world, time, reads=80)
    change = move(world, tmp_path)
    world.gate.change(world.owner, change)
    world.gate.sequence()
    db = world.room.connect()
    row = log_rows(db, 0, 10_000)[-1]
    db.close()
    entry = decode(row.leaf or b"")
    assert row.detail is not None
    said = detail.decode(row.detail[1])

    assert (entry.object_kind, entry.object_id[:32]) == ("segment", change.digest)
    assert (said["from"], said["to"]) == ("0", "512")
    assert (said["root"], said["segment"]) == (change.root.hex(), change.digest.hex())
