"""Passphrases for what a person has to type: words from a list of 7,776."""

import math
from typing import Final

from strongroom.errors import InvalidError
from strongroom.generate import draw
from strongroom.generate.value import Generated
from strongroom.generate.wordlist import WORDS

BITS_DEFAULT: Final = 128
WORDS_MAX: Final = 80
# No word contains it (four contain a hyphen), so that no two draws give the same text.
SEPARATOR: Final = "."


def generate(*, words: int) -> Generated:
    """`words` words, each uniform over the list, with repetition.

    Raises:
        InvalidError: `passphrase-words`.
    """
    if not 1 <= words <= WORDS_MAX:
        raise InvalidError("passphrase-words", f"a passphrase has 1 to {WORDS_MAX} words")
    chosen = [WORDS[index] for index in draw.indices(len(WORDS), words)]
    return Generated(SEPARATOR.join(chosen), bits(words), f"{words} words of {len(WORDS)}")


def bits(words: int) -> float:
    """log2 of how many passphrases of `words` words there are."""
    return words * math.log2(len(WORDS))


def words_for(bits_min: float) -> int:
    """How many words have at least `bits_min` bits: 10 for 128."""
    return max(1, math.ceil(bits_min / math.log2(len(WORDS))))
