"""Config -> an opened room: the only module that names an adapter, and that reads key files.

A room's folder holds `room.db` and `reserve`, mode 0700. Its key file stands outside of it,
so that a copy of the folder opens nothing: beside the user's configuration, or where
STRONGROOM_KEYFILE or $CREDENTIALS_DIRECTORY says.
"""

import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from strongroom.config import Config
from strongroom.crypto import keyring, seal, slot
from strongroom.crypto.envelope import Kek
from strongroom.crypto.keyfile import FILE_BYTES_MAX, KeyFile
from strongroom.crypto.keyring import LogKey, RoomKeys
from strongroom.crypto.recovery import RecoveryCode
from strongroom.crypto.slot import KeyName, Slot, Use
from strongroom.db import sqlite
from strongroom.db.interface import Db, DbRefusedError
from strongroom.db.tables.house import META, SEAL
from strongroom.db.tables.people import principal_named
from strongroom.errors import (
    ConflictError,
    DeniedError,
    MachineError,
    NotFoundError,
    SealedError,
    TamperedError,
)
from strongroom.gate.changes.house import AddKek, AdoptPolicy, SetEnvironment, SetSlot
from strongroom.gate.changes.people import AddGrant, AddPrincipal
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Caller
from strongroom.gate.reserve import RESERVE_BYTES, Reserve
from strongroom.gate.room import Clocks, Room, Standing
from strongroom.gate.rows import Meta
from strongroom.gate.writer import Change
from strongroom.identity import os_user
from strongroom.model.policy import Policy
from strongroom.model.principal import ANYWHERE, Effect, Grant, Kind, Principal, Verb
from strongroom.ops.local import Local, done
from strongroom.policy import stored
from strongroom.policy.words import fold

ROOM_FOLDER: Final = ".strongroom"
DATABASE: Final = "room.db"
RESERVE: Final = "reserve"
CREDENTIAL: Final = "strongroom.key"
CLOCKS: Final = Clocks(time.monotonic_ns, time.sleep)
# What the security team may do beside the ticks, in every policy (design, section 6).
SECURITY_VERBS: Final = frozenset({Verb.CONTAIN, Verb.AUDIT})


@dataclass(frozen=True, slots=True)
class Founded:
    """A room that was just made. `recovery` is shown once, to be kept on paper."""

    folder: Path
    keyfile: Path
    recovery: RecoveryCode
    room_id: bytes
    instance_id: bytes
    log_public: bytes


def find_folder(config: Config, given: Path | None) -> Path:
    """The folder of the room: the one given, of the environment, of the context, or nearby.

    Raises:
        NotFoundError: `room-not-found`.
    """
    context = config.context.room if config.context else None
    for path in (given, config.room, context):
        if path is not None:
            return config.cwd / path
    for folder in (config.cwd, *config.cwd.parents):
        if (folder / ROOM_FOLDER / DATABASE).is_file():
            return folder / ROOM_FOLDER
    raise NotFoundError(
        "room-not-found",
        f"no room: looked for {ROOM_FOLDER}/{DATABASE} here and in each folder above",
        fix="make one with `strongroom init --policy DOC.md`, or name one with --room DIR",
    )


def found(
    config: Config,
    environ: Mapping[str, str],
    folder: Path,
    document: bytes,
    policy: Policy,
    roles: Iterable[str],
    *,
    reserve_bytes: int = RESERVE_BYTES,
) -> Founded:
    """Make a room in `folder` for whoever runs this process, who may do everything in it.

    Raises:
        ConflictError: `room-exists`, `keyfile-exists`; nothing is changed.
        MachineError: the machine refused.
    """
    folder = config.cwd / folder
    if (folder / DATABASE).exists():
        raise ConflictError("room-exists", f"there is a room in {folder} already")
    room_id, instance_id = keyring.new_id(), keyring.new_id()
    room_key, log_seed = keyring.new_key(), keyring.new_key()
    keks = [keyring.new_kek(e.id) for e in policy.environments]
    keyfile, recovery = KeyFile.new(room_id), RecoveryCode.new()
    path = keyfile_path(config, environ, room_id)
    named = {"room": room_key, f"log:{instance_id.hex()}": log_seed}
    named |= {f"kek:{k.environment}:{k.id.hex()}": k.secret for k in keks}
    slots = [
        seal.create(room_id, name, key, credential)
        for credential in (keyfile, recovery)
        for name, key in named.items()
    ]
    founder = _founder(roles)
    first = [
        AdoptPolicy(document, stored.encode(policy)),
        *(SetEnvironment(e.id, e.name, e.tier.value) for e in policy.environments),
        *(AddKek(k.id, k.environment) for k in keks),
        *map(_slot_change, slots),
        *founder[1:],
    ]
    _write_private(path, keyfile.encode())
    try:
        db = sqlite.create(folder / DATABASE)
        db.close()
        keys = _Opened(
            RoomKeys(room_key, room_id), {k.id: k for k in keks}, LogKey(instance_id, log_seed)
        )
        with _gate(folder, keys, instance_id, reserve_bytes) as (gate, _):
            gate.found(founder[0], first)
            gate.sequence()
    except BaseException as error:
        path.unlink(missing_ok=True)
        # A database that was there first is another founder's.
        if not (isinstance(error, DbRefusedError) and error.code == "db-exists"):
            _remove_room(folder)
        raise
    return Founded(
        folder, path, recovery, room_id, instance_id, LogKey(instance_id, log_seed).public
    )


@contextmanager
def open_room(
    config: Config,
    environ: Mapping[str, str],
    given: Path | None = None,
    *,
    reserve_bytes: int = RESERVE_BYTES,
) -> Iterator[Local]:
    """Open the room as the operating system's user; close it, and sign the log, at the end.

    Raises:
        NotFoundError: `room-not-found`; DbMissingError: `db-missing`.
        SealedError: `keyfile-missing`, `keyfile-exposed`, and those of `crypto.seal`.
        DeniedError: `principal-unknown`: the room does not know this user.
        TamperedError: a row is not what this room wrote.
    """
    folder = find_folder(config, given)
    db = sqlite.connect(folder / DATABASE)
    try:
        room_id, instance_id = _identity(db)
        slots = _slots(db)
        keys = _open_all(slots, room_id, instance_id, _read_keyfile(config, environ, room_id))
        user = os_user.user(os.getuid())
        row = principal_named(db, user.name)
    finally:
        db.close()
    if row is None:
        raise DeniedError(
            "principal-unknown",
            f"the room knows no principal called {user.name}",
            fix=f"somebody who administers it adds you: strongroom access add {user.name}",
        )
    with _gate(folder, keys, instance_id, reserve_bytes) as (gate, standings):
        status = gate.status()
        if status.trouble is not None:
            raise status.trouble
        yield Local(
            gate=gate,
            keys=keys.room,
            instance_id=instance_id,
            log_public=keys.log_key.public if keys.log_key else None,
            policy=standings.policy(),
            caller=Caller(row.id, agent="strongroom/cli"),
            user=user.name,
            folder=folder,
            now_us=sqlite.wall_us,
        )
        gate.sequence()


def recover(
    config: Config, environ: Mapping[str, str], given: Path | None, code: RecoveryCode
) -> Path:
    """Open every key with the recovery code and make a new key file; where it stands.

    Raises:
        SealedError: the code does not open this room.
        ConflictError: `keyfile-exists`.
    """
    folder = find_folder(config, given)
    db = sqlite.connect(folder / DATABASE)
    try:
        room_id, instance_id = _identity(db)
        slots = _slots(db)
        keys = _open_all(slots, room_id, instance_id, code)
        row = principal_named(db, os_user.user(os.getuid()).name)
    finally:
        db.close()
    if row is None:
        raise DeniedError("principal-unknown", "the room does not know who you are")
    keyfile, path = KeyFile.new(room_id), keyfile_path(config, environ, room_id)
    _write_private(path, keyfile.encode())
    try:
        with _gate(folder, keys, instance_id) as (gate, _):
            caller = Caller(row.id, agent="strongroom/cli")
            for old in slots:
                if old.kind == slot.Kind.RECOVERY:
                    secret = seal.open(old, room_id, code)
                    new = seal.create(room_id, old.key_name, secret, keyfile)
                    done(gate.change(caller, _slot_change(new), "recovered"))
            gate.sequence()
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def keyfile_path(config: Config, environ: Mapping[str, str], room_id: bytes) -> Path:
    """Where the key file of a room is looked for and made."""
    if environ.get("STRONGROOM_KEYFILE"):
        return config.cwd / environ["STRONGROOM_KEYFILE"]
    credentials = environ.get("CREDENTIALS_DIRECTORY")
    if credentials and (Path(credentials) / CREDENTIAL).is_file():
        return Path(credentials) / CREDENTIAL
    return config.file.parent / "keys" / f"{room_id.hex()}.key"


def standing(policy: Policy) -> Standing:
    """What a compiled policy allows: its matrix by environment id, and the security team's verbs."""
    ids = {e.name: e.id for e in policy.environments}
    matrix = {
        role: {ids[name]: allowed for name, allowed in row.items() if name in ids}
        for role, row in policy.access.matrix.items()
    }
    security = {r: SECURITY_VERBS for r in policy.access.roles if " security" in fold(r)}
    return Standing(matrix, security)


class _Standings:
    """Reads compiled policies for the gate, and keeps the one in force."""

    def __init__(self) -> None:
        self._data = b""
        self._policy: Policy | None = None

    def read(self, compiled: bytes) -> Standing:
        """What the gate asks for; `compiled` stood in a row that it has checked."""
        if self._data != compiled or self._policy is None:
            self._data, self._policy = compiled, stored.decode(compiled)
        return standing(self._policy)

    def policy(self) -> Policy:
        """The policy that was read last."""
        if self._policy is None:
            raise TamperedError("policy-missing", "the room has no policy in force")
        return self._policy


@dataclass(frozen=True, slots=True)
class _Opened:
    room: RoomKeys
    keks: Mapping[bytes, Kek]
    log_key: LogKey | None


@contextmanager
def _gate(
    folder: Path, keys: _Opened, instance_id: bytes, reserve_bytes: int = RESERVE_BYTES
) -> Iterator[tuple[Gate, _Standings]]:
    standings = _Standings()
    gate = Gate(
        Room(
            connect=partial(sqlite.connect, folder / DATABASE),
            keys=keys.room,
            keks=keys.keks,
            instance_id=instance_id,
            log_key=keys.log_key,
            standing=standings.read,
            clocks=CLOCKS,
            reserve=Reserve(folder / RESERVE, size_bytes=reserve_bytes),
        )
    )
    try:
        yield gate, standings
    finally:
        gate.close()


def _founder(roles: Iterable[str]) -> tuple[bytes, Change, Change]:
    principal = Principal(
        keyring.new_id(), Kind.PERSON, os_user.user(os.getuid()).name, frozenset(roles)
    )
    everything = Grant(
        keyring.new_id(), Effect.ALLOW, frozenset(Verb), ANYWHERE, ANYWHERE, principal=principal.id
    )
    return principal.id, AddPrincipal(principal), AddGrant(everything, "founder of the room")


def _slot_change(made: Slot) -> SetSlot:
    kind = slot.Kind(made.kind).name.lower()
    return SetSlot(made.id, kind, made.key_name, slot.encode(made))


def _identity(db: Db) -> tuple[bytes, bytes]:
    """Room and instance, as the rows say; the gate checks the rows once the keys are open."""
    rows = {row.key: row.value for row in META.where(db)}
    room_id, instance_id = rows.get(Meta.ROOM), rows.get(Meta.INSTANCE)
    if not isinstance(room_id, bytes) or not isinstance(instance_id, bytes):
        raise NotFoundError(
            "room-not-founded",
            "the room's folder holds a database and no room: `strongroom init` did not end",
            fix="remove the folder and run `strongroom init` again",
        )
    return room_id, instance_id


def _slots(db: Db) -> list[Slot]:
    return [slot.decode(row.slot) for row in SEAL.where(db) if row.state == "active"]


def _open_all(
    slots: list[Slot], room_id: bytes, instance_id: bytes, credential: seal.Credential
) -> _Opened:
    """Every key that `credential` opens; the room key must be among them."""
    mine = [s for s in slots if s.kind == credential.kind and s.params == credential.params()]
    if not any(KeyName.parse(s.key_name).use is Use.ROOM for s in mine):
        mine = [s for s in slots if s.kind == credential.kind]  # for an error that names it
    room: RoomKeys | None = None
    keks: dict[bytes, Kek] = {}
    log_key: LogKey | None = None
    for one in mine:
        name, secret = KeyName.parse(one.key_name), seal.open(one, room_id, credential)
        if name.use is Use.ROOM:
            room = RoomKeys(secret, room_id)
        elif name.use is Use.KEK:
            keks[name.id] = Kek(name.id, secret, name.environment)
        elif name.id == instance_id:
            log_key = LogKey(instance_id, secret)
    if room is None:
        raise SealedError("slot-missing", "no slot of the room takes this credential")
    return _Opened(room, keks, log_key)


def _read_keyfile(config: Config, environ: Mapping[str, str], room_id: bytes) -> KeyFile:
    path = keyfile_path(config, environ, room_id)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY | os.O_NONBLOCK)
    except FileNotFoundError:
        raise SealedError(
            "keyfile-missing",
            f"the room is sealed: there is no key file {path}",
            fix="put it back from its backup, set STRONGROOM_KEYFILE, or run `strongroom recover`",
        ) from None
    except OSError as error:
        raise SealedError("keyfile-unreadable", f"{path}: {error.strerror}") from None
    with _regular(descriptor, path) as stream:
        found = os.fstat(stream.fileno())
        if stat.S_IMODE(found.st_mode) & 0o077 or found.st_uid not in {os.getuid(), 0}:
            raise SealedError(
                "keyfile-exposed",
                f"others can read or replace the key file {path}",
                fix=f"chmod 600 {path}, and ask who could have read it",
            )
        return KeyFile.decode(stream.read(FILE_BYTES_MAX + 1))


def _regular(descriptor: int, path: Path) -> BinaryIO:
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise SealedError("keyfile-unreadable", f"{path} is not a regular file")
    return os.fdopen(descriptor, "rb")


def _remove_room(folder: Path) -> None:
    """Take away what a founding that failed had made; the folder only when that empties it."""
    with suppress(OSError):
        for name in (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", RESERVE):
            (folder / name).unlink(missing_ok=True)
        folder.rmdir()


def _write_private(path: Path, data: bytes) -> None:
    """Make a new file for its owner alone, on the disk before this returns."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError:
        raise ConflictError("keyfile-exists", f"there is a key file {path} already") from None
    except OSError as error:
        raise MachineError("keyfile-unwritable", f"{path}: {error.strerror}") from None
