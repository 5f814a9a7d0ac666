"""Tests for strongroom.generate.passphrase and its words."""

import hashlib
import math

import pytest

from strongroom.errors import InvalidError
from strongroom.generate import passphrase
from strongroom.generate.wordlist import WORDS


def test_the_words_are_the_published_ones() -> None:
    """The list as the EFF publishes it, dice numbers included."""
    rolls = ["".join(str(1 + n // 6**place % 6) for place in (4, 3, 2, 1, 0)) for n in range(7776)]
    text = "".join(f"{roll}\t{word}\n" for roll, word in zip(rolls, WORDS, strict=True))

    assert hashlib.sha256(text.encode()).hexdigest() == (
        "addd35536511597a02fa0a9ff1e5284677b8883b83e986e43f15a3db996b903e"
    )


def test_no_two_draws_give_the_same_text() -> None:
    """Otherwise there would be fewer passphrases than is said."""
    assert len(set(WORDS)) == 7776
    assert not any(passphrase.SEPARATOR in word for word in WORDS)


def test_a_passphrase_has_its_words_and_bits() -> None:
    made = passphrase.generate(words=10)

    assert set(made.value.split(".")) <= set(WORDS)
    assert len(made.value.split(".")) == 10
    assert math.isclose(made.bits, 10 * math.log2(7776))
    assert made.format == "10 words of 7776"


@pytest.mark.parametrize(("bits", "words"), [(0, 1), (12.9, 1), (12.93, 2), (128, 10), (256, 20)])
def test_words_for_bits_are_the_fewest(bits: float, words: int) -> None:
    assert words == passphrase.words_for(bits)


@pytest.mark.parametrize("words", [0, passphrase.WORDS_MAX + 1])
def test_the_number_of_words_is_bounded(words: int) -> None:
    with pytest.raises(InvalidError) as refused:
        passphrase.generate(words=words)

    assert refused.value.code == "passphrase-words"
