"""Sealed segments as files: written whole, read a tile at a time. docs/spec/audit-segment.md."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, Final

import msgspec

from strongroom.audit.segment import damaged, decode_tile, encode_tile
from strongroom.audit.tree import TILE_LEAVES
from strongroom.audit.verifier import Row
from strongroom.crypto import segment as cipher
from strongroom.crypto.aead import TAG_BYTES
from strongroom.crypto.keyring import RoomKeys
from strongroom.db.tables.archive import SegmentRow
from strongroom.errors import NotFoundError

FORMAT: Final = 1
HEADER_BYTES_MAX: Final = 4096
TILE_BYTES_MAX: Final = TILE_LEAVES * (512 + 8 * 1024 + 64)
_LENGTH_BYTES: Final = 4
_BUFFER_BYTES: Final = 1 << 20


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The first line of the file, in the clear: what it is, and until when it must be kept."""

    strongroom_segment: int
    room: str
    instance: str
    first: int
    until: int
    root: str
    keep_until_us: int
    salt: str

    def __post_init__(self) -> None:
        """Refuse what cannot be a header.

        Raises:
            ValueError: a number or an id is out of its form.
        """
        tiles, rest = divmod(self.until - self.first, TILE_LEAVES)
        if self.strongroom_segment != FORMAT or tiles < 1 or rest or self.first < 0:
            raise ValueError("not a segment")
        if len(bytes.fromhex(self.salt)) != cipher.SALT_BYTES:
            raise ValueError("not a segment")

    @property
    def tiles(self) -> int:
        """How many tiles of 256 entries are in the file."""
        return (self.until - self.first) // TILE_LEAVES


def name_of(room_id: bytes, first: int, until: int) -> str:
    """The file's name: whose log, and which entries."""
    return f"log-{room_id.hex()[:8]}-{first:012}-{until:012}.segment"


def write(stream: BinaryIO, keys: RoomKeys, header: Header, tiles: Iterable[list[Row]]) -> bytes:
    """Seal `header.tiles` tiles into a new file; its SHA-256."""
    sha = hashlib.sha256()

    def put(data: bytes) -> None:
        sha.update(data)
        stream.write(data)

    line = msgspec.json.encode(header)
    put(line + b"\n")
    for number, rows in enumerate(tiles):
        last = number == header.tiles - 1
        sealed = cipher.seal(
            keys, line, bytes.fromhex(header.salt), number, encode_tile(rows), last=last
        )
        put(len(sealed).to_bytes(_LENGTH_BYTES, "big") + sealed)
    return sha.digest()


class SegmentFile:
    """One segment that the log names, in the folder where it was found."""

    def __init__(self, path: Path, keys: RoomKeys, row: SegmentRow) -> None:
        self._path = path
        self._keys = keys
        self._row = row

    def check_digest(self) -> None:
        """Read the whole file, and compare it with what the log says.

        Raises:
            NotFoundError: `segment-missing`; AuditBrokenError: `segment-damaged`.
        """
        sha = hashlib.sha256()
        with self._opened() as stream:
            while data := stream.read(_BUFFER_BYTES):
                sha.update(data)
        if sha.digest() != self._row.digest:
            raise damaged("its digest is not the one that the log names")

    def tile(self, number: int) -> list[Row]:
        """The entries of its tile `number`, from 0.

        Raises:
            NotFoundError: `segment-missing`; AuditBrokenError: `segment-damaged`.
        """
        with self._opened() as stream:
            stream.seek(self._index[number])
            return self._unseal(stream, number)

    def tiles(self) -> Iterator[list[Row]]:
        """All its tiles in order; the digest is compared first."""
        self.check_digest()
        with self._opened() as stream:
            stream.seek(self._index[0])
            for number in range(self._header.tiles):
                yield self._unseal(stream, number)

    @cached_property
    def _line(self) -> bytes:
        with self._opened() as stream:
            line = stream.readline(HEADER_BYTES_MAX)
        return line.removesuffix(b"\n")

    @cached_property
    def _header(self) -> Header:
        try:
            found = msgspec.json.decode(self._line, type=Header)
        except (msgspec.MsgspecError, ValueError):
            raise damaged("it has no header") from None
        row = self._row
        if (found.first, found.until, found.root) != (row.first, row.until, row.root.hex()):
            raise damaged("it holds other entries")
        return found

    @cached_property
    def _index(self) -> list[int]:
        """Where each tile begins."""
        starts = [len(self._line) + 1]
        with self._opened() as stream:
            for _ in range(self._header.tiles - 1):
                stream.seek(starts[-1])
                starts.append(starts[-1] + _LENGTH_BYTES + _length(stream))
        return starts

    def _unseal(self, stream: BinaryIO, number: int) -> list[Row]:
        header = self._header
        sealed = stream.read(_length(stream))
        part = cipher.unseal(
            self._keys, self._line, bytes.fromhex(header.salt), number, sealed,
            last=number == header.tiles - 1,
        )  # fmt: skip
        if part is None:
            raise damaged(f"part {number} was changed, or is of another room")
        return decode_tile(part)

    @contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except (OSError, ValueError):
            raise NotFoundError(
                "segment-missing",
                f"there is no file {self._path.name} where the log says that it was moved to",
                fix="say where it is now with --segments DIR",
            ) from None
        with os.fdopen(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise damaged("it is not a regular file")
            yield stream


def header_of(path: Path) -> Header | None:
    """What a file says that it is; None where that cannot be read. Nothing is verified."""
    if not path.is_file():  # a pipe would be waited for
        return None
    try:
        with path.open("rb") as stream:
            return msgspec.json.decode(stream.readline(HEADER_BYTES_MAX), type=Header)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None


def _length(stream: BinaryIO) -> int:
    length = int.from_bytes(stream.read(_LENGTH_BYTES), "big")
    if not TAG_BYTES <= length <= TILE_BYTES_MAX:
        raise damaged("the length of a part is out of its range")
    return length
