"""Vectors of the backup file (docs/spec/backup.md)."""

import hashlib
import io
from typing import Any, Final

from msgspec.structs import replace

from strongroom.crypto.keyring import RoomKeys
from strongroom.errors import StrongroomError
from strongroom.secret.backup import body, manifest
from strongroom.secret.backup.manifest import Manifest

OWN: Final = "written for docs/spec/backup.md"
ROOM_KEY: Final = bytes(range(32))
ROOM_ID: Final = bytes(range(0xA0, 0xB0))
DATABASE: Final = b"not really a database, and short"
ABOUT: Final = Manifest(
    backup_id=bytes(range(0xB0, 0xC0)),
    room_id=ROOM_ID,
    instance_id=bytes(range(0xC0, 0xD0)),
    schema=8,
    change_seq=29,
    log_size=3,
    checkpoint=None,
    created_us=1_790_000_000_000_000,
    created_by=bytes(range(0xD0, 0xE0)),
    database_bytes=len(DATABASE),
    slots=(b"a slot, as it is stored",),
)


def build() -> dict[str, list[dict[str, Any]]]:
    """The vectors by file."""
    return {"backup": [_whole(), *_refused()]}


def perform(data: bytes) -> dict[str, str]:
    """What a reader makes of a file: the database, or the code of an error."""
    keys, source = RoomKeys(ROOM_KEY, ROOM_ID), io.BytesIO(data)
    try:
        head = manifest.read(source, len(data))
        mac_key, body_key = keys.backup(head.manifest.backup_id)
        about = head.check(mac_key)
        return {"database": b"".join(body.opened(source, about, body_key)).hex()}
    except StrongroomError as error:
        return {"error": error.code}


def whole() -> bytes:
    """The good file."""
    mac_key, body_key = RoomKeys(ROOM_KEY, ROOM_ID).backup(ABOUT.backup_id)
    out = io.BytesIO()
    sha256 = body.seal(io.BytesIO(DATABASE), out, ABOUT, body_key)
    return manifest.encode(replace(ABOUT, body_sha256=sha256), mac_key) + out.getvalue()


def _vector(comment: str, data: bytes) -> dict[str, Any]:
    given = {"room_key": ROOM_KEY.hex(), "room_id": ROOM_ID.hex(), "file": data.hex()}
    return {"source": OWN, "comment": comment, "input": given, "expect": perform(data)}


def _whole() -> dict[str, Any]:
    made = _vector("a whole file of one chunk", whole())
    if made["expect"] != {"database": DATABASE.hex()}:
        raise SystemExit("the good backup does not open")
    return made


def _refused() -> list[dict[str, Any]]:
    good = whole()
    length = int.from_bytes(good[19:23], "big")
    changed = good.replace(b'"log_size":3', b'"log_size":2')
    signed = changed[: 23 + length]
    forged = signed + hashlib.sha256(signed).digest() + changed[55 + length :]
    cases = {
        "another file": ("backup-unknown", b"SQLite format 3\x00" + good),
        "format 2": ("backup-newer", good[:18] + b"\x02" + good[19:]),
        "the last byte is missing": ("backup-cut-short", good[:-1]),
        "a byte too many": ("backup-size-wrong", good + b"\x00"),
        "a number in the manifest is changed": ("backup-manifest-damaged", changed),
        "and the digest is made to fit": ("backup-manifest-forged", forged),
        "a bit of the body is changed": (
            "backup-body-changed",
            good[:-1] + bytes((good[-1] ^ 1,)),
        ),
    }
    found = []
    for comment, (code, data) in cases.items():
        made = _vector(comment, data)
        if made["expect"] != {"error": code}:
            raise SystemExit(f"{comment}: expected {code}, got {made['expect']}")
        found.append(made)
    return found
