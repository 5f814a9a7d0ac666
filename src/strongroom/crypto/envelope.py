"""One data key for each version, wrapped by the key of its environment.

The value is bound to what never changes (room, secret, version), the data key to everything
that says where the value stands, so that a move re-wraps 97 bytes and leaves the value alone.
Byte format: docs/spec/envelope.md.
"""

import secrets
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from strongroom.crypto import aead
from strongroom.crypto.encoding import fields, head, u32, u64
from strongroom.errors import LimitError, TamperedError
from strongroom.model.plaintext import Hidden

ID_BYTES: Final = 16
ENVIRONMENT_BYTES_MAX: Final = 128
PATH_BYTES_MAX: Final = 8 * 128 + 7
VERSION_MAX: Final = 2**63 - 1  # what a database column holds
# A value is at most 1 MiB; its fields, their names and flags may add this much.
PLAINTEXT_BYTES_MAX: Final = 1024 * 1024 + 64 * 1024

VALUE_FORMAT: Final = 0x01  # AES-256-GCM
WRAP_FORMAT: Final = 0x41  # XAES-256-GCM
DATA_KEY_ID_BYTES: Final = 8
VALUE_HEADER_BYTES: Final = 1 + DATA_KEY_ID_BYTES
WRAP_HEADER_BYTES: Final = 1 + ID_BYTES + DATA_KEY_ID_BYTES
BLOB_OVERHEAD_BYTES: Final = VALUE_HEADER_BYTES + aead.GCM_NONCE_BYTES + aead.TAG_BYTES
WRAPPED_BYTES: Final = WRAP_HEADER_BYTES + aead.XAES_NONCE_BYTES + aead.KEY_BYTES + aead.TAG_BYTES

_VALUE_HEAD: Final = head(b"strongroom/value/v1") + u32(VALUE_HEADER_BYTES)
_WRAP_HEAD: Final = head(b"strongroom/wrap/v1") + u32(WRAP_HEADER_BYTES)
_FIX: Final = "run `strongroom fsck`, and ask who wrote to the database"
_VALUE_BODY: Final = VALUE_HEADER_BYTES + aead.GCM_NONCE_BYTES
_WRAP_BODY: Final = WRAP_HEADER_BYTES + aead.XAES_NONCE_BYTES


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a version stands. Names are taken as they are: nothing is normalised.

    `room_id` and `secret_id` are 16 bytes, `version` counts from 1.

    Raises:
        ValueError: a size is wrong.
    """

    room_id: bytes
    secret_id: bytes
    environment: str
    path: str
    version: int
    # The associated data without the header of the blob; made once, since a version is
    # opened many times.
    value_tail: bytes = field(init=False, repr=False, compare=False)
    wrap_tail: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.room_id) != ID_BYTES or len(self.secret_id) != ID_BYTES:
            raise ValueError(f"room and secret ids are {ID_BYTES} bytes")
        if not 1 <= self.version <= VERSION_MAX:
            raise ValueError("versions count from 1 and fit 63 bits")
        environment, path = self.environment.encode(), self.path.encode()
        if not 1 <= len(environment) <= ENVIRONMENT_BYTES_MAX:
            raise ValueError(f"an environment is 1 to {ENVIRONMENT_BYTES_MAX} bytes")
        if not 1 <= len(path) <= PATH_BYTES_MAX:
            raise ValueError(f"a path is 1 to {PATH_BYTES_MAX} bytes")
        version = u64(self.version)
        value = fields(self.room_id, self.secret_id, version)
        wrap = fields(self.room_id, environment, path, self.secret_id, version)
        object.__setattr__(self, "value_tail", value)
        object.__setattr__(self, "wrap_tail", wrap)


class Kek(Hidden):
    """A key-encryption key of one environment: a 16-byte id and 32 random bytes.

    Raises:
        ValueError: a size is wrong.
    """

    __slots__ = ("environment", "id", "secret", "xaes")
    id: bytes
    secret: bytes
    environment: str
    xaes: aead.Xaes256Gcm

    def __init__(self, id: bytes, secret: bytes, environment: str) -> None:  # noqa: A002 - its name
        if len(id) != ID_BYTES:
            raise ValueError(f"a key id is {ID_BYTES} bytes")
        self._fix(id=id, secret=secret, environment=environment, xaes=aead.Xaes256Gcm(secret))

    def __repr__(self) -> str:
        return f"<Kek {self.id.hex()} of {self.environment!r}, secret hidden>"


class Sealed(NamedTuple):
    """What is stored: the sealed value and its wrapped data key. Neither is secret."""

    blob: bytes
    wrapped: bytes


def seal(plaintext: bytes, binding: Binding, kek: Kek) -> Sealed:
    """Seal `plaintext` under a new data key, and the data key under `kek`.

    Raises:
        LimitError: `envelope-too-large`, more than `PLAINTEXT_BYTES_MAX` bytes.
        ValueError: `kek` is of another environment than `binding`.
    """
    return _seal_with(
        plaintext,
        binding,
        kek,
        data_key=secrets.token_bytes(aead.KEY_BYTES),
        data_key_id=secrets.token_bytes(DATA_KEY_ID_BYTES),
        value_nonce=secrets.token_bytes(aead.GCM_NONCE_BYTES),
        wrap_nonce=secrets.token_bytes(aead.XAES_NONCE_BYTES),
    )


def open(sealed: Sealed, binding: Binding, kek: Kek) -> bytes:  # noqa: A001 - read as envelope.open
    """Return the plaintext that was sealed for this very place.

    Raises:
        TamperedError: `envelope-format-unknown`, a format byte that this release does not
            know; `envelope-malformed`, a length that no envelope has; `envelope-wrong-key`,
            wrapped by another key, by a key of another environment, or not the data key of
            this value; `envelope-tampered`, anything else, without saying what.
    """
    blob = sealed.blob
    data_key, data_key_id = _unwrap(sealed.wrapped, binding, kek)
    if not blob or blob[0] != VALUE_FORMAT:
        raise TamperedError(
            "envelope-format-unknown", "the value has a format that is not known here", fix=_FIX
        )
    if not 0 <= len(blob) - BLOB_OVERHEAD_BYTES <= PLAINTEXT_BYTES_MAX:
        raise TamperedError(
            "envelope-malformed", "the value has a length that no envelope has", fix=_FIX
        )
    header = blob[:VALUE_HEADER_BYTES]
    if header[1:] != data_key_id:
        raise TamperedError("envelope-wrong-key", "the value belongs to another data key", fix=_FIX)
    nonce, body = blob[VALUE_HEADER_BYTES:_VALUE_BODY], blob[_VALUE_BODY:]
    try:
        return aead.gcm_decrypt(data_key, nonce, body, _value_aad(header, binding))
    except aead.InvalidTag:
        raise TamperedError(
            "envelope-tampered", "the value is not the one sealed for here", fix=_FIX
        ) from None


def rewrap(
    wrapped: bytes, old_binding: Binding, old_kek: Kek, new_binding: Binding, new_kek: Kek
) -> bytes:
    """Wrap the data key for a new place or under a new key; the value is not touched.

    Raises:
        TamperedError: as `open`, for the old place.
        ValueError: the value is bound to another room, secret or version than
            `new_binding`, or `new_kek` is of another environment.
    """
    return _rewrap_with(
        wrapped,
        old_binding,
        old_kek,
        new_binding,
        new_kek,
        wrap_nonce=secrets.token_bytes(aead.XAES_NONCE_BYTES),
    )


def kek_id(wrapped: bytes) -> bytes:
    """The 16-byte id of the key that wrapped this: to find it, not to trust it.

    Raises:
        TamperedError: `envelope-format-unknown` or `envelope-malformed`.
    """
    _check_wrapped(wrapped)
    return wrapped[1 : 1 + ID_BYTES]


def _seal_with(
    plaintext: bytes,
    binding: Binding,
    kek: Kek,
    *,
    data_key: bytes,
    data_key_id: bytes,
    value_nonce: bytes,
    wrap_nonce: bytes,
) -> Sealed:
    """`seal` with its randomness as arguments: for test vectors, and for nothing else."""
    if len(plaintext) > PLAINTEXT_BYTES_MAX:
        raise LimitError(
            "envelope-too-large", f"a value is at most {PLAINTEXT_BYTES_MAX} bytes with its fields"
        )
    wrapped = _wrap(data_key, data_key_id, binding, kek, wrap_nonce)
    header = bytes((VALUE_FORMAT,)) + data_key_id
    aad = _value_aad(header, binding)
    body = aead.gcm_encrypt(data_key, value_nonce, plaintext, aad)
    return Sealed(header + value_nonce + body, wrapped)


def _rewrap_with(
    wrapped: bytes,
    old_binding: Binding,
    old_kek: Kek,
    new_binding: Binding,
    new_kek: Kek,
    *,
    wrap_nonce: bytes,
) -> bytes:
    if old_binding.value_tail != new_binding.value_tail:
        raise ValueError("a value stays in its room, with its secret and version")
    data_key, data_key_id = _unwrap(wrapped, old_binding, old_kek)
    return _wrap(data_key, data_key_id, new_binding, new_kek, wrap_nonce)


def _wrap(data_key: bytes, data_key_id: bytes, binding: Binding, kek: Kek, nonce: bytes) -> bytes:
    if kek.environment != binding.environment:
        raise ValueError("the key belongs to another environment than the place")
    header = bytes((WRAP_FORMAT,)) + kek.id + data_key_id
    return header + nonce + kek.xaes.encrypt(nonce, data_key, _wrap_aad(header, binding))


def _unwrap(wrapped: bytes, binding: Binding, kek: Kek) -> tuple[bytes, bytes]:
    _check_wrapped(wrapped)
    header = wrapped[:WRAP_HEADER_BYTES]
    # The environment of the key is checked and not only sealed: who holds development's key
    # can write `production` into associated data, but cannot make his key production's.
    if header[1 : 1 + ID_BYTES] != kek.id or kek.environment != binding.environment:
        raise TamperedError(
            "envelope-wrong-key", "the data key was wrapped by another key", fix=_FIX
        )
    nonce, body = wrapped[WRAP_HEADER_BYTES:_WRAP_BODY], wrapped[_WRAP_BODY:]
    try:
        data_key = kek.xaes.decrypt(nonce, body, _wrap_aad(header, binding))
    except aead.InvalidTag:
        raise TamperedError(
            "envelope-tampered", "the data key is not the one wrapped for here", fix=_FIX
        ) from None
    return data_key, header[1 + ID_BYTES :]


def _check_wrapped(wrapped: bytes) -> None:
    if not wrapped or wrapped[0] != WRAP_FORMAT:
        raise TamperedError(
            "envelope-format-unknown", "the data key has a format not known here", fix=_FIX
        )
    if len(wrapped) != WRAPPED_BYTES:
        raise TamperedError(
            "envelope-malformed", f"a wrapped data key is {WRAPPED_BYTES} bytes", fix=_FIX
        )


def _value_aad(header: bytes, binding: Binding) -> bytes:
    return _VALUE_HEAD + header + binding.value_tail


def _wrap_aad(header: bytes, binding: Binding) -> bytes:
    return _WRAP_HEAD + header + binding.wrap_tail
