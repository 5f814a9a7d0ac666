"""Where a room comes from, as its row says."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World

from strongroom.audit.checkpoint import origin_of
from strongroom.db.tables.house import META
from strongroom.errors import TamperedError
from strongroom.gate.lineage import Origin, encode, lineage
from strongroom.gate.rows import Meta, Seal

ORIGIN = Origin(b"i" * 16, bytes(32), 7, "a note", 9, None)


def test_a_room_that_was_never_restored_comes_from_nowhere(world: World) -> None:
    db = world.room.connect()
    assert lineage(db, Seal(world.room.keys.row_mac)) == []
    db.close()


def test_an_origin_names_the_key_of_its_log() -> None:
    assert ORIGIN.key.name == origin_of(ORIGIN.instance_id)
    assert ORIGIN.key.public == ORIGIN.log_public


@pytest.mark.parametrize("content", [encode([ORIGIN]), b"{}", b"\xff"])
def test_a_lineage_that_was_planted_is_refused(world: World, content: bytes) -> None:
    """Otherwise whoever writes the database could have his own key believed."""
    by_hand(
        world,
        f"INSERT INTO meta VALUES ('{Meta.LINEAGE}', x'{content.hex()}', zeroblob(32),"
        " (SELECT max(seq) + 1 FROM change))",
    )
    db = world.room.connect()
    with pytest.raises(TamperedError) as error:
        lineage(db, Seal(world.room.keys.row_mac))
    assert error.value.code == "row-tampered"
    assert META.get(db, Meta.LINEAGE) is not None
    db.close()
