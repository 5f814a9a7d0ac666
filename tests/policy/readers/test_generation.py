"""Bits, length, classes and prefix; nothing about people's passwords or other keys."""

import pytest

from tests.policy.readers.build import MATRIX, TYPES, doubts, policy

ALL = ("upper", "lower", "digits", "symbols")


@pytest.mark.parametrize(
    ("line", "jwt", "api"),
    [
        ("JWT keys: 512 bit. API keys: 192 bit.", 512, 192),
        ("JWT secret: 48 bytes minimum", 384, 256),
        ("Token signing keys are 128 hex characters or longer.", 512, 256),
        ("All secrets are generated with at least 320 bits.", 320, 320),
        ("- JWT keys: 256 bits\n- JWT keys: 512 bits", 512, 256),
        ("Encryption keys have 128 bits.", 256, 256),
        ("RSA keys have at least 4096 bits.", 256, 256),
        ("JWT keys have at most 2048 bits.", 256, 256),
        ("Database keys have 64 bits.", 256, 256),
    ],
)
def test_bits_belong_to_the_kind_that_is_named(line: str, jwt: int, api: int) -> None:
    g = policy(line, "Secret generation", TYPES, MATRIX).generation

    assert (jwt, api) == (g.jwt_bits_min, g.api_key_bits_min)


@pytest.mark.parametrize(
    ("line", "length"),
    [
        ("Passwords: at least 12 characters, at most 64 characters.", 12),
        ("Passwords are between 20 and 64 characters long.", 20),
        ("Passwords must not be shorter than 14 characters.", 14),
        ("Passwords have a length of at least 18.", 18),
        ("Passwords have all four character classes.", 16),
        ("User passwords have 8 characters.", 16),
        ("Passwords have at most 64 characters.", 16),
    ],
)
def test_a_length_is_a_lower_bound_of_machines_passwords(line: str, length: int) -> None:
    compiled = policy(line, "Secret generation", TYPES, MATRIX)

    assert length == compiled.generation.password_length_min


@pytest.mark.parametrize(
    ("line", "classes"),
    [
        ("Passwords mix capital letters, small letters and digits.", ("upper", "lower", "digits")),
        ("Passwords contain letters and digits, no symbols.", ("upper", "lower", "digits")),
        ("Passwords are alphanumeric and carry symbols.", ALL),
        ("Passwords have all four character classes.", ALL),
        ("Passwords do not need symbols.", ALL),
    ],
)
def test_classes_are_those_that_are_named(line: str, classes: tuple[str, ...]) -> None:
    compiled = policy(line, "Secret generation", TYPES, MATRIX)

    assert classes == compiled.generation.password_classes


@pytest.mark.parametrize(
    ("line", "prefix"),
    [
        ("API keys carry a prefix such as `acme_live_...`", "acme_live_"),
        ("API keys start with `acme_`.", "acme_"),
        ("API keys have no prefix.", None),
    ],
)
def test_the_prefix_is_what_stands_before_the_dots(line: str, prefix: str | None) -> None:
    assert prefix == policy(line, "API keys", TYPES, MATRIX).generation.api_key_prefix


def test_two_numbers_of_bits_for_one_value_are_a_doubt() -> None:
    compiled = policy("JWT keys have 256 bits (16 bytes).", "Generation", TYPES, MATRIX)

    assert 256 == compiled.generation.jwt_bits_min
    assert "D-2" in doubts(compiled)


def test_a_pronoun_is_what_the_sentence_before_was_about() -> None:
    compiled = policy(
        "API keys have 256 bits. They start with a prefix such as `acme_...`",
        "Making",
        TYPES,
        MATRIX,
    )

    assert "acme_" == compiled.generation.api_key_prefix


def test_a_prefix_of_something_else_is_none() -> None:
    compiled = policy("The prefix of a host is `web_`.", "Names", TYPES, MATRIX)

    assert compiled.generation.api_key_prefix is None
    assert compiled.clause("P-4.5") is None
