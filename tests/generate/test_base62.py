"""Tests for strongroom.generate.base62."""

from hypothesis import given
from hypothesis import strategies as st

from strongroom.generate import base62


@given(st.binary(min_size=1, max_size=80))
def test_what_was_encoded_is_decoded(data: bytes) -> None:
    text = base62.encode(data)

    assert base62.width(len(data)) == len(text)
    assert data == base62.decode(text, len(data))


@given(st.text(alphabet=base62.ALPHABET, min_size=43, max_size=43))
def test_a_text_is_decoded_only_if_it_is_the_one_spelling(text: str) -> None:
    data = base62.decode(text, 32)

    assert data is None or base62.encode(data) == text


def test_known_answers() -> None:
    """Digits, then capitals, then small letters; the most significant first."""
    assert base62.encode((61).to_bytes(1, "big")) == "0z"
    assert base62.encode((62).to_bytes(1, "big")) == "10"
    assert base62.encode(b"\x01\x02") == "04A"
    assert {base62.width(n) for n in (4, 32, 64)} == {6, 43, 86}


def test_other_widths_letters_and_too_large_numbers_are_refused() -> None:
    assert base62.decode("0" * 42, 32) is None
    assert base62.decode("-" * 43, 32) is None
    assert base62.decode("z" * 43, 32) is None
