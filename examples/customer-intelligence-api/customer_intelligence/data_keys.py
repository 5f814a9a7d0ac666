"""Fields encrypted by AES-256-GCM: the newest key encrypts, every key in grace decrypts."""

import base64
import hmac
from binascii import unhexlify
from contextlib import suppress
from secrets import token_bytes
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom import Secret, Secrets
from strongroom.errors import ConfigError, InvalidError

_NONCE_OCTETS: Final = 12
_ID_OCTETS: Final = 8
_KEY_OCTETS: Final = 32
_ID: Final = b"customer intelligence field key id"


class DataKeys:
    """The key set is the secret's versions. Threads share it.

    A text is base64 of: eight bytes that name the key, a nonce, the ciphertext. `context` says which
    place it belongs to; no other one opens it.
    """

    def __init__(self, secrets: Secrets, name: str) -> None:
        self._secrets = secrets
        self._name = name

    def encrypt(self, text: str, context: str) -> str:
        """A text for a column."""
        id_, key = _read(self._secrets.get(self._name))
        nonce = token_bytes(_NONCE_OCTETS)
        sealed = AESGCM(key).encrypt(nonce, text.encode("utf-8"), id_ + context.encode("utf-8"))
        return base64.b64encode(id_ + nonce + sealed).decode("ascii")

    def decrypt_text(self, text: str, context: str) -> str:
        """What was encrypted.

        Raises:
            InvalidError: `field-unreadable`: another key, another place, or it was changed.
        """
        id_, nonce, sealed = _parts(text)
        current = self._secrets.get(self._name)  # it may be newer than the list
        for held in (current, *self._secrets.versions(self._name)):
            with suppress(InvalidTag, ConfigError):
                known, key = _read(held)
                if known == id_:
                    opened = AESGCM(key).decrypt(nonce, sealed, id_ + context.encode("utf-8"))
                    return opened.decode("utf-8")
        raise InvalidError("field-unreadable", f"no version of {self._name} opens it")

    def is_stale(self, text: str) -> bool:
        """Whether an older key made it."""
        return _parts(text)[0] != _read(self._secrets.get(self._name))[0]

    def rewrap(self, text: str, context: str) -> str:
        """The same under the newest key; raises as `decrypt_text`."""
        return self.encrypt(self.decrypt_text(text, context), context)


def _read(held: Secret) -> tuple[bytes, bytes]:
    """(id, key). The id is a one-way function of 256 random bits, which tells nothing of them."""
    key, text = b"", held.reveal()
    with suppress(ValueError):  # its error would show a part
        hexadecimal = len(text) == 2 * _KEY_OCTETS
        key = unhexlify(text) if hexadecimal else base64.b64decode(text, b"-_", validate=True)
    if len(key) != _KEY_OCTETS:
        raise ConfigError("data-key-unusable", f"{held} is no 32 bytes in base64 or hexadecimal")
    return hmac.digest(key, _ID, "sha256")[:_ID_OCTETS], key


def _parts(text: str) -> tuple[bytes, bytes, bytes]:
    octets = b""
    with suppress(ValueError):
        octets = base64.b64decode(text, validate=True)
    head = _ID_OCTETS + _NONCE_OCTETS
    return octets[:_ID_OCTETS], octets[_ID_OCTETS:head], octets[head:]
