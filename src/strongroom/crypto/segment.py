"""The cipher of sealed segments: one key for each file, one nonce for each part of it.

Parts are sealed in a row (the STREAM construction): each part's nonce holds its number and
whether it is the last, so that parts cannot be left out, exchanged, repeated or cut off at
the end. The file's header is the associated data of every part. The salt in the header is
drawn anew for each file, so a key seals one file and a nonce is never used twice.
Format: docs/spec/audit-segment.md.
"""

from typing import Final

from strongroom.crypto.aead import InvalidTag, gcm_decrypt, gcm_encrypt
from strongroom.crypto.encoding import frame, u32, u64
from strongroom.crypto.keyring import RoomKeys

SALT_BYTES: Final = 16
_LABEL: Final = b"strongroom/segment/v1"


def seal(
    keys: RoomKeys, header: bytes, salt: bytes, number: int, part: bytes, *, last: bool
) -> bytes:
    """One part, sealed: ciphertext and 16-byte tag. `number` counts from 0.

    Raises:
        ValueError: the salt is not 16 bytes.
    """
    return gcm_encrypt(keys.segment(salt), _nonce(number, last=last), part, frame(_LABEL, header))


def unseal(
    keys: RoomKeys, header: bytes, salt: bytes, number: int, sealed: bytes, *, last: bool
) -> bytes | None:
    """Undo `seal`; None when key, header, number or bytes are not what was sealed.

    Raises:
        ValueError: the salt is not 16 bytes.
    """
    try:
        return gcm_decrypt(
            keys.segment(salt), _nonce(number, last=last), sealed, frame(_LABEL, header)
        )
    except InvalidTag:
        return None


def _nonce(number: int, *, last: bool) -> bytes:
    return u32(int(last)) + u64(number)
