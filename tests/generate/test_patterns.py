"""Tests for strongroom.generate.patterns."""

import math
import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.generate import password, patterns


@given(st.text(max_size=80), st.floats(1, 8))
def test_an_estimate_is_between_nothing_and_everything(text: str, per_char: float) -> None:
    estimate = patterns.bits(text, per_char)

    assert 0 <= estimate <= len(text) * per_char + 1e-6


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("a" * 64, 15),
        ("abcdefghijklmnopqrstuvwxyz", 14),
        ("987654321", 14),
        ("umbrellaWizardzebra", 41),
        ("qwertyuiop", 14),
        ("1q2w3e4r5t6y", 27),
        ("Passw0rd!Passw0rd!", 32),
        ("3f9a3f9a3f9a3f9a3f9a3f9a", 35),
        ("", 0),
    ],
)
def test_what_a_guesser_tries_first_is_cheap(text: str, most: float) -> None:
    assert patterns.bits(text, math.log2(95)) <= most


def test_capitals_and_figures_cost_what_they_add() -> None:
    lower, first, mixed, leet = (
        patterns.bits(text, 6.5) for text in ("umbrella", "Umbrella", "umBreLla", "umbr3lla")
    )

    assert lower < first < mixed
    assert first == lower + 1
    assert leet == lower + 1


def test_random_text_is_taken_for_random() -> None:
    """At the shortest lengths that are asked for, where chance matters most."""
    for _ in range(3000):
        assert patterns.random_looking(secrets.token_hex(16), 4.0)
        assert patterns.random_looking(password.generate(length=16).value, 6.0)


def test_a_saving_by_chance_stays_far_below_the_margin() -> None:
    """Each bit saved is half as likely as the one before: 24 are one value in 2^24."""
    savings = [most_saved(secrets.token_hex(32), 4.0) for _ in range(2000)]

    assert max(savings) < patterns.SAVING_BITS_MAX
    assert sum(saving >= 8 for saving in savings) < 100


def most_saved(text: str, per_char: float) -> float:
    return len(text) * per_char - patterns._cheapest(text, per_char, patterns._SWITCH_BITS)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 16,
        "Passw0rd!Passw0rd!",
        "987654321",
        "umbrellawizardzebraunicorn",
        "0123456789abcdef0123456789abcdef",
    ],
)
def test_what_is_made_up_is_not_taken_for_random(text: str) -> None:
    assert not patterns.random_looking(text, 5.0)


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    text = secrets.token_hex(patterns.CHARS_MAX)

    assert patterns.bits(text, 4.0) <= 4.0 * patterns.CHARS_MAX
