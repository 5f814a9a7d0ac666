"""The keys of a room: what is derived from the room key, and what is drawn at random.

The room key and the key of each environment and of the log are random and are opened by
seal slots (`strongroom.crypto.seal`). Everything else is derived from the room key, with a
label of its own and the room's id, so that no two uses and no two rooms share a key.
Format: docs/spec/seal-slots.md, section 3.
"""

import re
import secrets
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from strongroom.crypto.encoding import frame
from strongroom.crypto.envelope import ID_BYTES, Kek
from strongroom.model.plaintext import Hidden

KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
_LABEL: Final = b"strongroom/room-key/v1"
_EXPORT_ID: Final = re.compile(r"[a-z0-9-]{1,64}")


class RoomKeys(Hidden):
    """The keys derived from a room's 32-byte key; each is 32 bytes.

    Raises:
        ValueError: the room key is not 32 bytes or the room id is not 16.
    """

    __slots__ = (
        "_room_key",
        "detail",
        "fingerprint_display",
        "fingerprint_match",
        "pseudonym",
        "room_id",
        "row_mac",
        "share_lookup",
        "token_lookup",
        "token_tag",
    )
    room_id: bytes
    row_mac: bytes
    share_lookup: bytes
    fingerprint_match: bytes
    fingerprint_display: bytes
    token_lookup: bytes
    token_tag: bytes
    detail: bytes
    pseudonym: bytes
    _room_key: bytes

    def __init__(self, room_key: bytes, room_id: bytes) -> None:
        if len(room_key) != KEY_BYTES or len(room_id) != ID_BYTES:
            raise ValueError(f"a room key is {KEY_BYTES} bytes, a room id {ID_BYTES}")
        self._fix(
            _room_key=room_key,
            room_id=room_id,
            row_mac=derive(room_key, room_id, "row-mac"),
            share_lookup=derive(room_key, room_id, "share/lookup"),
            fingerprint_match=derive(room_key, room_id, "fingerprint/match"),
            fingerprint_display=derive(room_key, room_id, "fingerprint/display"),
            token_lookup=derive(room_key, room_id, "token/lookup"),
            token_tag=derive(room_key, room_id, "token/tag"),
            detail=derive(room_key, room_id, "detail"),
            pseudonym=derive(room_key, room_id, "pseudonym"),
        )

    def fingerprint_export(self, export_id: str) -> bytes:
        """The key of one exported fingerprint set; whoever has the set has this key.

        Raises:
            ValueError: the id is not 1 to 64 of a-z, 0-9 and `-`.
        """
        if not _EXPORT_ID.fullmatch(export_id):
            raise ValueError("an export id is 1 to 64 of a-z0-9-")
        return derive(self._room_key, self.room_id, f"fingerprint/export/{export_id}")

    def backup(self, backup_id: bytes) -> tuple[bytes, bytes]:
        """The keys of one backup's manifest and of its body.

        Raises:
            ValueError: the id is not 16 bytes.
        """
        if len(backup_id) != ID_BYTES:
            raise ValueError(f"a backup id is {ID_BYTES} bytes")
        manifest, body = (
            derive(self._room_key, self.room_id, f"backup/{backup_id.hex()}/{part}")
            for part in ("manifest", "body")
        )
        return manifest, body

    def segment(self, salt: bytes) -> bytes:
        """The key of one sealed segment of the log, by the 16-byte salt in its header.

        Raises:
            ValueError: the salt is not 16 bytes.
        """
        if len(salt) != ID_BYTES:
            raise ValueError(f"a segment's salt is {ID_BYTES} bytes")
        return derive(self._room_key, self.room_id, f"segment/{salt.hex()}")

    def __repr__(self) -> str:
        return f"<RoomKeys of room {self.room_id.hex()}, keys hidden>"


class LogKey(Hidden):
    """The Ed25519 key that signs checkpoints of one instance's log: a 32-byte seed.

    Raises:
        ValueError: the instance id is not 16 bytes or the seed is not 32.
    """

    __slots__ = ("_private", "instance_id", "public", "seed")
    instance_id: bytes
    seed: bytes
    public: bytes
    _private: Ed25519PrivateKey

    def __init__(self, instance_id: bytes, seed: bytes) -> None:
        if len(instance_id) != ID_BYTES:
            raise ValueError(f"an instance id is {ID_BYTES} bytes")
        private = Ed25519PrivateKey.from_private_bytes(seed)
        public = private.public_key().public_bytes_raw()
        self._fix(instance_id=instance_id, seed=seed, public=public, _private=private)

    def sign(self, message: bytes) -> bytes:
        """A 64-byte signature (RFC 8032)."""
        return self._private.sign(message)

    def __repr__(self) -> str:
        return f"<LogKey of instance {self.instance_id.hex()}, seed hidden>"


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether `signature` over `message` is by the holder of `public` (32 bytes).

    Raises:
        ValueError: `public` is not 32 bytes.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def derive(room_key: bytes, room_id: bytes, purpose: str) -> bytes:
    """HKDF-SHA256 (RFC 5869) without salt; `info` frames the label, the room and the purpose."""
    info = frame(_LABEL, room_id, purpose.encode())
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(room_key)


def new_id() -> bytes:
    """16 random bytes: the id of a room, an instance, a secret, a key or a slot."""
    return secrets.token_bytes(ID_BYTES)


def new_key() -> bytes:
    """32 random bytes: a room key, or the seed of a log key."""
    return secrets.token_bytes(KEY_BYTES)


def new_kek(environment: str) -> Kek:
    """A new key for an environment, with an id of its own."""
    return Kek(new_id(), new_key(), environment)
