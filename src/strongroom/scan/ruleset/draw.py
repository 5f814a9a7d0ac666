"""Texts that look drawn by lot and are the same each time, for examples. No secret is made here."""

from hashlib import sha256
from typing import Final

DIGITS: Final = "0123456789"
LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
UPPER: Final = LOWER.upper()
_TRIES: Final = 1000
_SHORT: Final = 8  # characters; so few are as they come
ALPHABETS: Final = {
    "digits": DIGITS,
    "hex": DIGITS + "abcdef",
    "HEX": DIGITS + "ABCDEF",
    "alpha": LOWER + UPPER,
    "lower": DIGITS + LOWER,
    "upper": DIGITS + UPPER,
    "base32": UPPER + "234567",
    "base58": "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
    "base62": DIGITS + UPPER + LOWER,
    "base64": UPPER + LOWER + DIGITS + "+/",
    "base64url": UPPER + LOWER + DIGITS + "-_",
    "password": DIGITS + UPPER + LOWER + "!#%&*+-.:=?@^_~",
}


class Draw:
    """Octets of SHA-256 over a seed and a counter."""

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode()
        self._count = 0
        self._left = b""

    def octets(self, count: int) -> bytes:
        """The next `count` octets."""
        while len(self._left) < count:
            self._left += sha256(b"%d\0" % self._count + self._seed).digest()
            self._count += 1
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def chars(self, alphabet: str, count: int) -> str:
        """The next `count` characters of `alphabet`, evenly, and mixed as real tokens are.

        What happens to have no digit or no letter, or hardly any variety, is drawn again: such
        a token exists once in thousands, and rules ask for more.
        """
        text = ""
        for _ in range(_TRIES):
            numbers = [int.from_bytes(self.octets(4)) for _ in range(count)]
            text = "".join(alphabet[number % len(alphabet)] for number in numbers)
            if count < _SHORT or _mixed(text, alphabet):
                break
        return text


def _mixed(text: str, alphabet: str) -> bool:
    kinds = (DIGITS, LOWER, UPPER)
    both = all(set(text) & set(kind) for kind in kinds if set(alphabet) & set(kind))
    ends = text[0].isalnum() and text[-1].isalnum()
    return both and ends and len(set(text)) >= min(len(text), len(alphabet)) // 2
