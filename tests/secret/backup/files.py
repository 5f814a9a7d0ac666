"""A small backup as bytes, made of fixed parts, with its keys."""

import io

from strongroom.crypto.keyring import RoomKeys
from strongroom.secret.backup import body, manifest
from strongroom.secret.backup.manifest import CHUNK_BYTES, Manifest

KEYS = RoomKeys(bytes(range(32)), b"room" * 4)
ABOUT = Manifest(
    backup_id=b"back" * 4,
    room_id=b"room" * 4,
    instance_id=b"inst" * 4,
    schema=8,
    change_seq=3,
    log_size=2,
    checkpoint=None,
    created_us=1_790_000_000_000_000,
    created_by=b"anna" * 4,
    database_bytes=1,
)


def whole(database: bytes, about: Manifest = ABOUT) -> bytes:
    """A backup of `database`."""
    from msgspec.structs import replace

    mac_key, body_key = KEYS.backup(about.backup_id)
    about, out = replace(about, database_bytes=len(database)), io.BytesIO()
    about = replace(about, body_sha256=body.seal(io.BytesIO(database), out, about, body_key))
    return manifest.encode(about, mac_key) + out.getvalue()


def opened(data: bytes) -> bytes:
    """The database in a backup, everything about it checked."""
    source = io.BytesIO(data)
    about = manifest.read(source, len(data)).check(KEYS.backup(ABOUT.backup_id)[0])
    return b"".join(body.opened(source, about, KEYS.backup(about.backup_id)[1]))


LARGE = CHUNK_BYTES + 17  # two chunks
