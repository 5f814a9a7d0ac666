"""One log, wherever its entries stand."""

import io
from pathlib import Path

import pytest
from tests.audit import reference
from tests.gate.hand import by_hand
from tests.gate.pruned import aged, book, in_database
from tests.gate.rooms import Time, World

from strongroom.audit.entry import decode
from strongroom.audit.proof import root_at
from strongroom.db.interface import Begin
from strongroom.db.tables import archive
from strongroom.errors import ConflictError, NotFoundError, TamperedError
from strongroom.gate import segment_file, stored_tree
from strongroom.gate.changes.segment import MoveSegment
from strongroom.gate.fsck import Kind, fsck
from strongroom.gate.logbook import Logbook
from strongroom.gate.operation import Refused
from strongroom.gate.rows import Seal
from strongroom.gate.segment_file import Header


def move(world: World, to: Path, until: int = 512, **wrong: object) -> MoveSegment:
    """Seal the first entries, as `audit prune` does, and give the change that names the file."""
    db = world.room.connect()
    rows = stored_tree.log_rows(db, 0, until)
    root = stored_tree.root_below(db, until)
    db.close()
    keys = world.room.keys
    header = Header(1, keys.room_id.hex(), "00" * 16, 0, until, root.hex(), 9, "22" * 16)
    stream = io.BytesIO()
    tiles = [rows[at : at + 256] for at in range(0, until, 256)]
    digest = segment_file.write(stream, keys, header, tiles)
    (to / segment_file.name_of(keys.room_id, 0, until)).write_bytes(stream.getvalue())
    changes = sum(decode(row.leaf or b"").changes for row in rows)
    fields = {
        "first": 0,
        "until": until,
        "root": root,
        "digest": digest,
        "changes": changes,
    } | wrong
    return MoveSegment(folder=to, keep_until_us=9, **fields)  # type: ignore[arg-type]


def delete(world: World) -> None:
    db = world.room.connect()
    db.begin(Begin.RECORD)
    for lane, seq in archive.left(db):
        archive.delete_moved(db, lane, seq, 10_000)
    db.commit()
    db.close()


@pytest.fixture
def moved(world: World, time: Time, tmp_path: Path) -> World:
    aged(world, time, reads=80)
    world.gate.change(world.owner, move(world, tmp_path))
    return world


def test_rows_roots_and_tiles_are_the_same_before_and_after(moved: World, tmp_path: Path) -> None:
    db = moved.room.connect()
    whole = stored_tree.log_rows(db, 0, 10_000)
    leaves = [row.leaf or b"" for row in whole]
    delete(moved)
    opened = Logbook(db, moved.room.keys)

    assert len(in_database(moved)) == len(whole) - 512
    assert book(moved) == whole
    assert opened.rows(300, 10) == whole[300:310]
    assert opened.rows(510, 10) == whole[510:512]
    assert list(opened.all(500, 520)) == whole[500:520]
    for size in (1, 255, 300, 511, 512, 513, len(leaves)):
        assert root_at(size, opened.subtree()) == reference.tree_hash(leaves[:size])
    assert (opened.start(), opened.floor) == (0, 512)
    db.close()


def test_where_the_file_is_not_there_it_begins_behind_it(moved: World, tmp_path: Path) -> None:
    delete(moved)
    for path in tmp_path.glob("*.segment"):
        path.unlink()
    db = moved.room.connect()

    assert Logbook(db, moved.room.keys).start() == 512
    with pytest.raises(NotFoundError):
        Logbook(db, moved.room.keys, tmp_path).start()
    with pytest.raises(NotFoundError):
        Logbook(db, moved.room.keys).rows(0, 1)
    db.close()


def test_fsck_reads_them_or_counts_what_they_changed(moved: World) -> None:
    db = moved.room.connect()
    seal = Seal(moved.room.keys.row_mac)
    for _ in range(2):  # before the entries were deleted, and after
        assert fsck(db, seal, Logbook(db, moved.room.keys).moved) == []
        assert fsck(db, seal) == []
        delete(moved)
    left = db.query("SELECT hex(lane), seq, leaf FROM entry")
    changed = [f"'{lane!s}' AND seq = {seq!s}" for lane, seq, leaf in left if decode(leaf).changes]  # type: ignore[arg-type]
    by_hand(moved, f"DELETE FROM entry WHERE lane = X{changed[-1]}", drop=True)
    assert {problem.kind for problem in fsck(db, seal)} == {Kind.UNRECORDED}
    db.close()


def test_a_row_that_this_room_did_not_write_is_refused(moved: World) -> None:
    """Else an entry could be deleted by naming a segment that never was."""
    by_hand(moved, "UPDATE segment SET until = 768", drop=True)
    db = moved.room.connect()
    with pytest.raises(TamperedError):
        Logbook(db, moved.room.keys)
    assert Kind.FORGED in {p.kind for p in fsck(db, Seal(moved.room.keys.row_mac))}
    db.close()


def test_a_segment_of_another_tree_or_place_is_not_named(
    world: World, time: Time, tmp_path: Path
) -> None:
    aged(world, time, reads=80)
    for wrong in ({"root": bytes(32)}, {"first": 256}):
        with pytest.raises(ConflictError):
            world.gate.change(world.owner, move(world, tmp_path, **wrong))
    assert isinstance(world.gate.change(world.developer, move(world, tmp_path)), Refused)
    world.gate.change(world.owner, move(world, tmp_path))
    with pytest.raises(ConflictError):
        world.gate.change(world.owner, move(world, tmp_path))
