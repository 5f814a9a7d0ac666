"""A value for one other person: a code that is told him, and what is sealed under it.

The key comes from the code and from the environment's key together: neither the database nor a
copy of it opens a share, nor does the code alone, nor a process without that key. Format:
docs/spec/share.md.
"""

import hmac
import secrets
from dataclasses import dataclass
from typing import Final, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from strongroom.crypto import aead, groups
from strongroom.crypto.encoding import frame, u64
from strongroom.crypto.envelope import ID_BYTES, Kek
from strongroom.crypto.keyring import RoomKeys
from strongroom.errors import InvalidError, TamperedError
from strongroom.model.plaintext import Hidden

GROUPS: Final = 4
CODE_BITS: Final = GROUPS * groups.DATA_CHARS * groups.BITS_A_CHAR  # 140
CODE_BYTES: Final = -(-CODE_BITS // 8)
FORMAT: Final = 0x71
LOOKUP_BYTES: Final = 32
NOBODY: Final = bytes(ID_BYTES)
_LABEL: Final = b"strongroom/handover/v1"
_BODY: Final = 1 + aead.GCM_NONCE_BYTES


class ShareCode(Hidden):
    """The 140 random bits of a code.

    Raises:
        ValueError: not of that size.
    """

    __slots__ = ("secret",)
    secret: bytes

    def __init__(self, secret: bytes) -> None:
        if len(secret) != CODE_BYTES or int.from_bytes(secret, "big") >> CODE_BITS:
            raise ValueError(f"a share's code is {CODE_BITS} bits")
        self._fix(secret=secret)

    @classmethod
    def new(cls) -> Self:
        """Draw a code."""
        return cls(secrets.randbits(CODE_BITS).to_bytes(CODE_BYTES, "big"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a code as a person types it: any case and spacing, O for 0, I or L for 1.

        Raises:
            InvalidError: `share-code-character`, `share-code-length`, `share-code-group`; each
                names the group where it can, none repeats what was typed.
        """
        try:
            number = groups.read(text, GROUPS)
        except groups.CharacterError as error:
            raise InvalidError("share-code-character", str(error)) from None
        except groups.LengthError as error:
            raise InvalidError("share-code-length", f"a share's code has {error}") from None
        except groups.GroupError as error:
            raise InvalidError("share-code-group", str(error)) from None
        return cls(number.to_bytes(CODE_BYTES, "big"))

    def reveal(self) -> str:
        """The code as it is told: four groups of eight with dashes, 35 characters."""
        return groups.write(int.from_bytes(self.secret, "big"), GROUPS)


@dataclass(frozen=True, slots=True)
class Place:
    """What a share is of, and for whom. Ids are 16 bytes; `recipient` is zero for anybody."""

    room_id: bytes
    instance_id: bytes
    share_id: bytes
    secret_id: bytes
    version: int
    field: str
    recipient: bytes = NOBODY

    def __post_init__(self) -> None:
        """Check the sizes."""
        ids = (self.room_id, self.instance_id, self.share_id, self.secret_id, self.recipient)
        if any(len(one) != ID_BYTES for one in ids):
            raise ValueError(f"ids are {ID_BYTES} bytes")


def lookup(keys: RoomKeys, instance_id: bytes, code: ShareCode) -> bytes:
    """The 32 bytes under which a code's share is found, in this instance of the room alone."""
    return hmac.digest(keys.share_lookup, frame(_LABEL, instance_id, code.secret), "sha256")


def seal(place: Place, code: ShareCode, kek: Kek, value: bytes) -> bytes:
    """Seal `value` for who has `code`."""
    return _seal_with(place, code, kek, value, nonce=secrets.token_bytes(aead.GCM_NONCE_BYTES))


def open(place: Place, code: ShareCode, kek: Kek, blob: bytes) -> bytes:  # noqa: A001 - read as share.open
    """Undo `seal`.

    Raises:
        TamperedError: `share-format-unknown`; `share-tampered`, anything else is not as sealed.
    """
    if not blob or blob[0] != FORMAT:
        raise TamperedError("share-format-unknown", "the share has a format that is not known here")
    nonce, body = blob[1:_BODY], blob[_BODY:]
    if len(nonce) != aead.GCM_NONCE_BYTES or len(body) < aead.TAG_BYTES:
        raise TamperedError("share-tampered", "the share is not the one that was sealed")
    try:
        return aead.gcm_decrypt(_key(place, code, kek), nonce, body, _aad(place, kek))
    except aead.InvalidTag:
        raise TamperedError("share-tampered", "the share is not the one that was sealed") from None


def _seal_with(place: Place, code: ShareCode, kek: Kek, value: bytes, *, nonce: bytes) -> bytes:
    """`seal` with its randomness as an argument: for test vectors, and for nothing else."""
    body = aead.gcm_encrypt(_key(place, code, kek), nonce, value, _aad(place, kek))
    return bytes((FORMAT,)) + nonce + body


def _key(place: Place, code: ShareCode, kek: Kek) -> bytes:
    info = frame(_LABEL, place.room_id, place.instance_id, place.share_id, kek.id)
    material = code.secret + kek.secret  # both of a fixed length
    return HKDF(algorithm=SHA256(), length=aead.KEY_BYTES, salt=None, info=info).derive(material)


def _aad(place: Place, kek: Kek) -> bytes:
    return frame(
        _LABEL, bytes((FORMAT,)), place.room_id, place.instance_id, place.share_id, kek.id,
        place.secret_id, u64(place.version), place.field.encode(), place.recipient,
    )  # fmt: skip
