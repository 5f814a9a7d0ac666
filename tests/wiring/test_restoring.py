"""A restore makes a frozen instance of its own, or nothing; also when it is killed."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.conftest import RESERVE_BYTES, Place
from tests.fault.disks import may_mount, small_disk
from tests.fault.steps import killed_at
from tests.wiring.backups import VALUE, Saved, save, value
from tests.wiring.rooms import code_of, found

from strongroom import config, wiring
from strongroom.anchor import kinds as anchors
from strongroom.audit import proven
from strongroom.audit.anchored import Verdict
from strongroom.crypto.recovery import RecoveryCode
from strongroom.db import migrate
from strongroom.errors import DeniedError, StrongroomError
from strongroom.identity import os_user
from strongroom.identity.os_user import OsUser
from strongroom.model.policy import Policy
from strongroom.ops import (
    access,
    audit,
    audit_anchor,
    audit_export,
    audit_proof,
    backup,
    fsck,
    room,
)
from strongroom.ops.new_file import new_file
from strongroom.standalone import strongroom_verify as standalone
from strongroom.wiring.founding import FILES


@pytest.fixture(scope="module")
def kept(
    tmp_path_factory: pytest.TempPathFactory, document: bytes, compiled: Policy
) -> tuple[Saved, RecoveryCode]:
    folder = tmp_path_factory.mktemp("saved")
    environ = {"STRONGROOM_CONFIG": str(folder / "config.toml")}
    place = Place(folder / "room", environ, config.load(environ, folder))
    made = found(place, document, compiled)
    return save(place, folder / "a.backup"), made.recovery


@pytest.fixture
def saved(kept: tuple[Saved, RecoveryCode]) -> Saved:
    return kept[0]


def refused(attempt: Callable[[], object]) -> str:
    with pytest.raises(StrongroomError) as error:
        attempt()
    return error.value.code


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_it_is_a_new_instance_frozen_and_without_tokens(saved: Saved, tmp_path: Path) -> None:
    made = saved.restored(tmp_path / "new")
    with saved.at(tmp_path / "new").opened() as local:
        status = room.status(local)
        assert (status.state, status.killed, status.ready) == ("restored", True, True)
        assert local.instance_id == made.instance_id
        assert refused(lambda: value(local)) == "environment-frozen"
        assert refused(lambda: room.confirm_restore(local, " ")) == "reason-missing"
        room.confirm_restore(local, "looked at it")
        assert value(local) == VALUE
        assert fsck.check(local).ok

    assert made.tokens_dropped == 1
    assert made.left_out == ()
    assert made.folder.stat().st_mode & 0o777 == 0o700
    assert names(tmp_path / "new") == {"room.db", "reserve"}


def test_an_auditor_ties_its_log_to_the_old_one(saved: Saved, tmp_path: Path) -> None:
    """With the key that he noted and the new one; with either alone it does not verify."""
    made = saved.restored(tmp_path / "new")
    new = str(audit.key_of(made.instance_id, made.log_public))
    with saved.at(tmp_path / "new").opened() as local:
        assert audit.verify(local).ok
        assert audit.verify(local, f"{saved.log_key},{new}").ok
        assert not audit.verify(local, new).ok
        assert not audit.verify(local, saved.log_key).ok
        (entry,) = [
            line for line in audit.list_entries(local, audit.Filter())
            if "from_instance" in line.detail
        ]  # fmt: skip
        assert entry.detail["from_instance"] == made.from_instance.hex()
        assert entry.detail["from_size"] == str(made.log_size)


def test_what_auditors_take_away_verifies_with_the_keys_of_both(
    saved: Saved, tmp_path: Path
) -> None:
    """Exports, proofs and anchors of the restored room, and an anchor that the old one went on with."""
    with saved.place.opened() as local:
        audit_anchor.add(local, anchors.Kind.FILE, str(tmp_path / "anchor"))
        again = backup.create(local, tmp_path / "again")
        (pushed,) = audit_anchor.push(local)  # of the old room, after the backup
        audit_anchor.remove(local, str(tmp_path / "anchor"))
    made = saved.restored(tmp_path / "new", file=again.path)
    keys = f"{saved.log_key},{audit.key_of(made.instance_id, made.log_public)}"
    with saved.at(tmp_path / "new").opened() as local:
        audit_export.export(local, audit_export.ExportRequest(tmp_path / "log.jsonl"))
        old = proven.encode(audit_proof.prove(local, audit_proof.ProofRequest("0")))
        between = audit_proof.prove_between(local, "1", str(local.gate.status().signed_size))
        (judged,) = audit_anchor.judge(local)

        assert pushed.size > made.log_size
        assert judged.verdict is Verdict.HOLDS
        assert audit_anchor.push(local)[0].error is None
    assert standalone.run(str(tmp_path / "log.jsonl"), keys, []).problems == []
    assert standalone.run(str(tmp_path / "log.jsonl"), saved.log_key, []).problems
    for document in (old, proven.encode(between)):
        assert audit_proof.check(document, keys) is not None


def test_every_credential_opens_the_new_instance_and_its_log(
    kept: tuple[Saved, RecoveryCode], tmp_path: Path
) -> None:
    """The code was in a safe while the room was restored with the key file."""
    saved, code = kept
    saved.restored(tmp_path / "new")
    environ = {**saved.place.environ, "STRONGROOM_KEYFILE": str(tmp_path / "new.key")}
    place = Place(tmp_path / "new", environ, saved.place.settings)
    wiring.recover(
        place.settings, environ, place.folder, code.kind, lambda _: code,
        reserve_bytes=RESERVE_BYTES,
    )  # fmt: skip
    with place.opened() as local:
        assert local.log_public is not None
        assert audit.verify(local).ok


def test_the_recovery_code_alone_brings_a_room_back(
    kept: tuple[Saved, RecoveryCode], tmp_path: Path
) -> None:
    """The machine is lost and the key file with it; a backup and the code are left."""
    saved, code = kept
    environ = {
        "STRONGROOM_SEAL": "recovery",
        "STRONGROOM_CONFIG": str(tmp_path / "config.toml"),
    }
    settings = config.load(environ, tmp_path)
    wiring.restore(
        settings, environ, saved.file, tmp_path / "new", "all is lost",
        ask=lambda _: code, reserve_bytes=RESERVE_BYTES,
    )  # fmt: skip
    with wiring.open_room(
        settings, environ, tmp_path / "new", ask=lambda _: code, reserve_bytes=RESERVE_BYTES
    ) as local:
        room.confirm_restore(local, "looked at it")
        assert value(local) == VALUE
        assert audit.verify(local).ok
    # Whoever has the key file after all can use it too.
    with saved.at(tmp_path / "new").opened() as local:
        assert local.log_public is not None


def test_a_restored_room_is_backed_up_and_restored_again(saved: Saved, tmp_path: Path) -> None:
    saved.restored(tmp_path / "one")
    with saved.at(tmp_path / "one").opened() as local:
        second = backup.create(local, tmp_path / "second")
    saved.restored(tmp_path / "two", file=second.path)
    with saved.at(tmp_path / "two").opened() as local:
        assert fsck.check(local).ok
        assert len(audit.own_keys(local)) == 3


def test_the_original_goes_on(saved: Saved, tmp_path: Path) -> None:
    saved.restored(tmp_path / "new")
    with saved.place.opened() as local:
        assert value(local) == VALUE


@pytest.mark.parametrize("in_the_way", ["notes.txt", "room.db"])
def test_a_folder_in_use_is_left_alone(saved: Saved, tmp_path: Path, in_the_way: str) -> None:
    folder = tmp_path / "new"
    folder.mkdir(mode=0o755)
    (folder / in_the_way).write_text("mine")

    assert refused(lambda: saved.restored(folder)) in {"folder-in-use", "room-exists"}
    assert (folder / in_the_way).read_text() == "mine"
    assert names(folder) == {in_the_way}
    assert folder.stat().st_mode & 0o777 == 0o755


def test_a_key_file_inside_of_the_new_folder_is_refused(saved: Saved) -> None:
    assert refused(lambda: saved.restored(saved.place.settings.file.parent)) == "keyfile-inside"


def test_no_reason_no_restore(saved: Saved, tmp_path: Path) -> None:
    attempt = lambda: wiring.restore(  # noqa: E731
        saved.place.settings, saved.place.environ, saved.file, tmp_path / "new", " "
    )
    assert refused(attempt) == "reason-missing"
    assert not (tmp_path / "new").exists()


def damaged(saved: Saved, tmp_path: Path, at: int) -> Path:
    data = bytearray(saved.file.read_bytes())
    data[at] ^= 1
    (tmp_path / "damaged").write_bytes(data)
    return tmp_path / "damaged"


@pytest.mark.parametrize("at", [0, 18, 60, -1, -300])
def test_a_changed_byte_restores_nothing(saved: Saved, tmp_path: Path, at: int) -> None:
    file = damaged(saved, tmp_path, at)

    assert refused(lambda: saved.restored(tmp_path / "new", file=file)).startswith("backup-")
    assert not (tmp_path / "new").exists()


def test_what_is_no_backup_of_this_room_is_said_to_be(saved: Saved, tmp_path: Path) -> None:
    (tmp_path / "notes").write_bytes(b"notes")
    (tmp_path / "short").write_bytes(saved.file.read_bytes()[:-9])
    (tmp_path / "newer").write_bytes(saved.file.read_bytes().replace(b"\n\x01", b"\n\x02", 1))
    codes = {
        name: refused(lambda name=name: saved.restored(tmp_path / "new", file=tmp_path / name))  # type: ignore[misc]
        for name in ("none", "notes", "short", "newer", "")
    }

    assert codes == {
        "none": "backup-missing", "notes": "backup-unknown", "short": "backup-cut-short",
        "newer": "backup-newer", "": "backup-unreadable",
    }  # fmt: skip
    assert not (tmp_path / "new").exists()


def test_the_key_file_of_another_room_opens_nothing(
    saved: Saved, tmp_path: Path, place: Place, document: bytes, compiled: Policy
) -> None:
    other = found(place, document, compiled)
    environ = {**saved.place.environ, "STRONGROOM_KEYFILE": str(other.keyfile)}
    attempt = lambda: wiring.restore(  # noqa: E731
        saved.place.settings, environ, saved.file, tmp_path / "new", "a test"
    )

    assert refused(attempt) == "keyfile-other-room"
    assert not (tmp_path / "new").exists()


def test_who_may_not_administer_restores_nothing(
    place: Place, tmp_path: Path, document: bytes, compiled: Policy
) -> None:
    found(place, document, compiled)
    saved = save(place, tmp_path / "a.backup")
    with place.opened() as local:
        access.grant(local, access.GrantRequest(("administer",), principal=local.user, deny=True))
    with place.opened() as local, pytest.raises(DeniedError):
        backup.create(local, tmp_path / "b.backup")
    # The backup from before the denial restores: it holds what was decided then.
    assert saved.restored(tmp_path / "new").log_size


def test_a_stranger_restores_nothing(
    saved: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os_user, "user", lambda uid: OsUser(uid, "mallory"))

    assert refused(lambda: saved.restored(tmp_path / "new")) == "principal-unknown"
    assert not (tmp_path / "new").exists()


def test_the_wrong_log_key_restores_nothing(saved: Saved, tmp_path: Path) -> None:
    made = saved.restored(tmp_path / "one")
    other = str(audit.key_of(made.instance_id, made.log_public))

    assert refused(lambda: saved.restored(tmp_path / "new", other)) == "backup-not-whole"
    assert saved.restored(tmp_path / "new", saved.log_key).log_size


def test_a_full_disk_leaves_nothing(saved: Saved, tmp_path: Path) -> None:
    if not may_mount(tmp_path / "probe"):
        assert os.geteuid() != 0
        return
    for size_bytes in (64 << 10, saved.file.stat().st_size + (24 << 10)):
        with small_disk(tmp_path / "disk", size_bytes) as disk:
            code = refused(lambda disk=disk: saved.restored(disk / "new"))  # type: ignore[misc]
            assert code in {"restore-unwritable", "db-full", "gate-full", "gate-unrecorded"}
            assert names(disk) == set()
        (tmp_path / "disk").rmdir()


def test_a_forged_enrolment_gets_no_log_key_and_stops_no_restore(
    place: Place, tmp_path: Path, document: bytes, compiled: Policy
) -> None:
    """Whoever could plant one slot would otherwise have made every later backup useless."""
    from strongroom.crypto import slot
    from strongroom.crypto.slot import Kind
    from strongroom.gate.changes.house import ChangeSlots, SetSlot
    from strongroom.ops.local import done

    made = found(place, document, compiled)
    with place.opened() as local:
        name = f"log:{made.instance_id.hex()}"
        (one, *_) = [
            s for row in _seals(place) if (s := slot.decode(row)).key_name == name
            and s.kind == Kind.HOLDER
        ]  # fmt: skip
        forged = slot.Slot(b"f" * 16, one.kind, name, b"\x07" * len(one.params), one.blob)
        done(local.gate.change(local.caller, ChangeSlots((SetSlot.of(forged),))))
    saved = save(place, tmp_path / "a.backup")
    restored = saved.restored(tmp_path / "new")

    assert restored.left_out == (f"holder {(b'f' * 16).hex()}",)
    with saved.at(tmp_path / "new").opened() as local:
        assert audit.verify(local).ok


def _seals(place: Place) -> Iterator[bytes]:
    with closing(sqlite3.connect(place.folder / wiring.DATABASE)) as db:
        yield from (row for (row,) in db.execute("SELECT slot FROM seal WHERE state = 'active'"))


@pytest.mark.long
def test_a_restore_that_is_killed_at_any_step_is_nothing_or_all(
    saved: Saved, tmp_path: Path
) -> None:
    folder, n, rooms = tmp_path / "new", 0, 0
    while killed_at(n, lambda: saved.restored(folder)):
        n += 1
        if (folder / wiring.DATABASE).exists():
            rooms += 1
            with saved.at(folder).opened() as local:
                assert room.status(local).state == "restored"
                assert fsck.check(local).ok
            for path in (folder / "restoring", *folder.iterdir()):
                path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
        elif folder.exists():
            assert code_of(saved.at(folder)) in {"restore-unfinished", "db-missing"}
    # The last one went on where the killed one before it had stopped, and ended.
    with saved.at(folder).opened() as local:
        assert fsck.check(local).ok

    assert n > 15
    assert rooms >= 1
    assert names(folder) <= {wiring.DATABASE, wiring.RESERVE}
    assert set(FILES) >= {wiring.DATABASE}


def test_two_restores_into_one_folder_do_not_mix(saved: Saved, tmp_path: Path) -> None:
    import fcntl

    (tmp_path / "new").mkdir()
    handle = os.open(tmp_path / "new", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)

    assert refused(lambda: saved.restored(tmp_path / "new")) == "restore-running"
    os.close(handle)
    assert saved.restored(tmp_path / "new").log_size


@pytest.mark.parametrize("schema", [5, 7, 9])
def test_a_backup_of_an_older_schema_is_brought_up_to_date(
    place: Place,
    tmp_path: Path,
    document: bytes,
    compiled: Policy,
    schema: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Made when there were fewer migrations, and before rooms marked where they stand."""
    newest = migrate.all_for("sqlite")
    monkeypatch.setattr(migrate, "all_for", lambda _: newest[:schema])
    found(place, document, compiled)
    with place.opened() as local, new_file(tmp_path / "old.backup") as file:
        made, _ = backup._write(local, file, tmp_path, 1, backup.quiet)
    monkeypatch.undo()
    restored = Saved(place, tmp_path / "old.backup", "").restored(tmp_path / "new")

    assert made.schema == schema
    with Place(tmp_path / "new", place.environ, place.settings).opened() as local:
        assert fsck.check(local).ok
        assert local.instance_id == restored.instance_id
        room.confirm_restore(local, "looked at it")
        backup.create(local, tmp_path / "new.backup")
