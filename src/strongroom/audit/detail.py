"""The erasable part of an entry: names, addresses, agents, reasons.

It stands in its own row with its own random salt; the leaf holds SHA-256(salt, blob). With
the row gone nothing can be told from the digest, not even by trying likely names, since the
salt is gone too. Never a value: the caller puts in what people typed as a reason, and the
doors refuse values there.

The blob is a JSON object of strings: keys sorted, no white space, UTF-8. The digest covers
the stored bytes, so a later change of this encoding breaks no earlier entry.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import msgspec

from strongroom.errors import AuditBrokenError

SALT_BYTES: Final = 16
BLOB_BYTES_MAX: Final = 8 * 1024
TEXT_CHARS_MAX: Final = 512

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
_CONTROL: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_encoder: Final = msgspec.json.Encoder(order="deterministic")
_decoder: Final = msgspec.json.Decoder(dict[str, str])


def encode(detail: Mapping[str, str]) -> bytes:
    """Write the blob of `detail`. Values are clipped (`clip`), keys are our own words.

    Raises:
        ValueError: a key is not snake_case, or the blob exceeds `BLOB_BYTES_MAX` bytes.
    """
    for key in detail:
        _check(key)
    blob = _encoder.encode({key: clip(text) for key, text in detail.items()})
    if len(blob) > BLOB_BYTES_MAX:
        raise ValueError(f"a detail is at most {BLOB_BYTES_MAX} bytes")
    return blob


@lru_cache(maxsize=256)  # our own words, a few dozen
def _check(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise ValueError("a key of a detail is snake_case and at most 32 characters")


def clip(text: str) -> str:
    """`text` as it may stand in a log: bounded, and without what could rewrite a terminal.

    Clipping rather than refusing: what a client sends as its name must not decide whether
    its read can be recorded.
    """
    if len(text) > TEXT_CHARS_MAX:
        text = text[: TEXT_CHARS_MAX - 1] + "…"
    return text if text.isascii() and text.isprintable() else _CONTROL.sub("\ufffd", text)


def decode(blob: bytes) -> dict[str, str]:
    """Read a blob.

    Raises:
        AuditBrokenError: `detail-format`; it is too large, or not an object of strings.
    """
    if len(blob) > BLOB_BYTES_MAX:
        raise AuditBrokenError("detail-format", f"a detail is at most {BLOB_BYTES_MAX} bytes")
    try:
        return _decoder.decode(blob)
    except (msgspec.DecodeError, UnicodeDecodeError):
        # The cause quotes what it could not read, so it stops here.
        raise AuditBrokenError("detail-format", "a detail is a JSON object of strings") from None


def digest(salt: bytes, blob: bytes) -> bytes:
    """What the leaf holds of a detail: SHA-256 over the 16 byte salt, then the blob.

    Raises:
        ValueError: the salt is not 16 bytes; a variable one would let salt and blob
            exchange bytes under one digest.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt is {SALT_BYTES} bytes")
    return hashlib.sha256(salt + blob).digest()
