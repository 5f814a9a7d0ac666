"""Ciphertexts of application data: which key made them stands in front, and is authenticated.

The format is public and frozen: docs/spec/data-ciphertext.md, vectors in vectors/data-ciphertext.json.
`context` says what a text belongs to, such as `customers.email:42`: moved elsewhere, it does not open.
"""

import base64
import struct
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.errors import InvalidError, LimitError, NotFoundError
from strongroom.generate import draw
from strongroom.keysets.data_keys import ID_OCTETS, KEY_OCTETS, Algorithm, DataKey

PREFIX: Final = "srd1."
DATA_OCTETS_MAX: Final = 1024 * 1024
CONTEXT_OCTETS_MAX: Final = 4096
VERSION_MAX: Final = 2**31
_NONCE_OCTETS: Final = 12
_TAG_OCTETS: Final = 16
_SIGNATURE_OCTETS: Final = 64
_HEAD: Final = struct.Struct(f">BI{ID_OCTETS}s")
_LABEL: Final = b"strongroom data v1\0"
_TEXT_CHARS_MAX: Final = len(PREFIX) + (
    (_HEAD.size + _NONCE_OCTETS + DATA_OCTETS_MAX + _TAG_OCTETS + 2) // 3 * 4
)


class Purpose(IntEnum):
    """What a text holds, and by which algorithm."""

    DATA = 1  # AES-256-GCM
    WRAPPED = 2  # a data key, AES-256-GCM
    WRAPPED_RSA = 3  # a data key, RSA-OAEP-SHA256
    SIGNATURE = 4  # Ed25519, over what is kept elsewhere

    @property
    def algorithm(self) -> Algorithm:
        """Of the key that makes it."""
        return {
            Purpose.WRAPPED_RSA: Algorithm.RSA,
            Purpose.SIGNATURE: Algorithm.ED25519,
        }.get(self, Algorithm.AES)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text that was read and not yet believed. `version` 0: whoever made it did not know."""

    purpose: Purpose
    version: int
    key_id: bytes
    body: bytes = field(repr=False)

    @property
    def head(self) -> bytes:
        """What stands in front, as bytes."""
        return _HEAD.pack(self.purpose, self.version, self.key_id)


def encrypt(key: DataKey, data: bytes, context: str = "") -> str:
    """A text that only `key` and the same `context` open.

    Raises:
        InvalidError: `context-invalid`; `data-key-unfit`, RSA and Ed25519 encrypt no data.
        LimitError: `data-too-large`.
    """
    if len(data) > DATA_OCTETS_MAX:
        raise LimitError(
            "data-too-large",
            f"at most {DATA_OCTETS_MAX:,} bytes are encrypted at once",
            fix="encrypt larger data under a data key: strongroom key datakey ADDRESS",
        )
    return _sealed(key, Purpose.DATA, data, context)


def wrap(key: DataKey, data_key: bytes, context: str = "") -> str:
    """A data key of 32 bytes as a text; raises as `encrypt`."""
    if len(data_key) != KEY_OCTETS:
        raise ValueError(f"a data key is {KEY_OCTETS} bytes")
    purpose = Purpose.WRAPPED_RSA if key.algorithm is Algorithm.RSA else Purpose.WRAPPED
    return _sealed(key, purpose, data_key, context)


def sign(key: DataKey, message: bytes, context: str = "") -> str:
    """A signature over `message`; raises as `encrypt`."""
    fits(key, Purpose.SIGNATURE)
    assert isinstance(key.secret, ed25519.Ed25519PrivateKey)
    parsed = Parsed(Purpose.SIGNATURE, key.version, key.id, b"")
    return _text(parsed.head + key.secret.sign(_bound(parsed, context) + message))


def decrypt(keys: Iterable[DataKey], text: str, context: str = "") -> bytes:
    """What `encrypt` or `wrap` was given, by whichever of `keys` made it.

    Raises:
        InvalidError: `ciphertext-malformed`, `ciphertext-refused`, `context-invalid`,
            `data-key-unfit`. NotFoundError: `ciphertext-key-unknown`.
        Nothing of the text is repeated.
    """
    parsed = parse(text)
    if parsed.purpose is Purpose.SIGNATURE:
        raise InvalidError("ciphertext-malformed", "that is a signature and holds no data")
    return opened(key_of(keys, parsed), parsed, context)


def opened(key: DataKey, parsed: Parsed, context: str = "") -> bytes:
    """As `decrypt`, of what was read already, by its key."""
    fits(key, parsed.purpose)
    bound, data = _bound(parsed, context), None
    if isinstance(key.secret, rsa.RSAPrivateKey):
        with suppress(ValueError):
            data = key.secret.decrypt(parsed.body, _oaep(bound))
    else:
        assert isinstance(key.secret, bytes)
        nonce, rest = parsed.body[:_NONCE_OCTETS], parsed.body[_NONCE_OCTETS:]
        with suppress(InvalidTag):
            data = AESGCM(key.secret).decrypt(nonce, rest, bound)
    if data is None or (parsed.purpose is not Purpose.DATA and len(data) != KEY_OCTETS):
        raise _refused()
    return data


def verify(keys: Iterable[DataKey], signature: str, message: bytes, context: str = "") -> DataKey:
    """Whose signature over `message` it is; raises as `decrypt`."""
    parsed = parse(signature)
    if parsed.purpose is not Purpose.SIGNATURE:
        raise InvalidError("ciphertext-malformed", "that is no signature")
    key = key_of(keys, parsed)
    fits(key, parsed.purpose)
    assert isinstance(key.secret, ed25519.Ed25519PrivateKey)
    bad = True
    with suppress(InvalidSignature):
        key.secret.public_key().verify(parsed.body, _bound(parsed, context) + message)
        bad = False
    if bad:
        raise _refused()
    return key


def parse(text: str) -> Parsed:
    """What stands in front of a text; nothing of it is believed yet.

    Raises:
        InvalidError: `ciphertext-malformed`.
    """
    data = None
    if text.startswith(PREFIX) and len(text) <= _TEXT_CHARS_MAX and text.isascii():
        coded = text[len(PREFIX) :]
        with suppress(ValueError):
            data = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True)
        # One spelling: the last character may hold bits that decoding drops.
        if data is not None and _text(data) != text:
            data = None
    if data is None or len(data) < _HEAD.size:
        raise _malformed()
    number, version, key_id = _HEAD.unpack_from(data)
    body = data[_HEAD.size :]
    if number not in set(Purpose) or version > VERSION_MAX or not _fits(Purpose(number), len(body)):
        raise _malformed()
    return Parsed(Purpose(number), version, key_id, body)


def key_of(keys: Iterable[DataKey], parsed: Parsed) -> DataKey:
    """The key that made it, by the key's own id: versions may be numbered anew, keys are not.

    Raises:
        NotFoundError: `ciphertext-key-unknown`.
    """
    for key in keys:
        if key.id == parsed.key_id:
            return key
    raise NotFoundError(
        "ciphertext-key-unknown",
        "no key that is accepted made that ciphertext",
        fix="if its version was retired, ask who holds the key; `strongroom secret history ADDRESS`",
    )


def fits(key: DataKey, purpose: Purpose) -> None:
    """Refuse to use a key for what it is not for.

    Raises:
        InvalidError: `data-key-unfit`.
    """
    if key.algorithm is not purpose.algorithm:
        raise InvalidError(
            "data-key-unfit",
            f"a key for {key.algorithm} cannot be used for that",
            fix="AES-256-GCM encrypts data, RSA wraps data keys, Ed25519 signs",
        )


def _sealed(key: DataKey, purpose: Purpose, data: bytes, context: str) -> str:
    fits(key, purpose)
    parsed = Parsed(purpose, key.version, key.id, b"")
    bound = _bound(parsed, context)
    if isinstance(key.secret, rsa.RSAPrivateKey):
        body = key.secret.public_key().encrypt(data, _oaep(bound))
    else:
        assert isinstance(key.secret, bytes)
        nonce = draw.octets(_NONCE_OCTETS)
        body = nonce + AESGCM(key.secret).encrypt(nonce, data, bound)
    return _text(parsed.head + body)


def _bound(parsed: Parsed, context: str) -> bytes:
    """What is authenticated beside the data: the head, and what the text belongs to."""
    octets = b""
    with suppress(UnicodeEncodeError):
        octets = context.encode("utf-8")
    if bool(octets) != bool(context) or len(octets) > CONTEXT_OCTETS_MAX:
        raise InvalidError(
            "context-invalid", f"a context is text of up to {CONTEXT_OCTETS_MAX:,} bytes"
        )
    return _LABEL + parsed.head + struct.pack(">I", len(octets)) + octets


def _oaep(label: bytes) -> padding.OAEP:
    return padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), label)


def _fits(purpose: Purpose, octets: int) -> bool:
    overhead = _NONCE_OCTETS + _TAG_OCTETS
    match purpose:
        case Purpose.DATA:
            return overhead <= octets <= overhead + DATA_OCTETS_MAX
        case Purpose.WRAPPED:
            return octets == overhead + KEY_OCTETS
        case Purpose.WRAPPED_RSA:
            return 256 <= octets <= 1024
        case Purpose.SIGNATURE:
            return octets == _SIGNATURE_OCTETS


def _text(data: bytes) -> str:
    return PREFIX + base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _malformed() -> InvalidError:
    return InvalidError(
        "ciphertext-malformed",
        f"that is no ciphertext of application data, which begins with {PREFIX}",
    )


def _refused() -> InvalidError:
    return InvalidError(
        "ciphertext-refused",
        "the ciphertext was changed, or belongs to another context",
        fix="give the same --context that it was made with",
    )
