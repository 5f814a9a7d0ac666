"""The two ciphers: AES-256-GCM for values, XAES-256-GCM for keys.

XAES-256-GCM (https://c2sp.org/XAES-256-GCM) derives a key of its own from the first half of
a 192-bit nonce and then is AES-256-GCM. Nonces drawn at random therefore need no count: a
key-encryption key that wraps one data key for every version of every secret would come near
the limit of 96-bit nonces, a data key that seals a single value does not.

Neither cipher commits to its key; seal slots, where somebody else may choose the key, carry
a commitment (see `strongroom.crypto.seal`).
"""

import threading
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.model.plaintext import Hidden

KEY_BYTES: Final = 32
TAG_BYTES: Final = 16
GCM_NONCE_BYTES: Final = 12
XAES_NONCE_BYTES: Final = 24

__all__ = ["GCM_NONCE_BYTES", "KEY_BYTES", "TAG_BYTES", "XAES_NONCE_BYTES"]
__all__ += ["InvalidTag", "Xaes256Gcm", "gcm_decrypt", "gcm_encrypt"]

_MASK: Final = (1 << 128) - 1
_REDUCTION: Final = 0b10000111


def gcm_encrypt(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """AES-256-GCM: ciphertext and 16-byte tag. `nonce` is 12 bytes, never used twice.

    Raises:
        ValueError: the key is not 32 bytes or the nonce is not 12.
    """
    _check(key, nonce)
    return AESGCM(key).encrypt(nonce, plaintext, aad)


def gcm_decrypt(key: bytes, nonce: bytes, ciphertext: bytes, aad: bytes) -> bytes:
    """Undo `gcm_encrypt`.

    Raises:
        InvalidTag: any of the four is not what was sealed.
        ValueError: the key is not 32 bytes or the nonce is not 12.
    """
    _check(key, nonce)
    return AESGCM(key).decrypt(nonce, ciphertext, aad)


class Xaes256Gcm(Hidden):
    """XAES-256-GCM under one 32-byte key; safe to share between threads.

    Raises:
        ValueError: the key is not 32 bytes.
    """

    __slots__ = ("_block", "_lock", "_mask")
    _block: CipherContext
    _lock: threading.Lock
    _mask: int

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"an XAES-256-GCM key is {KEY_BYTES} bytes")
        # ECB over whole blocks is the bare block cipher, which is what CMAC is made of. The
        # context has no state between whole blocks, so one serves for ever: a new one for
        # each message would cost 2.5 µs of the 5 that an envelope takes.
        block = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - a block at a time
        subkey = _double(int.from_bytes(block.update(bytes(16)), "big"))
        first, second = (int.from_bytes(bytes((0, i, 0x58, 0)), "big") << 96 for i in (1, 2))
        mask = (first ^ subkey) << 128 | (second ^ subkey)
        self._fix(_block=block, _lock=threading.Lock(), _mask=mask)

    def encrypt(self, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
        """Ciphertext and 16-byte tag. `nonce` is 24 bytes, drawn at random each time."""
        return AESGCM(self._derive(nonce)).encrypt(nonce[12:], plaintext, aad)

    def decrypt(self, nonce: bytes, ciphertext: bytes, aad: bytes) -> bytes:
        """Undo `encrypt`.

        Raises:
            InvalidTag: key, nonce, ciphertext or associated data is not what was sealed.
        """
        return AESGCM(self._derive(nonce)).decrypt(nonce[12:], ciphertext, aad)

    def _derive(self, nonce: bytes) -> bytes:
        if len(nonce) != XAES_NONCE_BYTES:
            raise ValueError(f"an XAES-256-GCM nonce is {XAES_NONCE_BYTES} bytes")
        half = nonce[:12]
        # Both blocks in one number: two counters, two halves, one exclusive or.
        number = int.from_bytes(half + bytes(4) + half, "big") ^ self._mask
        blocks = number.to_bytes(32, "big")
        # The context is one object; without a global interpreter lock two threads would meet.
        with self._lock:
            return self._block.update(blocks)


def _check(key: bytes, nonce: bytes) -> None:
    # The library would take shorter keys and other nonces, and be another cipher then.
    if len(key) != KEY_BYTES or len(nonce) != GCM_NONCE_BYTES:
        raise ValueError(f"AES-256-GCM takes {KEY_BYTES} and {GCM_NONCE_BYTES} bytes")


def _double(block: int) -> int:
    """Multiply by x in GF(2^128): the CMAC subkey of NIST SP 800-38B, section 6.1."""
    doubled = (block << 1) & _MASK
    return doubled ^ _REDUCTION if block >> 127 else doubled
