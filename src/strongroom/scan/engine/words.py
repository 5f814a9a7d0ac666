"""How much of a text is words, by which letters follow one another in words."""

import re
from functools import lru_cache
from typing import Final

from strongroom.scan.engine.bigrams import TABLE

_ALPHABET: Final = ".abcdefghijklmnopqrstuvwxyz"
_ROWS: Final = TABLE.split()
_BITS: Final = {
    first + second: ord(_ROWS[i][j]) - ord("a")
    for i, first in enumerate(_ALPHABET)
    for j, second in enumerate(_ALPHABET)
}
_RUN: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|[^A-Za-z0-9]+")
_SEPARATORS: Final = frozenset("-_./: ")
WORD_CHARS_MIN: Final = 3
_SHORT: Final = 4
# Of a random run of three letters one in ten is under the first, of six one in forty the other.
_SHORT_BITS_MAX: Final = 4.3
_BITS_MAX: Final = 4.7


@lru_cache(maxsize=4096)
def is_word(run: str) -> bool:
    """Whether a run of letters reads like a word or the name of something."""
    if len(run) < WORD_CHARS_MIN:
        return False
    edged = f".{run.lower()}."
    bits = sum(_BITS[edged[i : i + 2]] for i in range(len(run) + 1)) / (len(run) + 1)
    return bits <= (_SHORT_BITS_MAX if len(run) <= _SHORT else _BITS_MAX)


def share(text: str) -> float:
    """Characters in words among all but separators, 0 to 1; `getToken_2` has 0.9."""
    words = others = 0
    for run in _RUN.findall(text):
        if run[0].isascii() and run[0].isalpha() and is_word(run):
            words += len(run)
        elif not _SEPARATORS.issuperset(run):
            others += len(run)
    return words / (words + others) if words + others else 1.0
