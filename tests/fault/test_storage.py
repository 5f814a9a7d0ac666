"""What happens to files: read-only, deleted, damaged, newer, rows moved about by hand."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import Time, World, on_disk, value_of
from tests.gate.test_sequencer import report

from strongroom.db import sqlite
from strongroom.db.interface import (
    DbDamagedError,
    DbError,
    DbMissingError,
    DbNewerError,
    DbReadOnlyError,
)
from strongroom.errors import TamperedError
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.fsck import Kind, fsck
from strongroom.gate.operation import Failed, GateError
from strongroom.gate.rows import Seal
from strongroom.gate.sequencer import LEASE_US
from strongroom.model.address import Address

NOBODY = 65_534
A, B = Address.parse("production/a"), Address.parse("production/b")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "room" / "room.db"


@pytest.fixture
def room(path: Path) -> World:
    world = on_disk(path, Time())
    world.create(str(A), "fake-1")
    world.create(str(B), "fake-2")
    world.gate.sequence()
    return world


AS_NOBODY = """
import sys
from pathlib import Path
from strongroom.db import sqlite
from strongroom.errors import MachineError
try:
    db = sqlite.connect(Path(sys.argv[1]))
    db.begin(__import__("strongroom.db.interface").db.interface.Begin.RECORD)
except MachineError as error:
    print(error.code)
"""


def as_nobody(path: Path) -> str:
    """Open the room as a user who is not root: root passes every permission."""
    command = [sys.executable, "-c", AS_NOBODY, str(path)]
    if os.getuid() == 0:
        command = ["setpriv", f"--reuid={NOBODY}", "--clear-groups", *command]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.mark.parametrize(("folder", "file"), [(0o755, 0o444), (0o555, 0o644), (0o700, 0o600)])
def test_a_folder_that_cannot_be_written_is_said_to_be(
    room: World, path: Path, folder: int, file: int
) -> None:
    room.gate.close()
    room.gate.step_aside()
    for parent in list(path.parents)[1:4]:
        if parent.name.startswith(("pytest", "test_")):
            parent.chmod(0o755)
    path.parent.chmod(folder)
    for each in path.parent.iterdir():
        each.chmod(file)
    if os.getuid() == 0:
        assert as_nobody(path) in {"db-read-only", "db-missing"}
    else:
        with pytest.raises(DbError):
            sqlite.connect(path).script("DELETE FROM lease")


def test_a_room_that_cannot_be_written_delivers_nothing(
    room: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = room.gate._flusher._desk
    assert desk is not None

    def read_only(_: object) -> None:
        raise DbReadOnlyError("db-read-only", "the database cannot be written")

    monkeypatch.setattr(desk.db, "begin", read_only)
    with pytest.raises(GateError) as refused:
        room.gate.read(room.owner, [A])

    assert refused.value.code == "gate-unrecorded"
    assert not room.gate.status().ready


def test_a_deleted_database_is_missed_by_the_next_who_opens_it(room: World, path: Path) -> None:
    room.gate.close()
    path.unlink()
    with pytest.raises(DbMissingError):
        room.again().change(room.owner, AddVersion(A, value_of("fake-3")))


def test_a_deleted_log_of_the_engine_loses_no_acknowledged_value(
    room: World, path: Path, tmp_path: Path
) -> None:
    """Closing moved it into the file; whoever deletes it then deletes nothing."""
    room.gate.close()
    room.gate.step_aside()
    for side in ("-wal", "-shm"):
        path.with_name(path.name + side).unlink(missing_ok=True)

    assert room.value(A, room.again()) == "fake-1"


def test_a_copy_taken_while_it_works_is_old_or_new(room: World, path: Path, tmp_path: Path) -> None:
    """The three files as a crash would leave them, without any closing."""
    room.gate.change(room.owner, AddVersion(A, value_of("fake-3")))
    shutil.copytree(path.parent, tmp_path / "copy")

    copied = tmp_path / "copy" / "room.db"
    other = room.room._replace(connect=lambda: sqlite.connect(copied, clock_us=room.time.now_us))
    room.time.us += LEASE_US
    twin = World(other, room.gate, room.time, room.owner, room.developer, room.stranger, room.keks)
    twin.gate = twin.again()
    twin.gate.sequence()

    assert twin.value(A) == "fake-3"
    twin.gate.sequence()
    assert report(twin).problems == ()
    twin.gate.close()


def test_a_newer_room_is_left_alone(room: World) -> None:
    room.gate.close()
    by_hand(room, "INSERT INTO migration VALUES (99, 'later', '', 0)", drop=True)
    with pytest.raises(DbNewerError):
        room.again().read(room.owner, [A])


def test_a_damaged_page_is_said_and_nothing_is_delivered(room: World, path: Path) -> None:
    room.gate.close()
    room.gate.step_aside()
    data = bytearray(path.read_bytes())
    for page in range(4, len(data) // 4_096):
        data[page * 4_096 : page * 4_096 + 64] = os.urandom(64)
    path.write_bytes(data)
    with pytest.raises(DbDamagedError):
        room.again().read(room.owner, [A])


OTHER = "(SELECT o.{0} FROM version o WHERE o.secret_id <> version.secret_id)"
OF = "(SELECT id FROM secret WHERE path = '{0}')"
SWAPS = {
    "the ciphertext of two secrets": (f"UPDATE version SET sealed = {OTHER.format('sealed')}",),
    "the wrapped keys of two secrets": (f"UPDATE version SET wrapped = {OTHER.format('wrapped')}",),
    "whole rows": (
        f"UPDATE version SET secret_id = zeroblob(16) WHERE secret_id = {OF.format('a')}",
        f"UPDATE version SET secret_id = {OF.format('a')} WHERE secret_id = {OF.format('b')}",
        f"UPDATE version SET secret_id = {OF.format('b')} WHERE secret_id = zeroblob(16)",
    ),
    "two addresses": ("UPDATE secret SET path = CASE path WHEN 'a' THEN 'b2' ELSE 'a2' END",),
}


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS.keys())
def test_rows_that_change_places_are_refused(room: World, swap: tuple[str, ...]) -> None:
    by_hand(room, *swap, drop=True)
    gate = room.again()
    where = [Address.parse("production/b2")] if "SET path" in swap[0] else [A]
    (answer,) = gate.read(room.owner, where)

    assert isinstance(answer, Failed)
    assert isinstance(answer.error, TamperedError)
    db = room.room.connect()
    kinds = {problem.kind for problem in fsck(db, Seal(room.room.keys.row_mac))}
    assert Kind.FORGED in kinds
    db.close()
    gate.close()
