"""Backups of a room: made while others write, listed by what is known of them."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conftest import Place
from tests.fault.disks import fill, may_mount, small_disk
from tests.fault.steps import killed_at

from strongroom.crypto.keyring import RoomKeys
from strongroom.db.interface import DbBusyError
from strongroom.errors import DeniedError, MachineError, StrongroomError
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Caller, unrecorded
from strongroom.gate.writer import Change
from strongroom.model.address import Address
from strongroom.ops import access, audit, backup, fsck, secret
from strongroom.ops.local import Local
from strongroom.secret.value import Value

A = Address.parse("development/a")


def write(room: Local, address: Address = A, value: str = "weak") -> None:
    secret.write(room, secret.WriteRequest(address, Value.single(value), "api-key", "Ada Lovelace"))


def code_of(room: Local, to: Path) -> str:
    with pytest.raises(StrongroomError) as error:
        backup.create(room, to)
    return error.value.code


def entries(room: Local) -> list[str]:
    return [line.kind for line in audit.list_entries(room, audit.Filter())]


def test_a_backup_is_one_private_file_and_recorded(room: Local, tmp_path: Path) -> None:
    write(room)
    seen: list[str] = []
    made = backup.create(room, tmp_path / "b", lambda what, _at, _all: seen.append(what))

    assert made.path == tmp_path / "b"
    assert made.path.stat().st_size == made.file_bytes
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert set(seen) == {"copying", "sealing"}
    assert {"take a backup", "evidence"} <= set(entries(room))


def test_neither_values_nor_names_are_readable_in_it(room: Local, tmp_path: Path) -> None:
    write(room, Address.parse("development/unusual-name"), "a-value-nobody-has")
    data = backup.create(room, tmp_path / "b").path.read_bytes()

    for text in (
        b"unusual-name",
        b"a-value-nobody-has",
        b"Ada Lovelace",
        room.user.encode() + b"@",
    ):
        assert text not in data


def test_a_folder_gets_a_name_with_the_time(room: Local, tmp_path: Path) -> None:
    made = backup.create(room, tmp_path)

    assert made.path.name.startswith(f"strongroom-{room.keys.room_id.hex()[:8]}-20")
    assert made.path.suffix == backup.SUFFIX


def test_nothing_is_replaced_and_nothing_goes_into_the_room(room: Local, tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"mine")
    (tmp_path / "link").symlink_to(room.folder)

    assert code_of(room, tmp_path / "b") == "file-exists"
    assert code_of(room, room.folder) == "backup-inside"
    assert code_of(room, tmp_path / "link" / "b") == "backup-inside"
    assert code_of(room, tmp_path / "none" / "b") == "file-unwritable"
    assert code_of(room, tmp_path / "a\x00") == "file-unwritable"
    assert (tmp_path / "b").read_bytes() == b"mine"


def test_who_may_not_administer_takes_none(room: Local, tmp_path: Path) -> None:
    access.grant(room, access.GrantRequest(("administer",), principal=room.user, deny=True))
    with pytest.raises(DeniedError):
        backup.create(room, tmp_path / "b")

    assert not (tmp_path / "b").exists()


def test_one_that_cannot_be_recorded_is_taken_away(
    room: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise MachineError("gate-full", "no space")

    monkeypatch.setattr(backup, "RecordEvidence", refuse)

    assert code_of(room, tmp_path / "b") == "gate-full"
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(("busy", "code"), [(2, ""), (99, "gate-unrecorded")])
def test_a_room_that_is_busy_for_a_moment_costs_no_backup(
    room: Local, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, busy: int, code: str
) -> None:
    left, change = busy, Gate.change

    def flaky(gate: Gate, caller: Caller, made: Change, reason: str = "") -> object:
        nonlocal left
        left -= 1
        if left >= 0:
            raise unrecorded(DbBusyError("db-busy", "another process held the database"))
        return change(gate, caller, made, reason)

    monkeypatch.setattr(Gate, "change", flaky)
    if code:
        assert code_of(room, tmp_path / "b") == code
    else:
        backup.create(room, tmp_path / "b")

    assert (tmp_path / "b").exists() is not bool(code)


def test_a_full_disk_leaves_nothing_and_the_room_serves(room: Local, tmp_path: Path) -> None:
    if not may_mount(tmp_path / "probe"):
        assert os.geteuid() != 0
        return
    write(room)
    with small_disk(tmp_path / "disk", 1 << 20) as disk:
        fill(disk).rename(disk / "ballast")
        assert code_of(room, disk) in {"file-unwritable", "db-full", "db-read-only"}
        assert [path.name for path in disk.iterdir()] == ["ballast"]
    assert secret.read(room, A).value.only


def test_a_list_says_whose_each_file_is_and_what_is_wrong(room: Local, tmp_path: Path) -> None:
    write(room)
    made = backup.create(room, tmp_path)
    data = bytearray(made.path.read_bytes())
    (tmp_path / "short.backup").write_bytes(data[:-1])
    (tmp_path / "notes.backup").write_bytes(b"no backup")
    (tmp_path / "other.txt").write_bytes(data)
    (tmp_path / "folder.backup").mkdir()
    os.mkfifo(tmp_path / "pipe.backup")
    found = {one.name: one for one in backup.listing(room, tmp_path)}

    assert {name: one.manifest for name, one in found.items()} == {
        made.path.name: "ours", "short.backup": "backup-cut-short",
        "notes.backup": "backup-unknown", "folder.backup": "backup-unreadable",
        "pipe.backup": "backup-unreadable",
    }  # fmt: skip
    assert found[made.path.name].log_size == made.log_size
    assert found[made.path.name].verified_us is None
    (unchecked, *_) = backup.listing(None, tmp_path)
    assert unchecked.manifest == "unchecked"


def test_a_list_knows_when_a_backup_was_found_good(room: Local, tmp_path: Path) -> None:
    made = backup.create(room, tmp_path)
    with backup.open_file(made.path) as file:
        about = backup.read_head(file).manifest
    backup.record_verified(room, about, False)
    assert [one.verified_us for one in backup.listing(room, tmp_path)] == [None]
    backup.record_verified(room, about, True)

    (one,) = backup.listing(room, tmp_path)
    assert one.verified_us is not None
    assert one.created_us is not None
    assert one.verified_us >= one.created_us


def test_a_folder_that_is_none_is_said(room: Local, tmp_path: Path) -> None:
    codes = []
    for folder in (tmp_path / "none", tmp_path / "a\x00"):
        with pytest.raises(StrongroomError) as error:
            backup.listing(room, folder)
        codes.append(error.value.code)

    assert codes == ["folder-missing", "folder-unusable"]


def test_a_backup_of_another_room_is_said_to_be(room: Local, tmp_path: Path) -> None:
    backup.create(room, tmp_path)
    stranger = replace(room, keys=RoomKeys(bytes(32), bytes(16)))
    assert [one.manifest for one in backup.listing(stranger, tmp_path)] == ["other-room"]


def test_a_backup_that_is_killed_at_any_step_is_nothing_or_all(
    room: Local, place: Place, tmp_path: Path
) -> None:
    write(room)
    room.gate.close()  # nothing open may cross the fork
    to, n, files = tmp_path / "backups", 0, 0
    to.mkdir()

    def attempt() -> None:
        with place.opened() as local:
            backup.create(local, to / "b")

    while killed_at(n, attempt):
        n += 1
        left = list(to.iterdir())
        files += len(left)
        for path in left:
            # The engine needs a name for a moment, before there is anything in the file.
            assert path.name == "b" or not path.stat().st_size
            if path.name == "b":
                with backup.open_file(path) as file:
                    assert backup.read_head(file).manifest.room_id == room.keys.room_id
            path.unlink()
    with place.opened() as local:
        assert fsck.check(local).ok

    assert n > 10
    assert files >= 1
