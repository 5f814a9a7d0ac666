"""Tests for strongroom.scan.findings.masking."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.scan.findings.masking import COVER, mask, readable, shape


def masked(text: str, secret: str, *others: str) -> str:
    start = text.encode().index(secret.encode())
    octets = (other.encode() for other in others)
    return mask(text.encode(), start, start + len(secret.encode()), octets)


def test_the_line_stays_and_the_secret_goes() -> None:
    assert (
        f"    password = '{COVER}'  # ours".split()
        == masked("    password = 'hunter22'  # ours", "hunter22").split()
    )


def test_what_a_pattern_cut_off_is_covered_too() -> None:
    assert f"key: {COVER}, b" == masked("key: abcd-rest.of/it, b", "abcd")


def test_other_secrets_of_the_line_are_covered_wherever_they_stand() -> None:
    assert f"a={COVER} b={COVER} c={COVER}" == masked("a=one1 b=two2 c=two2", "one1", "two2")


def test_a_secret_that_the_edge_cuts_is_covered() -> None:
    assert f"{COVER} b={COVER}" == masked("cret99 b=one1", "one1", "a-secret99")


def test_whatever_looks_like_a_token_is_covered() -> None:
    other = f"x{secrets.token_hex(12)}9"

    assert other not in masked(f"a=one1 b={other}", "one1")


def test_a_long_line_is_cut_around_the_secret() -> None:
    line = masked(f"{'a b ' * 500}key=one1 {'c d ' * 500}", "one1")

    assert f"key={COVER}" in line
    assert len(line) < 130
    assert line.startswith("…")
    assert line.endswith("…")


def test_octets_that_are_no_text() -> None:
    assert f"\ufffd k={COVER}" == mask(b"\xff k=one1", 4, 8)


@given(st.binary(max_size=60), st.binary(min_size=4, max_size=30), st.binary(max_size=60))
def test_the_secret_never_shows(before: bytes, secret: bytes, after: bytes) -> None:
    text = before + secret + after
    shown = mask(text, len(before), len(before) + len(secret), [secret])
    plain = secret.decode("utf-8", "replace")

    assert "\n" not in shown
    if plain.isprintable() and "*" not in plain and "\ufffd" not in plain and " " not in plain:
        assert plain not in shown


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (b"123", "3 digits"),
        (b"ab12", "4 hexadecimal digits"),
        (b"xyz", "3 small letters"),
        (b"xYz", "3 letters"),
        (b"xYz1", "4 letters and digits"),
        (b"xYz_1", "5 letters, digits and signs of base64"),
        (b"p@ss w", "6 letters, digits and signs"),
        (b"\xff\x00", "2 octets"),
        (b"-----BEGIN X-----", "a PEM block of 17 octets"),
    ],
)
def test_shapes(secret: bytes, said: str) -> None:
    assert said == shape(secret)


def test_names_that_are_no_utf8_can_be_shown() -> None:
    assert "a/\\xff" == readable("a/\udcff")
    assert "é" == readable("é")
    assert readable("\ud800").isascii()
