"""Keyed fingerprints: to see that two values are the same without showing either.

A fingerprint of a weak value is a way to guess it for whoever holds the key, so the caller
says how strong the value is and weak ones get none. Three uses, three keys: what is shown
to people cannot be looked up, and what leaves the room opens nothing inside of it.
Format: docs/spec/fingerprints.md.
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from strongroom.crypto.encoding import frame
from strongroom.crypto.keyring import RoomKeys
from strongroom.errors import InvalidError

FINGERPRINT_BYTES: Final = 32
DISPLAY_BYTES: Final = 4
MATCH_BITS_MIN: Final = 80
EXPORT_BITS_MIN: Final = 128

_LABEL: Final = b"strongroom/fingerprint/v1"


class Origin(StrEnum):
    """Who made the value."""

    GENERATED = "generated"  # by a generator of known strength
    GIVEN = "given"  # by a person or another system; its strength is an estimate


@dataclass(frozen=True, slots=True)
class Strength:
    """How hard a value is to guess: bits of entropy, and how they are known."""

    bits: int
    origin: Origin


def match(keys: RoomKeys, value: bytes, strength: Strength) -> bytes:
    """32 bytes that are equal within a room exactly where values are.

    Raises:
        InvalidError: `fingerprint-weak`, under 80 bits.
    """
    _require(strength, MATCH_BITS_MIN)
    return _mac(keys.fingerprint_match, value)


def display(keys: RoomKeys, value: bytes, strength: Strength) -> str:
    """`fp:` and 8 hex characters, for people to compare. 32 bits: a hint, not a proof.

    Raises:
        InvalidError: `fingerprint-weak`, under 80 bits.
    """
    _require(strength, MATCH_BITS_MIN)
    return f"fp:{_mac(keys.fingerprint_display, value)[:DISPLAY_BYTES].hex()}"


def export(key: bytes, value: bytes, strength: Strength) -> bytes:
    """32 bytes for a set that leaves the room together with its `key`.

    `key` is `RoomKeys.fingerprint_export(id)`. The set can be attacked without us, so only
    generated values go in.

    Raises:
        InvalidError: `fingerprint-weak`, under 128 bits or not generated.
    """
    _require(strength, EXPORT_BITS_MIN)
    if strength.origin is not Origin.GENERATED:
        raise InvalidError("fingerprint-weak", "only generated values may be exported")
    return lookup(key, value)


def lookup(key: bytes, value: bytes) -> bytes:
    """What `export` wrote for `value`: for a scanner that holds a set and sees a candidate."""
    return _mac(key, value)


def _require(strength: Strength, bits_min: int) -> None:
    if strength.bits < bits_min:
        raise InvalidError(
            "fingerprint-weak", f"a value of less than {bits_min} bits gets no fingerprint"
        )


def _mac(key: bytes, value: bytes) -> bytes:
    return hmac.digest(key, frame(_LABEL, value), "sha256")
