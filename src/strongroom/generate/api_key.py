"""API keys that name their issuer and environment and can be told from a typing error.

The format is public and frozen: docs/spec/api-key.md, vectors in vectors/api-key.json.
The checksum finds accidents and lets a scanner discard look-alikes without asking anyone;
it is no signature, since whoever knows the format can compute it.
"""

import re
import zlib
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from strongroom.errors import InvalidError
from strongroom.generate import base62, draw
from strongroom.generate.value import Generated

OCTETS_MIN: Final = 32
OCTETS_MAX: Final = 64
CHECKSUM_CHARS: Final = 6
BRAND: Final = re.compile(r"(?=.{1,32}\Z)[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
MARKER: Final = re.compile(r"(?=.{1,32}\Z)[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_WIDTHS: Final = {base62.width(octets): octets for octets in range(OCTETS_MIN, OCTETS_MAX + 1)}


class Flaw(StrEnum):
    """The first thing that is wrong with a key."""

    SHAPE = "shape"  # not four parts
    BRAND = "brand"
    MARKER = "marker"
    BODY = "body"  # wrong length, a letter that is no digit of base 62, or too large a number
    CHECKSUM = "checksum"


@dataclass(frozen=True, slots=True)
class Parts:
    """What a well-formed key says about itself; never its body."""

    brand: str
    marker: str
    octets: int

    @property
    def bits(self) -> int:
        """Strength of the body when it was drawn at random."""
        return self.octets * 8


def generate(*, brand: str, marker: str, bits_min: int = OCTETS_MIN * 8) -> Generated:
    """A key with at least `bits_min` random bits (256 to 512).

    Raises:
        InvalidError: `api-key-brand`, `api-key-marker`, `api-key-bits`.
    """
    octets = max(OCTETS_MIN, -(-bits_min // 8))
    if octets > OCTETS_MAX:
        raise InvalidError("api-key-bits", f"an API key has at most {OCTETS_MAX * 8} bits")
    value = build(brand, marker, draw.octets(octets))
    return Generated(value, octets * 8, f"<brand>_<env>_<base62 of {octets} bytes>_<checksum>")


def build(brand: str, marker: str, body: bytes) -> str:
    """The key of `body` (32 to 64 bytes).

    Raises:
        InvalidError: `api-key-brand`, `api-key-marker`.
        ValueError: `body` has another size.
    """
    if not BRAND.fullmatch(brand):
        raise InvalidError(
            "api-key-brand",
            "an API key's brand is 1 to 32 of a-z, 0-9 and single _ between, first a letter",
            fix="name one with --brand, or write it into the policy's prefix",
        )
    if not MARKER.fullmatch(marker):
        raise InvalidError(
            "api-key-marker",
            "an environment that stands in API keys is 1 to 32 of a-z, 0-9 and single - between,"
            " first a letter",
        )
    if not OCTETS_MIN <= len(body) <= OCTETS_MAX:
        raise ValueError(f"body is {len(body)} bytes, not {OCTETS_MIN} to {OCTETS_MAX}")
    head = f"{brand}_{marker}_{base62.encode(body)}"
    return f"{head}_{checksum(head)}"


def check(key: str) -> Parts | Flaw:
    """Read a key: its parts when it is well-formed, otherwise what is wrong with it."""
    parts = key.rsplit("_", 3)
    if len(parts) != 4:
        return Flaw.SHAPE
    brand, marker, body, found = parts
    if not BRAND.fullmatch(brand):
        return Flaw.BRAND
    if not MARKER.fullmatch(marker):
        return Flaw.MARKER
    octets = _WIDTHS.get(len(body))
    if octets is None or base62.decode(body, octets) is None:
        return Flaw.BODY
    if found != checksum(f"{brand}_{marker}_{body}"):
        return Flaw.CHECKSUM
    return Parts(brand, marker, octets)


def checksum(head: str) -> str:
    """CRC-32 (IEEE 802.3) of everything before the last `_`, as 6 base-62 digits.

    Brand and environment are under it too: a key whose `test` became `live` is refused.
    """
    return base62.encode(zlib.crc32(head.encode("ascii")).to_bytes(4, "big"))
