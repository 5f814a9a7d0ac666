"""A backup becomes a new instance of its room, in a folder of its own: all of it or nothing.

Everything is done in a folder inside of the new one. The last step is to move the database
out of it; until then there is no room, and whoever looks is told that a restore did not end.
"""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from strongroom.config import Config
from strongroom.crypto import keyring, seal
from strongroom.crypto.keyring import LogKey
from strongroom.crypto.ring import Ring, enrolments, hand_over, kind_name
from strongroom.crypto.slot import KeyName, Kind, Slot, Use
from strongroom.errors import ConflictError, IntegrityError, InvalidError, MachineError, SealedError
from strongroom.gate.changes.house import SetSlot
from strongroom.gate.changes.instance import Became, BecomeInstance, MarkPlace
from strongroom.gate.lineage import Origin
from strongroom.gate.operation import Caller
from strongroom.gate.reserve import RESERVE_BYTES
from strongroom.gate.rows import Meta
from strongroom.ops import audit
from strongroom.ops.backup import Progress, quiet
from strongroom.ops.local import done
from strongroom.wiring import backups, keyfiles, opening
from strongroom.wiring.credentials import AskPerson, nobody, obtain
from strongroom.wiring.founding import FILES, WELCOME, check_folder
from strongroom.wiring.opening import AGENT, Closed
from strongroom.wiring.place import place_of
from strongroom.wiring.process import DATABASE, RESERVE, STAGING, Keys, gate

_PRIVATE: Final = 0o700


class _Became(NamedTuple):
    room_id: bytes
    instance_id: bytes
    log_public: bytes
    from_instance: bytes
    log_size: int
    tokens_dropped: int
    left_out: tuple[str, ...]


class Restored(NamedTuple):
    """A new instance, frozen. `log_size` entries are the log that it goes on from.

    `left_out` are seal slots of the old log key whose holders could not be given the new one.
    """

    folder: Path
    room_id: bytes
    instance_id: bytes
    log_public: bytes
    from_instance: bytes
    log_size: int
    tokens_dropped: int
    left_out: tuple[str, ...]


def restore(
    config: Config,
    environ: Mapping[str, str],
    file: Path,
    to: Path,
    reason: str,
    key: str | None = None,
    progress: Progress = quiet,
    *,
    ask: AskPerson = nobody,
    reserve_bytes: int = RESERVE_BYTES,
) -> Restored:
    """Make a new instance in the folder `to` of what a backup holds, having checked all of it.

    Raises:
        ConflictError: `room-exists`, `folder-in-use`, `restore-running`.
        IntegrityError: `backup-not-whole`; those of `backups.unsealed` and `examine`.
        DeniedError: the room does not know this user, or he may not administer it.
        MachineError: the machine refused; nothing is left behind.
    """
    needed(reason)
    given = audit.parse_keys(key) if key else None
    folder = config.cwd / to
    with backups.unsealed(config, environ, file, ask) as found:
        keyfile = keyfiles.path_of(config, environ, found.about.room_id)
        with _staging(folder, keyfile) as staging:
            database = staging / DATABASE
            found.extract(database, progress)
            examined = backups.examine(database, found, given, progress)
            if not examined.ok:
                raise IntegrityError(
                    "backup-not-whole",
                    "the backup is not as its room left it",
                    fix="`strongroom backup verify` names what is wrong; use an earlier backup",
                )
            progress("making a new instance", 0, 0)
            about = found.about
            made = _become(
                staging, found.keys, found.credential, reason, reserve_bytes, about.backup_id
            )
            _move(staging, folder)
    return Restored(folder, *made)


def in_place(
    config: Config,
    environ: Mapping[str, str],
    given: Path | None,
    reason: str,
    progress: Progress = quiet,
    *,
    cloned: bool = False,
    ask: AskPerson = nobody,
    reserve_bytes: int = RESERVE_BYTES,
) -> Restored:
    """Make a new instance of a room whose files were copied, where the copy stands.

    `cloned` says that the whole disk was copied, which nobody can see from the file.

    Raises:
        ConflictError: `room-not-copied`.
        IntegrityError: `room-not-whole`.
        and as `restore`.
    """
    needed(reason)
    folder = opening.find_folder(config, given)
    found = opening.look(folder)
    if not cloned and found.place in {None, Meta.ANYWHERE, place_of(folder / DATABASE)}:
        raise ConflictError(
            "room-not-copied",
            "this database is the one that the room was recorded as, and no copy of it",
            fix="add --cloned if the whole disk was copied; the room is frozen by it",
        )
    credential = obtain(config, environ, found.room_id, tuple(found.slots), ask)
    keys = found.open(credential)
    if not backups.check_room(folder / DATABASE, keys, found.instance_id, None, progress).ok:
        raise IntegrityError(
            "room-not-whole",
            "this copy of the room is not whole: it was taken while somebody wrote, or edited",
            fix="copy it again while nobody uses it, or restore a backup",
        )
    return Restored(folder, *_become(folder, keys, credential, reason, reserve_bytes))


def moved(
    config: Config,
    environ: Mapping[str, str],
    given: Path | None,
    reason: str,
    *,
    anywhere: bool = False,
    ask: AskPerson = nobody,
    reserve_bytes: int = RESERVE_BYTES,
) -> Path:
    """State that the room itself stands here now, and nowhere else; recorded.

    `anywhere` is for a file system that gives its files new numbers: copies are not
    recognised any more.

    Raises:
        DeniedError: the room does not know this user, or he may not administer it.
    """
    needed(reason)
    folder = opening.find_folder(config, given)
    found = opening.look(folder)
    keys = found.open(obtain(config, environ, found.room_id, tuple(found.slots), ask))
    place = Meta.ANYWHERE if anywhere else place_of(folder / DATABASE)
    with gate(folder, keys, found.instance_id, reserve_bytes) as (opened, _):
        done(opened.change(Caller(opening.known(found), agent=AGENT), MarkPlace(place), reason))
        opened.sequence()
    return folder


def needed(reason: str) -> None:
    """A restore says why it was made.

    Raises:
        InvalidError: `reason-missing`.
    """
    if not reason.strip():
        raise InvalidError("reason-missing", "a restore has a reason", fix="give one with --reason")


def _become(
    folder: Path,
    keys: Keys,
    credential: seal.Credential,
    reason: str,
    reserve_bytes: int,
    backup_id: bytes | None = None,
) -> _Became:
    """Turn the room in `folder` into an instance of its own; what `Restored` says of it.

    Raises:
        SealedError: `log-key-sealed`: without the old log key nobody can be handed the new one.
    """
    found = opening.look(folder)
    caller = Caller(opening.known(found), agent=AGENT)
    if keys.log is None:
        raise SealedError(
            "log-key-sealed",
            "this credential does not open the log's key, so it cannot hand on a new one",
            fix="restore with a credential that opens it",
        )
    log_key = LogKey(keyring.new_id(), keyring.new_key())
    slots, left_out = _slots(found, keys.ring, credential, log_key)
    change = BecomeInstance(
        Origin(found.instance_id, keys.log.public, 0, None, 0, backup_id),
        tuple(SetSlot.of(one) for one in slots),
        place_of(folder / DATABASE),
    )
    ring = Ring(
        found.room_id, {**keys.ring.keys, _log_name(log_key.instance_id): log_key.seed},
        keys.ring.holder,
    )  # fmt: skip
    new = Keys.of(ring, log_key.instance_id)
    predecessor = found.instance_id
    with gate(folder, new, log_key.instance_id, reserve_bytes, predecessor=predecessor) as (
        opened,
        _,
    ):
        became = done(opened.change(caller, change, reason))
        opened.sequence()
    assert isinstance(became, Became)
    return _Became(
        found.room_id, log_key.instance_id, log_key.public, predecessor,
        became.log_size, became.tokens_dropped, left_out,
    )  # fmt: skip


def _slots(
    found: Closed, ring: Ring, credential: seal.Credential, log_key: LogKey
) -> tuple[list[Slot], tuple[str, ...]]:
    """Slots of the new log key for whoever holds the old one, and whom it cannot be given.

    Somebody who forged a slot must not thereby make every backup useless: he gets nothing,
    and is named. A slot of before holders takes its credential to make, so only the one that
    is at hand gets one.
    """
    old, new = _log_name(found.instance_id), _log_name(log_key.instance_id)
    mine = [one for one in found.slots if one.key_name == old]
    enrolled = enrolments(mine, ring, old) if any(s.kind == Kind.HOLDER for s in mine) else []
    right = [one for one, verified in enrolled if verified is not None]
    made = hand_over(right, ring, old, new, log_key.seed) if right else []
    if ring.holder is None:
        made.append(seal.create(found.room_id, new, log_key.seed, credential))
    got = {one.id for one in right}
    left_out = [one for one in mine if one.id not in got]
    if ring.holder is None:
        params = credential.params()
        left_out = [s for s in left_out if (s.kind, s.params) != (credential.kind, params)]
    return made, tuple(f"{kind_name(one.kind)} {one.id.hex()}" for one in left_out)


def _log_name(instance_id: bytes) -> str:
    return str(KeyName(Use.LOG, "", instance_id))


@contextmanager
def _staging(folder: Path, keyfile: Path) -> Iterator[Path]:
    """A folder inside of the new room's to work in; it and what the body left go on failure."""
    staging = folder / STAGING
    left = {STAGING, RESERVE} if os.path.lexists(staging) else set()
    check_folder(folder, keyfile, WELCOME | left)
    new = [
        path for path in (folder, *folder.parents)
        if not os.path.exists(path)  # noqa: PTH110 - never raises
    ]  # fmt: skip
    try:
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        with _locked(folder):
            # Of a restore that was killed: its files are known, and others are not ours.
            _remove(folder, staging)
            try:
                folder.chmod(_PRIVATE)
                staging.mkdir(mode=_PRIVATE)
                yield staging
            except BaseException:
                _remove(folder, staging)
                raise
    except OSError as error:
        raise MachineError("restore-unwritable", f"{folder}: {error.strerror}") from None
    finally:
        for path in new:
            # Only those that are empty, so none of a room.
            with suppress(OSError):
                path.rmdir()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConflictError(
                "restore-running", f"another restore into {folder} is at work"
            ) from None
        yield
    finally:
        os.close(descriptor)


def _remove(folder: Path, staging: Path) -> None:
    if not os.path.lexists(staging):
        return
    for path in (*(staging / name for name in FILES), folder / RESERVE):
        with suppress(FileNotFoundError):
            path.unlink()
    staging.rmdir()


def _move(staging: Path, folder: Path) -> None:
    """The one step that makes it a room."""
    if os.path.lexists(staging / f"{DATABASE}-wal"):
        raise MachineError("restore-unwritable", "the database could not be written out whole")
    for path in (staging / DATABASE, staging):
        _sync(path)
    (staging / RESERVE).rename(folder / RESERVE)
    (staging / DATABASE).rename(folder / DATABASE)
    _sync(folder)
    with suppress(OSError):
        staging.rmdir()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
