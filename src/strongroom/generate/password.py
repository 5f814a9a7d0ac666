"""Passwords that contain every required class and need no escaping where they are used.

A whole string is drawn and thrown away until all classes are there, so that each
acceptable password is equally likely. Placing one character of each class and shuffling
would not do: it favours strings with few of a class.
"""

import math
import string
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from itertools import combinations
from typing import Final

from strongroom.errors import InvalidError
from strongroom.generate import draw, kinds
from strongroom.generate.value import Generated

LENGTH_MAX: Final = 1024  # characters
BITS_DEFAULT: Final = 128
CLASSES: Final = kinds.CLASSES
UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
DIGITS: Final = "0123456789"


class Target(StrEnum):
    """Where a password has to stand unquoted."""

    URL = "url"
    DSN = "dsn"
    SHELL = "shell"
    ANY = "any"


SYMBOLS: Final = {
    # RFC 3986's unreserved marks: no percent-encoding in any part of a URL.
    Target.URL: "-._~",
    # Also plain in libpq's key=value, ODBC's and ADO's strings, which end at ; and read {}.
    Target.DSN: "-._~!*",
    # No expansion, glob, history or operator in sh, bash or zsh. Not %: cron cuts a line there.
    Target.SHELL: "-._+,:@",
    # What all of the above agree on.
    Target.ANY: "-._",
}


def generate(
    *,
    length: int,
    classes: Iterable[str] = CLASSES,
    target: Target = Target.ANY,
    symbols: str = "",
) -> Generated:
    """A password of `length` characters that starts with a letter or digit.

    The alphabet is letters and digits, and the target's symbols where `classes` has
    `symbols`. A leading `-` would be taken for an option and `~` for a home folder.
    `symbols`, where given, are used instead of the target's, and one of them at least.

    Raises:
        InvalidError: `password-length`, `password-class`, `password-symbols`.
    """
    required = _required((*classes, "symbols") if symbols else classes)
    marks = _marks(symbols) or SYMBOLS[target]
    _check_length(length, required)
    alphabet = _alphabet(required, marks)
    members = [frozenset(_members(name, marks)) for name in required]
    while True:
        candidate = draw.text(alphabet[:62], 1) + draw.text(alphabet, length - 1)
        present = set(candidate)
        if not any(present.isdisjoint(letters) for letters in members):
            said = f"{length} characters" if symbols else describe(length, target)
            return Generated(candidate, math.log2(_accepted(length, required, marks)), said)


def describe(length: int, target: Target) -> str:
    """What a password of `length` for `target` looks like, for people."""
    where = "a URL, a DSN or a shell" if target is Target.ANY else f"a {target.upper()}"
    return f"{length} characters, safe unquoted in {where.replace('SHELL', 'shell')}"


def bits(length: int, classes: Iterable[str], target: Target) -> float:
    """log2 of how many passwords `generate` can give, each as likely as the others."""
    return math.log2(accepted(length, classes, target))


def accepted(length: int, classes: Iterable[str], target: Target) -> int:
    """How many strings of `length` characters have all `classes`, by inclusion-exclusion.

    Raises:
        InvalidError: `password-class`.
    """
    return _accepted(length, _required(classes), SYMBOLS[target])


@cache
def _accepted(length: int, required: tuple[str, ...], marks: str) -> int:
    alphabet = _alphabet(required, marks)
    total = 0
    for left_out in range(len(required) + 1):
        for names in combinations(required, left_out):
            gone = {letter for name in names for letter in _members(name, marks)}
            first = sum(letter not in gone for letter in alphabet[:62])
            rest = sum(letter not in gone for letter in alphabet)
            total += (-1) ** left_out * first * rest ** (length - 1)
    return total


def length_for(bits_min: float, classes: Iterable[str], target: Target) -> int:
    """The shortest length with at least `bits_min` bits.

    Raises:
        InvalidError: `password-length`, when that would be over `LENGTH_MAX`.
    """
    required = _required(classes)
    for length in range(max(1, len(required)), LENGTH_MAX + 1):
        if bits(length, required, target) >= bits_min:
            return length
    raise InvalidError("password-length", f"a password has at most {LENGTH_MAX} characters")


def _required(classes: Iterable[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(classes))
    for name in names:
        if name not in CLASSES:
            raise InvalidError(
                "password-class",
                f"there is no class of characters {name!r}",
                fix=f"the classes are {', '.join(CLASSES)}",
            )
    return names


def _marks(symbols: str) -> str:
    """Each of the symbols once: one that stood twice would be likelier."""
    marks = "".join(dict.fromkeys(symbols))
    if not all(mark in string.punctuation for mark in marks):
        raise InvalidError(
            "password-symbols", "symbols are ASCII marks, no letters, digits or spaces"
        )
    return marks


def _members(name: str, marks: str) -> str:
    return {"upper": UPPER, "lower": LOWER, "digits": DIGITS}.get(name) or marks


def _alphabet(required: tuple[str, ...], marks: str) -> str:
    return UPPER + LOWER + DIGITS + (marks if "symbols" in required else "")


def _check_length(length: int, required: tuple[str, ...]) -> None:
    # One more than the classes: a password of symbols alone cannot start with a letter.
    least = max(1, len(required), 2 if required == ("symbols",) else 1)
    if not least <= length <= LENGTH_MAX:
        raise InvalidError(
            "password-length", f"a password has {least} to {LENGTH_MAX} characters, not {length}"
        )
