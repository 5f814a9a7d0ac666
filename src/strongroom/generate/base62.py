"""Bytes as digits and letters: nothing to escape, and a double click selects all of it."""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_VALUES: Final = {letter: value for value, letter in enumerate(ALPHABET)}


def width(octets: int) -> int:
    """How many characters any `octets` bytes take: 43 for 32."""
    characters = 0
    while 62**characters < 256**octets:
        characters += 1
    return characters


def encode(data: bytes) -> str:
    """`data` as one big-endian number, padded with `0` to its full width."""
    number = int.from_bytes(data, "big")
    letters: list[str] = []
    for _ in range(width(len(data))):
        number, digit = divmod(number, 62)
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))


def decode(text: str, octets: int) -> bytes | None:
    """The `octets` bytes that `encode` wrote as `text`, or None when it wrote no such text."""
    if len(text) != width(octets) or not all(letter in _VALUES for letter in text):
        return None
    number = 0
    for letter in text:
        number = number * 62 + _VALUES[letter]
    return number.to_bytes(octets, "big") if number < 256**octets else None
