"""Draws that are the same for the same seed, on every Python.

SHA-256 in counter mode instead of the standard library's generator: its sequences may change
between versions, and each file and line of the corpus gets a stream of its own by name, so that
a template that is added leaves the others as they were.
"""

import base64
import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

DIGITS = "0123456789"
LOWER = "abcdefghijklmnopqrstuvwxyz"
UPPER = LOWER.upper()
HEX = "0123456789abcdef"
BASE62 = DIGITS + UPPER + LOWER
BASE32 = UPPER + "234567"
URLSAFE = BASE62 + "-_"
BASE64 = UPPER + LOWER + DIGITS + "+/"


class Draw:
    """A stream of draws, named by what it is for."""

    def __init__(self, *path: object) -> None:
        self._name = "/".join(map(str, path))
        self._key = hashlib.sha256(self._name.encode()).digest()
        self._count = 0
        self._rest = b""

    def sub(self, *path: object) -> "Draw":
        """Another stream, of the same seed, that does not depend on what was drawn from this."""
        return Draw(self._name, *path)

    def take(self, size: int) -> bytes:
        """`size` bytes."""
        while len(self._rest) < size:
            self._rest += hashlib.sha256(self._key + self._count.to_bytes(8, "big")).digest()
            self._count += 1
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken

    def below(self, limit: int) -> int:
        """A number from 0 to `limit` - 1."""
        return int.from_bytes(self.take(8), "big") % limit

    def between(self, low: int, high: int) -> int:
        """A number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def pick(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def sample(self, choices: Sequence[T], size: int) -> list[T]:
        """`size` different ones of the choices, in a drawn order."""
        rest = list(choices)
        return [rest.pop(self.below(len(rest))) for _ in range(min(size, len(rest)))]

    def text(self, alphabet: str, size: int) -> str:
        return "".join(alphabet[self.below(len(alphabet))] for _ in range(size))

    def hex(self, size: int) -> str:
        return self.text(HEX, size)

    def b64(self, size: int) -> str:
        """`size` bytes in base64, padded."""
        return base64.b64encode(self.take(size)).decode()

    def b64url(self, size: int) -> str:
        """`size` bytes in URL-safe base64 without padding."""
        return base64.urlsafe_b64encode(self.take(size)).decode().rstrip("=")

    def uuid(self) -> str:
        """A random UUID (version 4)."""
        digits = self.hex(32)
        body = digits[:12] + "4" + digits[13:16] + "89ab"[self.below(4)] + digits[17:]
        return "-".join((body[:8], body[8:12], body[12:16], body[16:20], body[20:]))
