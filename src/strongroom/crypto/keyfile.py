"""A key file: 32 random bytes that open slots, in one line of text that names itself.

    strongroom-keyfile:1:<room id>:<file id>:<key>:<checksum>

All in lower-case hex, so that it survives a terminal, a Kubernetes secret and a systemd
credential. We get its bytes; whoever reads the file checks owner and mode. Format:
docs/spec/seal-slots.md, section 6.
"""

import hashlib
import re
import secrets
from typing import ClassVar, Final, Self

from strongroom.crypto.aead import KEY_BYTES
from strongroom.crypto.envelope import ID_BYTES
from strongroom.crypto.slot import Kind
from strongroom.errors import InvalidError, SealedError
from strongroom.model.plaintext import Hidden

FILE_ID_BYTES: Final = 8
CHECKSUM_BYTES: Final = 4
FILE_BYTES_MAX: Final = 512
_MAGIC: Final = b"strongroom-keyfile:"
_LINE: Final = re.compile(
    rb"(strongroom-keyfile:1:([0-9a-f]{32}):([0-9a-f]{16}):([0-9a-f]{64})):([0-9a-f]{8})\r?\n?"
)


class KeyFile(Hidden):
    """The content of a key file: whose it is (16 bytes), which (8), and the key (32)."""

    __slots__ = ("file_id", "room_id", "secret")
    kind: ClassVar[Kind] = Kind.KEYFILE
    room_id: bytes
    file_id: bytes
    secret: bytes

    def __init__(self, room_id: bytes, file_id: bytes, secret: bytes) -> None:
        sizes = (len(room_id), len(file_id), len(secret))
        if sizes != (ID_BYTES, FILE_ID_BYTES, KEY_BYTES):
            raise ValueError(f"a key file holds {ID_BYTES}, {FILE_ID_BYTES} and {KEY_BYTES} bytes")
        self._fix(room_id=room_id, file_id=file_id, secret=secret)

    @classmethod
    def new(cls, room_id: bytes) -> Self:
        """Draw a key file for a room."""
        return cls(room_id, secrets.token_bytes(FILE_ID_BYTES), secrets.token_bytes(KEY_BYTES))

    @classmethod
    def decode(cls, data: bytes) -> Self:
        """Read the bytes of a file.

        Raises:
            InvalidError: `keyfile-unknown`, not a key file at all; `keyfile-version-unknown`,
                one of a newer release; `keyfile-damaged`, a character is wrong or missing.
        """
        if len(data) > FILE_BYTES_MAX or not data.startswith(_MAGIC):
            raise InvalidError("keyfile-unknown", "that is not a key file of a room")
        if not data.startswith(_MAGIC + b"1:"):
            raise InvalidError("keyfile-version-unknown", "that key file is of a newer release")
        found = _LINE.fullmatch(data)
        if found is None or _checksum(found[1]) != found[5]:
            raise InvalidError(
                "keyfile-damaged",
                "that key file is damaged: a character of it is wrong or missing",
                fix="copy it again from its backup",
            )
        return cls(*(bytes.fromhex(found[group].decode()) for group in (2, 3, 4)))

    def encode(self) -> bytes:
        """The bytes of the file, one line. Write them 0600, outside of the room's folder."""
        parts = (self.room_id, self.file_id, self.secret)
        line = _MAGIC + b"1:" + b":".join(part.hex().encode() for part in parts)
        return line + b":" + _checksum(line) + b"\n"

    def params(self) -> bytes:
        """What a slot for this file carries: its id, so that a wrong one is named."""
        return self.file_id

    def root(self, room_id: bytes, params: bytes) -> bytes:
        """The 32 bytes that a slot's keys come from.

        Raises:
            SealedError: `keyfile-other-room` or `keyfile-other`, it is not the file wanted.
        """
        if self.room_id != room_id:
            raise SealedError(
                "keyfile-other-room",
                f"that key file is of room {self.room_id.hex()}, this is {room_id.hex()}",
            )
        if self.file_id != params:
            raise SealedError(
                "keyfile-other",
                f"that is key file {self.file_id.hex()}, the slot takes {params[:16].hex()}",
            )
        return self.secret

    def __repr__(self) -> str:
        return f"<KeyFile {self.file_id.hex()} of room {self.room_id.hex()}, key hidden>"


def _checksum(line: bytes) -> bytes:
    return hashlib.sha256(line).digest()[:CHECKSUM_BYTES].hex().encode()
