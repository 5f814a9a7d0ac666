"""A seal slot as a value: one way to open one named key. As in LUKS, a key has several.

Byte format: docs/spec/seal-slots.md, section 4. Slots of a kind that this release does not
know are read and kept, so that a newer one can still open them; opening them is refused.
"""

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final, Self

from strongroom.crypto.envelope import ID_BYTES
from strongroom.errors import TamperedError

SLOT_FORMAT: Final = 0x61
KEY_NAME_CHARS_MAX: Final = 4 + 128 + 1 + 32
PARAMS_BYTES_MAX: Final = 1024
BLOB_BYTES_MAX: Final = 4096
_FIXED_BYTES: Final = 1 + 1 + ID_BYTES
_ENVIRONMENT: Final = "[A-Za-z0-9._-]{1,128}"
_KEY_NAME: Final = re.compile(
    f"(room)|kek:({_ENVIRONMENT}):([0-9a-f]{{32}})|(log|holder):([0-9a-f]{{32}})"
    f"|anchor:(room|log|kek:{_ENVIRONMENT})"
)


class Kind(IntEnum):
    """How a slot is opened. Numbers are for ever; those not built yet are reserved."""

    KEYFILE = 1
    PASSPHRASE = 2
    SHAMIR = 3
    RECOVERY = 4
    VAULT_TRANSIT = 5  # reserved
    AWS_KMS = 6  # reserved
    HOLDER = 7  # to a holder's public half, by anybody who has the key
    OWN = 8  # with a holder's private half, by whoever has the credential


class Use(StrEnum):
    """What a named key is for."""

    ROOM = "room"
    KEK = "kek"
    LOG = "log"
    HOLDER = "holder"  # the private half of a credential's key pair
    ANCHOR = "anchor"  # what shows that a key was handed on by somebody entitled to it


@dataclass(frozen=True, slots=True)
class KeyName:
    """`room`, `kek:<environment>:<id>`, `log:<instance>`, `holder:<id>` or `anchor:<of>`.

    Ids are 16 bytes, 32 digits of lower-case hex in the text. `of` is `room`, `log` or
    `kek:<environment>`: what an anchor is for.
    """

    use: Use
    environment: str = ""
    id: bytes = b""
    of: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the name of a key.

        Raises:
            ValueError: it is none of the five forms.
        """
        found = _KEY_NAME.fullmatch(text)
        if found is None:
            raise ValueError(
                "a key is named room, kek:<environment>:<id>, log:<instance>, holder:<id>"
                " or anchor:<of>"
            )
        room, environment, kek_id, use, id_, of = found.groups()
        if room:
            return cls(Use.ROOM)
        if of:
            return cls(Use.ANCHOR, of=of)
        if use:
            return cls(Use(use), "", bytes.fromhex(id_))
        return cls(Use.KEK, environment, bytes.fromhex(kek_id))

    @property
    def anchor(self) -> str:
        """The name of the anchor of this key: that of all KEKs of its environment is one.

        Raises:
            ValueError: holders and anchors have none.
        """
        match self.use:
            case Use.ROOM | Use.LOG:
                return f"anchor:{self.use}"
            case Use.KEK:
                return f"anchor:kek:{self.environment}"
        raise ValueError("holders and anchors have no anchor")

    def __str__(self) -> str:
        match self.use:
            case Use.ROOM:
                return "room"
            case Use.KEK:
                return f"kek:{self.environment}:{self.id.hex()}"
            case Use.ANCHOR:
                return f"anchor:{self.of}"
        return f"{self.use}:{self.id.hex()}"


@dataclass(frozen=True, slots=True)
class Slot:
    """What is stored for one way to one key. Nothing in it is secret.

    `id` is 16 random bytes; `kind` is a `Kind` or a number of a newer release; `params` is
    what the kind needs beside its credential; `blob` is the sealed key.
    """

    id: bytes
    kind: int
    key_name: str
    params: bytes
    blob: bytes


def encode(slot: Slot) -> bytes:
    """The stored bytes of a slot.

    Raises:
        ValueError: a size or the key's name is wrong.
        OverflowError: `kind` is not 0 to 255.
    """
    name = str(KeyName.parse(slot.key_name)).encode()
    if len(slot.id) != ID_BYTES:
        raise ValueError(f"a slot id is {ID_BYTES} bytes")
    if len(slot.params) > PARAMS_BYTES_MAX or len(slot.blob) > BLOB_BYTES_MAX:
        raise ValueError(f"params and blob are at most {PARAMS_BYTES_MAX}, {BLOB_BYTES_MAX} bytes")
    start = bytes((SLOT_FORMAT,)) + slot.kind.to_bytes(1, "big") + slot.id
    return start + b"".join(_u16(part) + part for part in (name, slot.params, slot.blob))


def decode(data: bytes) -> Slot:
    """Read a slot, of any kind.

    Raises:
        TamperedError: `slot-format-unknown`, its first byte is not of a slot known here;
            `slot-malformed`, a length, the key's name or the end is not as it must be.
    """
    if data[:1] != bytes((SLOT_FORMAT,)):
        raise TamperedError("slot-format-unknown", "a seal slot has a format not known here")
    parts, at = [], _FIXED_BYTES
    for size_max in (KEY_NAME_CHARS_MAX, PARAMS_BYTES_MAX, BLOB_BYTES_MAX):
        size = int.from_bytes(data[at : at + 2], "big")
        part = data[at + 2 : at + 2 + size]
        if size > size_max or len(part) != size:
            raise _malformed()
        parts.append(part)
        at += 2 + size
    name, params, blob = parts
    # latin-1 maps every byte to a character, and the grammar takes ASCII only.
    text = name.decode("latin-1")
    if at != len(data) or not _KEY_NAME.fullmatch(text):
        raise _malformed()
    return Slot(data[2:_FIXED_BYTES], data[1], text, params, blob)


def _u16(part: bytes) -> bytes:
    return len(part).to_bytes(2, "big")


def _malformed() -> TamperedError:
    return TamperedError("slot-malformed", "a seal slot is cut short or badly put together")
