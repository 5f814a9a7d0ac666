"""Opening a room that is there, as the operating system's user, with a key file or the code."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, NamedTuple

from strongroom.config import Config
from strongroom.crypto import seal, slot
from strongroom.crypto.ring import open_ring
from strongroom.crypto.slot import Slot
from strongroom.db import sqlite
from strongroom.db.interface import Db
from strongroom.db.tables import house
from strongroom.db.tables.house import META, SEAL, SealRow
from strongroom.db.tables.people import principal_named
from strongroom.errors import (
    ConflictError,
    DeniedError,
    NotFoundError,
    StrongroomError,
    TamperedError,
)
from strongroom.gate.decision import Ask
from strongroom.gate.gate import Gate
from strongroom.gate.operation import Caller
from strongroom.gate.reserve import RESERVE_BYTES
from strongroom.gate.rows import Meta, Seal
from strongroom.identity import os_user
from strongroom.model.principal import Verb
from strongroom.ops.local import Local, done
from strongroom.wiring import place
from strongroom.wiring.credentials import AskPerson, nobody, obtain
from strongroom.wiring.process import DATABASE, STAGING, Keys, Standings, gate

ROOM_FOLDER: Final = ".strongroom"
AGENT: Final = "strongroom/cli"


class Closed(NamedTuple):
    """What the rows say before any of them can be checked; the gate checks them later."""

    room_id: bytes
    instance_id: bytes
    rows: list[SealRow]
    user: str
    principal: bytes | None
    place: bytes | None = None

    @property
    def slots(self) -> list[Slot]:
        """The slots in force. One that is malformed is nobody's way in, and stops nobody."""
        found: list[Slot] = []
        for row in self.rows:
            with suppress(TamperedError):
                found.append(slot.decode(row.slot))
        return found

    def open(self, credential: seal.Credential) -> Keys:
        """Every key that `credential` opens; the room key must be among them.

        Raises:
            SealedError, TamperedError: as `open_ring`; `row-tampered`, a slot in force is
                not one that the room wrote.
        """
        keys = Keys.of(open_ring(self.slots, self.room_id, credential), self.instance_id)
        check = Seal(keys.room.row_mac)
        for row in self.rows:
            check.check(SEAL, row)
        return keys


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
    ask: AskPerson = nobody,
    reserve_bytes: int = RESERVE_BYTES,
) -> Iterator[Local]:
    """Open the room as the operating system's user; close it, and sign the log, at the end.

    `ask` is for a credential that a person types, where one is configured.

    Raises:
        NotFoundError: `room-not-found`; DbMissingError: `db-missing`.
        ConfigError: `seal-kind-unknown`.
        SealedError: `keyfile-missing`, `keyfile-exposed`, and those of `crypto.seal`;
            `room-copied`: the database is a copy of the room's.
        DeniedError: `principal-unknown`: the room does not know this user.
        TamperedError: a row is not what this room wrote.
    """
    folder = find_folder(config, given)
    with closing(_connect(folder)) as db:
        seen = place.place_of(folder / DATABASE)
        found = _said(db)
        keys = found.open(obtain(config, environ, found.room_id, tuple(found.slots), ask))
        place.check(found.place, folder / DATABASE)
        principal = known(found)
        # A person may have been asked, and another file put there meanwhile.
        first = db if place.place_of(folder / DATABASE) == seen else None
        with gate(folder, keys, found.instance_id, reserve_bytes, first=first) as held:
            yield from _opened(folder, found, keys, principal, *held)


def _opened(
    folder: Path, found: Closed, keys: Keys, principal: bytes, opened: Gate, standings: Standings
) -> Iterator[Local]:
    status = opened.status()
    if status.trouble is not None:
        raise status.trouble
    if found.place is None:
        _mark(opened, Caller(principal, agent=AGENT), folder / DATABASE)
    local = Local(
        gate=opened,
        keys=keys.room,
        ring=keys.ring,
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


def _mark(opened: Gate, caller: Caller, database: Path) -> None:
    """Record the place of a room that was made before places were, as soon as somebody may."""
    ask = Ask(caller, Verb.ADMINISTER, None, None, reason=False)
    may = opened.consult(lambda desk: desk.decisions.judge(desk.db, ask, desk.db.clock_us()))
    if may.allowed and not may.grant:
        # Here, since it is done once in the life of a room.
        from strongroom.gate.changes.instance import MarkPlace  # noqa: PLC0415

        done(opened.change(caller, MarkPlace(place.place_of(database))))


def look(folder: Path) -> Closed:
    """What the room in `folder` says of itself, nothing of it checked.

    Raises:
        NotFoundError: `room-not-founded`; DbMissingError: `db-missing`.
        ConflictError: `restore-unfinished`.
    """
    with closing(_connect(folder)) as db:
        return _said(db)


def _connect(folder: Path) -> Db:
    if not os.path.lexists(folder / DATABASE) and os.path.lexists(folder / STAGING):
        raise ConflictError(
            "restore-unfinished",
            f"a restore into {folder} did not end, and there is no room in it yet",
            fix="run `strongroom restore FILE --to` with that folder again, or remove it",
        )
    return sqlite.connect(folder / DATABASE)


def _said(db: Db) -> Closed:
    room_id, instance_id, marked = _identity(db)
    rows = house.active_slots(db)
    user = os_user.user(os.getuid()).name
    row = principal_named(db, user)
    return Closed(room_id, instance_id, rows, user, row.id if row else None, marked)


def _identity(db: Db) -> tuple[bytes, bytes, bytes | None]:
    rows = {row.key: row.value for row in META.where(db)}
    room_id, instance_id = rows.get(Meta.ROOM), rows.get(Meta.INSTANCE)
    if not isinstance(room_id, bytes) or not isinstance(instance_id, bytes):
        raise NotFoundError(
            "room-not-founded",
            "the room's folder holds a database and no room: `strongroom init` did not end",
            fix="remove the folder and run `strongroom init` again",
        )
    return room_id, instance_id, rows.get(Meta.PLACE)


def known(found: Closed) -> bytes:
    """The id of the principal that this process acts as.

    Raises:
        DeniedError: `principal-unknown`.
    """
    if found.principal is None:
        raise DeniedError(
            "principal-unknown",
            f"the room knows no principal called {found.user}",
            fix=f"somebody who administers it adds you: strongroom access add {found.user}",
        )
    return found.principal
