"""Opening a room that is there, as the operating system's user, with a key file or the code."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from strongroom.config import Config
from strongroom.crypto import seal, slot
from strongroom.crypto.envelope import Kek
from strongroom.crypto.keyfile import KeyFile
from strongroom.crypto.keyring import LogKey, RoomKeys
from strongroom.crypto.recovery import RecoveryCode
from strongroom.crypto.slot import KeyName, Kind, Slot, Use
from strongroom.db import sqlite
from strongroom.db.interface import Db
from strongroom.db.tables.house import META, SEAL
from strongroom.db.tables.people import principal_named
from strongroom.errors import DeniedError, NotFoundError, SealedError, StrongroomError
from strongroom.gate.operation import Caller
from strongroom.gate.reserve import RESERVE_BYTES
from strongroom.gate.rows import Meta
from strongroom.identity import os_user
from strongroom.ops.local import Local, done
from strongroom.wiring import keyfiles
from strongroom.wiring.founding import slot_change
from strongroom.wiring.process import DATABASE, Keys, gate

ROOM_FOLDER: Final = ".strongroom"
AGENT: Final = "strongroom/cli"


class _Closed(NamedTuple):
    """What the rows say before any of them can be checked; the gate checks them later."""

    room_id: bytes
    instance_id: bytes
    slots: list[Slot]
    user: str
    principal: bytes | None


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
        if os.path.isfile(folder / ROOM_FOLDER / DATABASE):  # noqa: PTH113 - never raises
            return folder / ROOM_FOLDER
    raise NotFoundError(
        "room-not-found",
        f"no room: looked for {ROOM_FOLDER}/{DATABASE} here and in each folder above",
        fix="make one with `strongroom init --policy DOC.md`, or name one with --room DIR",
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
    found = _look(folder)
    path = keyfiles.path_of(config, environ, found.room_id)
    keys = _open_all(found, keyfiles.read(path, found.room_id))
    principal = _known(found)
    with gate(folder, keys, found.instance_id, reserve_bytes) as (opened, standings):
        status = opened.status()
        if status.trouble is not None:
            raise status.trouble
        local = Local(
            gate=opened,
            keys=keys.room,
            instance_id=found.instance_id,
            log_public=keys.log.public if keys.log else None,
            policy=standings.policy(),
            caller=Caller(principal, agent=AGENT),
            user=found.user,
            folder=folder,
            now_us=sqlite.wall_us,
        )
        try:
            yield local
        except BaseException:
            # What was refused or failed is signed too, if that is still possible.
            with suppress(StrongroomError):
                opened.sequence()
            raise
        opened.sequence()


def recover(
    config: Config,
    environ: Mapping[str, str],
    given: Path | None,
    code: RecoveryCode,
    *,
    reserve_bytes: int = RESERVE_BYTES,
) -> Path:
    """Open every key with the recovery code and make a new key file; where it stands.

    Slots of earlier key files stay: whoever finds a lost one can still use it.

    Raises:
        SealedError: the code does not open this room.
        DeniedError: the room does not know this user, or he may not administer it.
        ConflictError: `keyfile-exists`.
    """
    folder = find_folder(config, given)
    found = _look(folder)
    keys = _open_all(found, code)
    caller = Caller(_known(found), agent=AGENT)
    keyfile = KeyFile.new(found.room_id)
    path = keyfiles.path_of(config, environ, found.room_id)
    keyfiles.make(path, keyfile)
    try:
        with gate(folder, keys, found.instance_id, reserve_bytes) as (opened, _):
            for old in found.slots:
                if old.kind == Kind.RECOVERY:
                    secret = seal.open(old, found.room_id, code)
                    new = seal.create(found.room_id, old.key_name, secret, keyfile)
                    done(opened.change(caller, slot_change(new), "recovered"))
            opened.sequence()
    except BaseException:
        keyfiles.remove(path)
        raise
    return path


def _look(folder: Path) -> _Closed:
    with closing(sqlite.connect(folder / DATABASE)) as db:
        room_id, instance_id = _identity(db)
        slots = [slot.decode(row.slot) for row in SEAL.where(db) if row.state == "active"]
        user = os_user.user(os.getuid()).name
        row = principal_named(db, user)
    return _Closed(room_id, instance_id, slots, user, row.id if row else None)


def _identity(db: Db) -> tuple[bytes, bytes]:
    rows = {row.key: row.value for row in META.where(db)}
    room_id, instance_id = rows.get(Meta.ROOM), rows.get(Meta.INSTANCE)
    if not isinstance(room_id, bytes) or not isinstance(instance_id, bytes):
        raise NotFoundError(
            "room-not-founded",
            "the room's folder holds a database and no room: `strongroom init` did not end",
            fix="remove the folder and run `strongroom init` again",
        )
    return room_id, instance_id


def _known(found: _Closed) -> bytes:
    if found.principal is None:
        raise DeniedError(
            "principal-unknown",
            f"the room knows no principal called {found.user}",
            fix=f"somebody who administers it adds you: strongroom access add {found.user}",
        )
    return found.principal


def _open_all(found: _Closed, credential: seal.Credential) -> Keys:
    """Every key that `credential` opens; the room key must be among them."""
    of_kind = [s for s in found.slots if s.kind == credential.kind]
    mine = [s for s in of_kind if s.params == credential.params()]
    if not any(KeyName.parse(s.key_name).use is Use.ROOM for s in mine):
        mine = of_kind  # for an error that names it
    room: RoomKeys | None = None
    keks: dict[bytes, Kek] = {}
    log: LogKey | None = None
    for one in mine:
        name, secret = KeyName.parse(one.key_name), seal.open(one, found.room_id, credential)
        if name.use is Use.ROOM:
            room = RoomKeys(secret, found.room_id)
        elif name.use is Use.KEK:
            keks[name.id] = Kek(name.id, secret, name.environment)
        elif name.id == found.instance_id:
            log = LogKey(found.instance_id, secret)
    if room is None:
        raise SealedError(
            "slot-missing",
            "no slot of the room takes this credential",
            fix="use another key file of this room, or run `strongroom recover`",
        )
    return Keys(room, keks, log)
