"""Open a key of the room with what an operator holds, or make a slot for it.

A slot's keys come from the credential, the room, the slot, its kind and the key's name:

1. The credential gives a root of 32 bytes (a passphrase is stretched).
2. HKDF gives from the root a wrapping key and a commitment.
3. The stored commitment is compared. A wrong credential ends here, before any cipher: AES-GCM
   can be made to open under two keys, and whoever could plant such a blob would learn from
   which one fits something about a passphrase.
4. The blob is opened, with all of the slot as associated data.

Byte format: docs/spec/seal-slots.md, section 5.
"""

import hmac
import secrets
from typing import Final, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from strongroom.crypto import aead
from strongroom.crypto.encoding import frame
from strongroom.crypto.envelope import ID_BYTES
from strongroom.crypto.slot import KeyName, Kind, Slot
from strongroom.errors import SealedError, TamperedError

__all__ = ["Credential", "KeyName", "Kind", "Slot", "create", "open"]

BLOB_FORMAT: Final = 0x51  # XAES-256-GCM with a commitment
COMMITMENT_BYTES: Final = 32
HEADER_BYTES: Final = 1 + COMMITMENT_BYTES
BLOB_BYTES: Final = HEADER_BYTES + aead.XAES_NONCE_BYTES + aead.KEY_BYTES + aead.TAG_BYTES
_KEY_LABEL: Final = b"strongroom/slot-key/v1"
_AAD_LABEL: Final = b"strongroom/slot/v1"


class Credential(Protocol):
    """What an operator holds (`KeyFile`, `Passphrase`, `Shares`, `RecoveryCode`), or a `Holder`."""

    @property
    def kind(self) -> Kind:
        """The kind of slot that it opens."""

    def params(self) -> bytes:
        """What a new slot carries beside the blob."""

    def root(self, room_id: bytes, params: bytes) -> bytes:
        """32 bytes, or an error that says why this is not the credential of that slot."""


def create(room_id: bytes, key_name: str, secret: bytes, credential: Credential) -> Slot:
    """A slot by which `credential` opens the 32-byte `secret` called `key_name`.

    Raises:
        ValueError: the name is not one of `KeyName`, or a size is wrong.
    """
    return _create_with(
        room_id,
        key_name,
        secret,
        credential,
        slot_id=secrets.token_bytes(ID_BYTES),
        nonce=secrets.token_bytes(aead.XAES_NONCE_BYTES),
    )


def open(slot: Slot, room_id: bytes, credential: Credential) -> bytes:  # noqa: A001 - seal.open
    """The 32-byte key that the slot keeps.

    Raises:
        SealedError: `slot-kind-unknown`, not a kind of this release; `slot-kind-other`, the
            credential is of another kind; `seal-wrong-credential`, it does not open this
            slot, or the slot is of another room, key or place; and those of `root`.
        TamperedError: `slot-blob-unknown`, `slot-tampered`; and those of `root`.
    """
    if slot.kind not in _KNOWN:
        raise SealedError(
            "slot-kind-unknown",
            f"the slot is of kind {slot.kind}, which this release cannot open",
            fix="use another slot of this key, or the release that made it",
        )
    if slot.kind != credential.kind:
        raise SealedError("slot-kind-other", f"the slot takes a {Kind(slot.kind).name.lower()}")
    blob = slot.blob
    if len(blob) != BLOB_BYTES or blob[0] != BLOB_FORMAT:
        raise TamperedError("slot-blob-unknown", "the slot keeps a blob of unknown format or size")
    wrapping, commitment = _keys(slot, room_id, credential.root(room_id, slot.params))
    header = blob[:HEADER_BYTES]
    if not hmac.compare_digest(commitment, header[1:]):
        raise SealedError("seal-wrong-credential", "that does not open this slot")
    nonce_end = HEADER_BYTES + aead.XAES_NONCE_BYTES
    try:
        return aead.Xaes256Gcm(wrapping).decrypt(
            blob[HEADER_BYTES:nonce_end], blob[nonce_end:], _aad(slot, room_id, header)
        )
    except aead.InvalidTag:
        raise TamperedError("slot-tampered", "the slot was changed since it was made") from None


_KNOWN: Final = frozenset(Kind) - {Kind.VAULT_TRANSIT, Kind.AWS_KMS}


def _create_with(
    room_id: bytes,
    key_name: str,
    secret: bytes,
    credential: Credential,
    *,
    slot_id: bytes,
    nonce: bytes,
) -> Slot:
    """`create` with its randomness as arguments: for test vectors, and for nothing else."""
    KeyName.parse(key_name)
    if len(room_id) != ID_BYTES or len(secret) != aead.KEY_BYTES:
        raise ValueError(f"a room id is {ID_BYTES} bytes, a key {aead.KEY_BYTES}")
    params = credential.params()
    empty = Slot(slot_id, credential.kind, key_name, params, b"")
    wrapping, commitment = _keys(empty, room_id, credential.root(room_id, params))
    header = bytes((BLOB_FORMAT,)) + commitment
    body = aead.Xaes256Gcm(wrapping).encrypt(nonce, secret, _aad(empty, room_id, header))
    return Slot(slot_id, credential.kind, key_name, params, header + nonce + body)


def _keys(slot: Slot, room_id: bytes, root: bytes) -> tuple[bytes, bytes]:
    info = frame(_KEY_LABEL, room_id, slot.id, bytes((slot.kind,)), slot.key_name.encode())
    size = aead.KEY_BYTES + COMMITMENT_BYTES
    both = HKDF(algorithm=SHA256(), length=size, salt=None, info=info).derive(root)
    return both[: aead.KEY_BYTES], both[aead.KEY_BYTES :]


def _aad(slot: Slot, room_id: bytes, header: bytes) -> bytes:
    kind, name = bytes((slot.kind,)), slot.key_name.encode()
    return frame(_AAD_LABEL, header, room_id, slot.id, kind, name, slot.params)
