"""What a guesser would try before trying everything: words, repeats, sequences.

The estimate is the cheapest way to spell a value out of these. Chance makes a few of them
in random text too, so `random_looking` tells the two apart before anyone is refused.
"""

import math
from collections.abc import Iterable, Iterator
from typing import Final

from strongroom.generate.sentinels import COMMON, plain
from strongroom.generate.wordlist import WORDS

# A value is taken for random unless a code with words and repeats writes it in so many bits
# less than one without. An ideal code does that to one random value in 2^24; of 90,000 that
# were measured with this one, the luckiest saved 15.
SAVING_BITS_MAX: Final = 24.0
SAVING_SHARE_MAX: Final = 0.25  # where there are few bits in all, and a false alarm harms nobody
_SWITCH_BITS: Final = 5.0  # what it costs that code to say that no plain character follows
CHARS_MAX: Final = 512  # more is not looked at: it is far beyond any requirement
WORD_CHARS_MIN: Final = 4
COPY_CHARS_MIN: Final = 4
SEQUENCE_CHARS_MIN: Final = 3


def _keyboard(rows: Iterable[str]) -> Iterator[str]:
    """Every walk along a row, in both directions, figures for letters undone."""
    for row in (*map(plain, rows), *(plain(row)[::-1] for row in rows)):
        for start in range(len(row)):
            for end in range(start + WORD_CHARS_MIN, len(row) + 1):
                yield row[start:end]


_ROWS: Final = (
    *("qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertz", "azerty"),
    *("1q2w3e4r5t6y7u8i9o0p", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "q1w2e3r4t5y6u7i8o9p0"),
)
_DICTIONARY: Final = frozenset(
    word for word in (*WORDS, *COMMON, *_keyboard(_ROWS)) if len(word) >= WORD_CHARS_MIN
)
_WORD_CHARS_LONGEST: Final = max(map(len, _DICTIONARY))
_BEGINNINGS: Final = frozenset(word[:WORD_CHARS_MIN] for word in _DICTIONARY)
WORD_BITS: Final = math.log2(len(WORDS))  # the passphrases that we make are worth what we say


def bits(text: str, per_char: float) -> float:
    """log2 of the guesses for `text` (first `CHARS_MAX`), `per_char` where nothing matches."""
    return _cheapest(text[:CHARS_MAX], per_char, 0.0)


def random_looking(text: str, per_char: float) -> bool:
    """Whether `text`, drawn from an alphabet of `per_char` bits, may well be random."""
    text = text[:CHARS_MAX]
    most = len(text) * per_char
    saving = most - _cheapest(text, per_char, _SWITCH_BITS)
    return saving <= min(SAVING_BITS_MAX, most * SAVING_SHARE_MAX)


def _cheapest(text: str, per_char: float, switch: float) -> float:
    folded = plain(text)
    if _plain_all_over(text, folded):
        return len(text) * per_char
    best = [0.0] + [math.inf] * len(text)
    copies = list(_copies(text))
    for start in range(len(text)):
        so_far = best[start]
        best[start + 1] = min(best[start + 1], so_far + per_char)
        for length, price in _matches(text, folded, start, copies[start], per_char):
            best[start + length] = min(best[start + length], so_far + price + switch)
    return best[-1]


def _plain_all_over(text: str, folded: str) -> bool:
    """Whether nothing matches anywhere, as in most random text: told without a look at each place."""
    pieces = [text[at : at + COPY_CHARS_MIN] for at in range(len(text) - COPY_CHARS_MIN + 1)]
    if len(set(pieces)) < len(pieces):
        return False
    words = [folded[at : at + WORD_CHARS_MIN] for at in range(len(text) - WORD_CHARS_MIN + 1)]
    if not _BEGINNINGS.isdisjoint(words):
        return False
    codes = list(map(ord, text))
    return not any(
        b - a == c - b and -1 <= b - a <= 1
        for a, b, c in zip(codes, codes[1:], codes[2:], strict=False)
    )


def _matches(
    text: str, folded: str, start: int, copy: int, per_char: float
) -> Iterator[tuple[int, float]]:
    """Pairs of (characters, bits) of what can be spelt from `start` on."""
    # Runs and copies at their longest only: all lengths would take quadratic time.
    run = _sequence(text, start)
    if run >= SEQUENCE_CHARS_MIN:
        yield run, per_char + 2 + math.log2(run)  # its first character, direction, length
    if copy >= COPY_CHARS_MIN:
        yield copy, 1 + math.log2(start + 1) + math.log2(copy)  # from where, how long
    if folded[start : start + WORD_CHARS_MIN] not in _BEGINNINGS:
        return
    for length in range(WORD_CHARS_MIN, min(_WORD_CHARS_LONGEST, len(text) - start) + 1):
        if folded[start : start + length] in _DICTIONARY:
            yield length, WORD_BITS + _disguise(text[start : start + length])


def _disguise(word: str) -> float:
    """What capitals and figures for letters add; a first or all capitals add one bit."""
    letters = sum(character.isalpha() for character in word)
    capitals = sum(character.isupper() for character in word)
    figures = len(word) - letters
    usual = capitals in {0, letters} or (capitals == 1 and word[0].isupper())
    return (bool(capitals) if usual else math.log2(math.comb(letters, capitals)) + 1) + figures


def _sequence(text: str, start: int) -> int:
    """How many characters from `start` on go up by one, down by one or stay."""
    if start + 1 >= len(text):
        return 1
    step = ord(text[start + 1]) - ord(text[start])
    if step not in {-1, 0, 1}:
        return 1
    end = start + 2
    while end < len(text) and ord(text[end]) - ord(text[end - 1]) == step:
        end += 1
    return end - start


def _copies(text: str) -> Iterator[int]:
    """For each place, how many characters from it on stand earlier already; 0 for few."""
    seen: dict[str, int] = {}
    source, length = 0, 0
    for start in range(len(text)):
        # What was a copy of n characters is one of n - 1 a place later: no quadratic rescan.
        source, length = source + 1, length - 1
        if length < COPY_CHARS_MIN:
            source, length = seen.get(text[start : start + COPY_CHARS_MIN], -1), 0
            if source >= 0:
                while start + length < len(text) and text[source + length] == text[start + length]:
                    length += 1
        yield max(length, 0)
        seen.setdefault(text[start : start + COPY_CHARS_MIN], start)
