"""Making a room: its folder, its keys and slots, its founder, all of it or nothing."""

import os
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.config import Config
from strongroom.crypto import keyring, ring
from strongroom.crypto.holder import Holder
from strongroom.crypto.keyfile import KeyFile
from strongroom.crypto.keyring import LogKey
from strongroom.crypto.recovery import RecoveryCode
from strongroom.crypto.ring import Ring
from strongroom.db import sqlite
from strongroom.db.interface import DbRefusedError
from strongroom.errors import ConflictError, MachineError
from strongroom.gate.changes.house import AddKek, AdoptPolicy, SetEnvironment, SetSlot
from strongroom.gate.changes.instance import MarkPlace
from strongroom.gate.changes.people import AddGrant, AddPrincipal
from strongroom.gate.reserve import RESERVE_BYTES
from strongroom.gate.writer import Change
from strongroom.identity import os_user
from strongroom.model.policy import Policy
from strongroom.model.principal import ANYWHERE, Effect, Grant, Kind, Principal, Verb
from strongroom.policy import stored
from strongroom.wiring import keyfiles
from strongroom.wiring.place import place_of
from strongroom.wiring.process import DATABASE, RESERVE, Keys, gate

FILES: Final = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", RESERVE)
# What may stand in the folder before: the policy may be kept beside the room that runs it.
WELCOME: Final = frozenset({"policy.md"})


@dataclass(frozen=True, slots=True)
class Founded:
    """A room that was just made. `recovery` is shown once, to be kept on paper."""

    folder: Path
    keyfile: Path
    recovery: RecoveryCode
    room_id: bytes
    instance_id: bytes
    log_public: bytes


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
        ConflictError: `room-exists`, `folder-in-use`, `keyfile-exists`; nothing is changed.
        InvalidError: `keyfile-inside`, a copy of the folder would open the room.
        MachineError: the machine refused; nothing is left behind.
    """
    folder = config.cwd / folder
    room_id, instance_id = keyring.new_id(), keyring.new_id()
    path = keyfiles.path_of(config, environ, room_id)
    check_folder(folder, path)
    room_key, log_key = keyring.new_key(), LogKey(instance_id, keyring.new_key())
    keks = [keyring.new_kek(e.id) for e in policy.environments]
    keyfile, recovery = KeyFile.new(room_id), RecoveryCode.new()
    named = {"room": room_key, f"log:{instance_id.hex()}": log_key.seed}
    named |= {f"kek:{k.environment}:{k.id.hex()}": k.secret for k in keks}
    named = ring.with_anchors(named)
    founder = _founder(roles)
    first: list[Change] = [
        AdoptPolicy(document, stored.encode(policy)),
        *(SetEnvironment(e.id, e.name, e.tier.value) for e in policy.environments),
        *(AddKek(k.id, k.environment) for k in keks),
        *(
            SetSlot.of(made)
            for credential in (keyfile, recovery)
            for made in ring.enrol(room_id, named, credential, Holder.new())
        ),
        *founder[1:],
    ]
    with _all_or_nothing(folder, path):
        keyfiles.make(path, keyfile)
        sqlite.create(folder / DATABASE).close()
        first.append(MarkPlace(place_of(folder / DATABASE)))
        keys = Keys.of(Ring(room_id, named), instance_id)
        with gate(folder, keys, instance_id, reserve_bytes) as (opened, _):
            opened.found(founder[0], first)
            opened.sequence()
    return Founded(folder, path, recovery, room_id, instance_id, log_key.public)


def check_folder(folder: Path, keyfile: Path, welcome: AbstractSet[str] = WELCOME) -> None:
    """Refuse a folder for a new room that is in use, or in which the key file would lie.

    Raises:
        ConflictError: `room-exists`, `folder-in-use`.
        InvalidError: `keyfile-inside`.
        MachineError: `folder-unusable`.
    """
    try:
        there = _names(folder)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise MachineError(
            "folder-unusable", f"{folder}: {reason or 'its name cannot be used'}"
        ) from None
    keyfiles.check_outside(keyfile, folder)
    if DATABASE in there:
        raise ConflictError(
            "room-exists", f"there is a room in {folder} already", fix="name another with --room"
        )
    if there - welcome:
        raise ConflictError(
            "folder-in-use",
            f"{folder} holds other files, and a room has a folder of its own",
            fix="name a new folder with --room",
        )


def _names(folder: Path) -> set[str]:
    try:
        return set(os.listdir(folder))  # noqa: PTH208 - names only
    except FileNotFoundError:
        return set()
    except NotADirectoryError:
        return {folder.name}


@contextmanager
def _all_or_nothing(folder: Path, keyfile: Path) -> Iterator[None]:
    """When the body fails, take away what it made, and folders that were not there before."""
    new = [
        path
        for start in (folder, keyfile.parent)
        for path in (start, *start.parents)
        if not os.path.exists(path)  # noqa: PTH110 - never raises
    ]
    try:
        yield
    except BaseException as error:
        if not _is(error, "keyfile-exists"):
            keyfiles.remove(keyfile)
        # A database that was there first is another founder's.
        if not _is(error, "db-exists"):
            for name in FILES:
                with suppress(OSError):
                    (folder / name).unlink()
        for made in new:
            with suppress(OSError):
                made.rmdir()
        raise


def _is(error: BaseException, code: str) -> bool:
    return isinstance(error, ConflictError | DbRefusedError) and error.code == code


def _founder(roles: Iterable[str]) -> tuple[bytes, Change, Change]:
    principal = Principal(
        keyring.new_id(), Kind.PERSON, os_user.user(os.getuid()).name, frozenset(roles)
    )
    everything = Grant(
        keyring.new_id(), Effect.ALLOW, frozenset(Verb), ANYWHERE, ANYWHERE, principal=principal.id
    )
    return principal.id, AddPrincipal(principal), AddGrant(everything, "founder of the room")
