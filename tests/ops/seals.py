"""Somebody who has the keys of one environment and can write the room's database."""

from contextlib import AbstractContextManager
from pathlib import Path

from tests.conftest import RESERVE_BYTES, Place

from strongroom import wiring
from strongroom.crypto.keyfile import KeyFile
from strongroom.ops import seal
from strongroom.ops.local import Local


def node_of(place: Place, local: Local, environment: str) -> Path:
    """A key file for one environment only."""
    keyfile = KeyFile.new(local.keys.room_id)
    path = place.folder.parent / f"{environment}.key"
    path.write_bytes(keyfile.encode())
    path.chmod(0o600)
    seal.add(local, keyfile, seal.Scope((environment,)))
    return path


def opened_by(place: Place, path: Path) -> AbstractContextManager[Local]:
    environ = {**place.environ, "STRONGROOM_KEYFILE": str(path)}
    return wiring.open_room(place.settings, environ, place.folder, reserve_bytes=RESERVE_BYTES)
