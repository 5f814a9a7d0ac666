"""Keys for an application's data: what the text of a secret is, and the one thing it is for.

The text fixes the algorithm; nothing that is presented chooses. 32 bytes as base64 or hexadecimal
are AES-256-GCM, for data and data keys. A private key in PEM form is RSA, which only wraps data
keys, or Ed25519, which only signs.
"""

import base64
import binascii
import hashlib
import hmac
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from strongroom.errors import ConfigError

ID_OCTETS: Final = 8
KEY_OCTETS: Final = 32
RSA_BITS_MIN: Final = 2048
RSA_BITS_MAX: Final = 8192
_ID: Final = b"strongroom data key id v1"
_FIX: Final = "generate one: strongroom key create ADDRESS"

Private = rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


class Algorithm(StrEnum):
    """What a key is for."""

    AES = "AES-256-GCM"
    RSA = "RSA-OAEP-SHA256"
    ED25519 = "Ed25519"


@dataclass(frozen=True, slots=True)
class DataKey:
    """One version of a key. `version` is 0 where nobody knows it; `id` is the key's own, 8 bytes."""

    version: int
    id: bytes
    algorithm: Algorithm
    secret: "bytes | Private" = field(repr=False)

    @property
    def public(self) -> str | None:
        """The public half in PEM form; None for AES."""
        if isinstance(self.secret, bytes):
            return None
        return _public(self.secret, serialization.Encoding.PEM).decode("ascii").rstrip("\n")


def read(text: str, version: int = 0) -> DataKey:
    """The key that `text` is.

    Raises:
        ConfigError: `data-key-unusable`, `data-key-weak`; nothing of the text is repeated.
    """
    if "-----BEGIN " not in text:
        octets = _octets(text.strip())
        if octets is None:
            raise ConfigError(
                "data-key-unusable",
                "a data key is 32 bytes as base64 or hexadecimal, or an RSA or Ed25519 key in PEM form",
                fix=_FIX,
            )
        return DataKey(version, _id(octets), Algorithm.AES, octets)
    private: Any = None
    # Its error may repeat the text, and as a context it would be kept.
    with suppress(Exception):
        private = serialization.load_pem_private_key(text.encode("ascii"), None)
    match private:
        case ed25519.Ed25519PrivateKey():
            algorithm = Algorithm.ED25519
        case rsa.RSAPrivateKey():
            if not RSA_BITS_MIN <= private.key_size <= RSA_BITS_MAX:
                raise ConfigError(
                    "data-key-weak",
                    f"an RSA key that wraps data keys has {RSA_BITS_MIN} to {RSA_BITS_MAX} bits",
                    fix=_FIX,
                )
            algorithm = Algorithm.RSA
        case _:
            raise ConfigError(
                "data-key-unusable",
                "that PEM is no private key of RSA or Ed25519 without a passphrase",
                fix=_FIX,
            )
    id_ = hashlib.sha256(_public(private, serialization.Encoding.DER)).digest()[:ID_OCTETS]
    return DataKey(version, id_, algorithm, private)


def _id(octets: bytes) -> bytes:
    # A one-way function of 256 random bits tells nothing of them.
    return hmac.digest(octets, _ID, "sha256")[:ID_OCTETS]


def _public(private: Private, encoding: serialization.Encoding) -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return private.public_key().public_bytes(encoding, form)


def _octets(text: str) -> bytes | None:
    """32 bytes of base64, either alphabet, padded or not, or of hexadecimal."""
    found = None
    with suppress(ValueError):  # of which `binascii.Error` is one
        if len(text) == 2 * KEY_OCTETS:
            found = binascii.unhexlify(text)
        else:
            plain = text.rstrip("=").replace("-", "+").replace("_", "/")
            found = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    return found if found is not None and len(found) == KEY_OCTETS else None
