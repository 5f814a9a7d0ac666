"""Tests for strongroom.scan.engine.words."""

import pytest

from strongroom.scan.engine.words import is_word, share


@pytest.mark.parametrize(
    "word", ["password", "Secret", "token", "hunter", "dev", "lexer", "foobar"]
)
def test_words_are_words(word: str) -> None:
    assert is_word(word)


@pytest.mark.parametrize("noise", ["zxcvb", "xkq", "hXqpT", "jdfkls", "pqxw", "a", "tq"])
def test_noise_is_none(noise: str) -> None:
    assert not is_word(noise)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("getUserToken", 1.0, 1.0),
        ("user_name_2", 0.85, 0.95),
        ("k3v9q2m7x1c8", 0.0, 0.0),
        ("hunter2!", 0.7, 0.8),
        ("----", 1.0, 1.0),
    ],
)
def test_the_share_of_words(text: str, low: float, high: float) -> None:
    assert low <= share(text) <= high
