"""Operations on backups: make one, list those in a folder. What opens one is in `wiring`."""

import hashlib
import os
import stat
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from strongroom.crypto import keyring
from strongroom.errors import InvalidError, MachineError, NotFoundError, StrongroomError
from strongroom.gate.backup import TakeBackup, contents
from strongroom.gate.operation import GateError
from strongroom.gate.rows import Seal
from strongroom.gate.shown import ListEvidence, RecordEvidence
from strongroom.ops.audit import sequence
from strongroom.ops.local import Local, done
from strongroom.ops.new_file import new_file
from strongroom.secret.backup import body, manifest
from strongroom.secret.backup.manifest import Head, Manifest

SUFFIX: Final = ".backup"
TRIES: Final = 5  # each waits for the lock as long as the database does
BACKUP: Final = "backup"  # kinds of evidence
VERIFIED: Final = "backup-verify"
Progress = Callable[[str, int, int], None]  # what, bytes so far, bytes in all


def quiet(what: str, done_bytes: int, total_bytes: int) -> None:
    """Nobody is watching."""
    del what, done_bytes, total_bytes


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made."""

    path: Path
    backup_id: str
    file_bytes: int
    database_bytes: int
    log_size: int
    created_us: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A file in a folder of backups.

    `manifest` is `ours` when this room's key wrote it, `other-room`, `unchecked` without a
    room to hand, or the code of what is wrong with it. `verified_us` is when the whole of it
    was last read and found good, as the room recorded.
    """

    name: str
    file_bytes: int
    manifest: str
    room_id: str | None = None
    created_us: int | None = None
    log_size: int | None = None
    verified_us: int | None = None


def create(room: Local, to: Path | None, progress: Progress = quiet) -> Made:
    """Copy the whole room into one new file, sealed under the room's key.

    `to` is a new file or a folder; by default the working folder. Others read and write
    meanwhile. That it was made is recorded before it has a name.

    Raises:
        DeniedError: the caller may not administer the room.
        ConflictError: `file-exists`.
        InvalidError: `backup-inside`: it would lie in the room's own folder.
        MachineError: the machine refused; nothing is left.
    """
    now_us = room.now_us()
    path = _target(room, to, now_us)
    sequence(room)
    done(room.gate.look(room.caller, TakeBackup()))
    with new_file(path) as file:
        about, head = _write(room, file, path.parent, now_us, progress)
    report = {
        "backup": about.backup_id.hex(), "database_bytes": about.database_bytes,
        "log_size": about.log_size, "sha256": hashlib.sha256(head).hexdigest(),
    }  # fmt: skip
    try:
        _record(room, RecordEvidence(BACKUP, True, report))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Made(
        path, about.backup_id.hex(), len(head) + about.body_bytes, about.database_bytes,
        about.log_size, now_us,
    )  # fmt: skip


def _record(room: Local, change: RecordEvidence) -> None:
    """A room that is busy for a moment must not cost a backup that took an hour."""
    for left in reversed(range(TRIES)):
        try:
            done(room.gate.change(room.caller, change))
        except GateError as error:
            if not (left and error.retryable):
                raise
        else:
            return


def _write(
    room: Local, file: BinaryIO, folder: Path, now_us: int, progress: Progress
) -> tuple[Manifest, bytes]:
    """The body first: the manifest says what it came to."""
    with closing(room.gate.connect()) as db, db.moment():
        said = contents(db, Seal(room.keys.row_mac))
        copy = db.copy(folder, lambda at, size: progress("copying", at, size))
    with copy:
        size = copy.seek(0, os.SEEK_END)
        copy.seek(0)
        about = Manifest(
            backup_id=keyring.new_id(),
            room_id=room.keys.room_id,
            instance_id=room.instance_id,
            created_us=now_us,
            created_by=room.caller.principal,
            database_bytes=size,
            **said._asdict(),
        )
        mac_key, body_key = room.keys.backup(about.backup_id)
        file.seek(len(manifest.encode(about, mac_key)))
        sha256 = body.seal(copy, file, about, body_key, lambda at: progress("sealing", at, size))
    about = msgspec.structs.replace(about, body_sha256=sha256)
    head = manifest.encode(about, mac_key)
    file.seek(0)
    file.write(head)
    return about, head


def listing(room: Local | None, folder: Path) -> list[Listed]:
    """The backups in a folder, newest first. Only their heads are read.

    With a room, its key says which manifests are genuine, and its evidence when the whole of
    one was last verified.

    Raises:
        NotFoundError: `folder-missing`; MachineError: `folder-unusable`.
    """
    try:
        names = sorted(path.name for path in folder.iterdir() if path.name.endswith(SUFFIX))
    except FileNotFoundError:
        raise NotFoundError("folder-missing", f"there is no folder {folder}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise MachineError(
            "folder-unusable", f"{folder}: {reason or 'its name cannot be used'}"
        ) from None
    verified = {} if room is None else _verified(room)
    found = [_listed(folder / name, room, verified) for name in names]
    return sorted(found, key=lambda one: (-(one.created_us or 0), one.name))


def record_verified(room: Local, about: Manifest, passed: bool) -> None:
    """Keep in the room that a backup of it was read whole, and whether it was good."""
    report = {"backup": about.backup_id.hex(), "log_size": about.log_size}
    done(room.gate.change(room.caller, RecordEvidence(VERIFIED, passed, report)))


def open_file(path: Path) -> BinaryIO:
    """A backup's file, opened to read.

    Raises:
        NotFoundError: `backup-missing`.
        MachineError: `backup-unreadable`.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise NotFoundError("backup-missing", f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise MachineError(
            "backup-unreadable", f"{path}: {reason or 'its name cannot be used'}"
        ) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise MachineError("backup-unreadable", f"{path} is not a regular file")
    return os.fdopen(descriptor, "rb")


def read_head(file: BinaryIO) -> Head:
    """The head of an open backup; the body comes next.

    Raises:
        those of `manifest.read`.
    """
    return manifest.read(file, os.fstat(file.fileno()).st_size)


def _target(room: Local, to: Path | None, now_us: int) -> Path:
    when = datetime.fromtimestamp(now_us / 1_000_000, UTC).strftime("%Y%m%dT%H%M%SZ")
    name = f"strongroom-{room.keys.room_id.hex()[:8]}-{when}{SUFFIX}"
    try:
        path = (to or Path()).absolute()
        if path.is_dir():
            path /= name
        inside = Path(os.path.realpath(path)).is_relative_to(os.path.realpath(room.folder))
    except (OSError, ValueError):
        raise MachineError("file-unwritable", f"{to}: its name cannot be used") from None
    if inside:
        raise InvalidError(
            "backup-inside",
            "the backup would lie in the room's folder, and be lost with it",
            fix="name another place with --to, best on another machine's disk",
        )
    return path


def _verified(room: Local) -> dict[str, int]:
    """When each backup was last found good, by its id."""
    shown = done(room.gate.look(room.caller, ListEvidence((VERIFIED,))))
    assert isinstance(shown, list)
    found: dict[str, int] = {}
    for one in shown:
        if one.outcome == "passed":
            found.setdefault(str(one.report["backup"]), one.at_us)
    return found


def _listed(path: Path, room: Local | None, verified: dict[str, int]) -> Listed:
    size = 0
    with suppress(OSError):
        size = path.stat().st_size
    try:
        with open_file(path) as file:
            head = read_head(file)
        about = head.manifest
        state = "unchecked"
        if room is not None and about.room_id == room.keys.room_id:
            head.check(room.keys.backup(about.backup_id)[0])
            state = "ours"
        elif room is not None:
            state = "other-room"
    except StrongroomError as error:
        return Listed(path.name, size, error.code)
    return Listed(
        path.name, size, state, about.room_id.hex(), about.created_us, about.log_size,
        verified.get(about.backup_id.hex()) if state == "ours" else None,
    )  # fmt: skip
