"""The head of a backup: what is in it, whose it is, and two digests over all of that.

The first digest needs no key and names accidents; the second is a MAC under a key derived
from the room key and names forgeries. Byte format: docs/spec/backup.md.
"""

import hashlib
import hmac
from contextlib import suppress
from typing import BinaryIO, Final

import msgspec

from strongroom.crypto import slot
from strongroom.crypto.encoding import u32
from strongroom.crypto.envelope import ID_BYTES
from strongroom.crypto.slot import Slot
from strongroom.errors import (
    ConfigError,
    IntegrityError,
    InvalidError,
    LimitError,
    TamperedError,
)

MAGIC: Final = b"strongroom-backup\n"
FORMAT: Final = 1
DIGEST_BYTES: Final = 32
CHUNK_BYTES: Final = 1 << 20
TAG_BYTES: Final = 16
MANIFEST_BYTES_MAX: Final = 4 << 20
SLOTS_MAX: Final = 8_192  # of about 400 bytes each
_FIXED_BYTES: Final = len(MAGIC) + 1 + 4
_NO_SHA256: Final = "0" * 64
_BYTES_MAX: Final = 1 << 50


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself. Ids are 16 bytes, times µs since 1970 UTC.

    `log_size` entries had a place in the log, `checkpoint` is the last signed note of it.
    `database_bytes` is what comes out, `body_sha256` is over what is stored.
    """

    backup_id: bytes
    room_id: bytes
    instance_id: bytes
    schema: int
    change_seq: int
    log_size: int
    checkpoint: str | None
    created_us: int
    created_by: bytes
    database_bytes: int
    body_sha256: str = _NO_SHA256
    chunk_bytes: int = CHUNK_BYTES
    slots: tuple[bytes, ...] = ()

    @property
    def chunks(self) -> int:
        """Into how many the body is cut."""
        return -(-self.database_bytes // self.chunk_bytes)

    @property
    def body_bytes(self) -> int:
        """The size of the body as it is stored."""
        return self.database_bytes + self.chunks * TAG_BYTES

    def seal_slots(self) -> list[Slot]:
        """The room's slots, by which a credential opens the backup.

        One that is malformed is nobody's way in, and stops nobody.
        """
        found: list[Slot] = []
        for data in self.slots:
            with suppress(TamperedError):
                found.append(slot.decode(data))
        return found


class Head(msgspec.Struct, frozen=True):
    """A manifest as it stands in a file: `signed` is what the MAC is over."""

    manifest: Manifest
    signed: bytes
    mac: bytes

    @property
    def size_bytes(self) -> int:
        """Where the body begins."""
        return len(self.signed) + DIGEST_BYTES

    @property
    def file_bytes(self) -> int:
        """The size of the whole file."""
        return self.size_bytes + self.manifest.body_bytes

    def check(self, key: bytes) -> Manifest:
        """The manifest, if whoever holds the room's key wrote it.

        Raises:
            TamperedError: `backup-manifest-forged`.
        """
        if not hmac.compare_digest(hmac.digest(key, self.signed, "sha256"), self.mac):
            raise TamperedError(
                "backup-manifest-forged",
                "the backup's manifest was not written by this room, or was changed since",
                fix="use another backup, and ask who could write to this one",
            )
        return self.manifest


def encode(manifest: Manifest, key: bytes) -> bytes:
    """The bytes before the body.

    Raises:
        LimitError: `backup-slots`, the room has more seal slots than a reader takes.
    """
    text = msgspec.json.encode(manifest, order="deterministic")
    if len(manifest.slots) > SLOTS_MAX or len(text) > MANIFEST_BYTES_MAX:
        raise LimitError(
            "backup-slots",
            f"a backup holds at most {SLOTS_MAX:,} seal slots, the room has"
            f" {len(manifest.slots):,}",
            fix="take away seals that nobody uses: strongroom seal list",
        )
    start = MAGIC + bytes((FORMAT,)) + u32(len(text)) + text
    signed = start + hashlib.sha256(start).digest()
    return signed + hmac.digest(key, signed, "sha256")


def read(source: BinaryIO, size_bytes: int) -> Head:
    """The head of a file of `size_bytes`, which no key was needed for so far.

    Raises:
        InvalidError: `backup-unknown`, not a backup at all.
        ConfigError: `backup-newer`, of a format not known here.
        IntegrityError: `backup-cut-short`, `backup-manifest-damaged`, `backup-size-wrong`.
    """
    start = source.read(_FIXED_BYTES)
    if not start.startswith(MAGIC) and not (start and MAGIC.startswith(start)):
        raise InvalidError("backup-unknown", "that is not a backup of a room")
    if len(start) < _FIXED_BYTES:
        raise _short(size_bytes)
    if start[len(MAGIC)] != FORMAT:
        raise ConfigError(
            "backup-newer",
            f"the backup has format {start[len(MAGIC)]}, this program knows format {FORMAT}",
            fix="use the version of strongroom that wrote it, or a later one",
        )
    length = int.from_bytes(start[-4:], "big")
    if length > MANIFEST_BYTES_MAX:
        raise _damaged()
    rest = source.read(length + 2 * DIGEST_BYTES)
    if len(rest) < length + 2 * DIGEST_BYTES:
        raise _short(size_bytes)
    text, digest, mac = rest[:length], rest[length:-DIGEST_BYTES], rest[-DIGEST_BYTES:]
    if hashlib.sha256(start + text).digest() != digest:
        raise _damaged()
    head = Head(_decode(text), start + text + digest, mac)
    if size_bytes < head.file_bytes:
        raise _short(size_bytes, head.file_bytes)
    if size_bytes > head.file_bytes:
        raise IntegrityError(
            "backup-size-wrong",
            f"the backup has {size_bytes:,} bytes, its manifest says {head.file_bytes:,}",
            fix="something was added at its end: use another copy of it",
        )
    return head


def _decode(text: bytes) -> Manifest:
    try:
        found = msgspec.json.decode(text, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # The cause quotes what it could not read, so it stops here.
        raise _damaged() from None
    ids = (found.backup_id, found.room_id, found.instance_id, found.created_by)
    sizes = (found.schema, found.change_seq, found.log_size, found.created_us)
    if (
        any(len(one) != ID_BYTES for one in ids)
        or any(one < 0 for one in sizes)
        or not 0 < found.database_bytes <= _BYTES_MAX
        or found.chunk_bytes != CHUNK_BYTES
        or len(found.slots) > SLOTS_MAX
    ):
        raise _damaged()
    return found


def _damaged() -> IntegrityError:
    return IntegrityError(
        "backup-manifest-damaged",
        "the backup's manifest is damaged",
        fix="use another copy of it, or an earlier backup",
    )


def _short(size_bytes: int, wanted: int | None = None) -> IntegrityError:
    whole = f" of {wanted:,}" if wanted else ""
    return IntegrityError(
        "backup-cut-short",
        f"the backup is cut short: {size_bytes:,} bytes{whole} are there",
        fix="copy it again, or use an earlier backup",
    )
