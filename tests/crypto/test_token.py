"""Tests for strongroom.crypto.token."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crypto.promises import code, room

from strongroom.crypto import token
from strongroom.errors import UnauthenticatedError

KEYS = room()


def text(kind: str = "app") -> str:
    return token.mint(KEYS, kind).token.reveal().decode()


@given(st.from_regex(token.KIND, fullmatch=True))
def test_what_is_minted_parses_to_its_lookup(kind: str) -> None:
    minted = token.mint(KEYS, kind)
    shown = minted.token.reveal().decode()

    assert minted.lookup == token.parse(KEYS, shown)
    assert token.LOOKUP_BYTES == len(minted.lookup)
    assert re.fullmatch(token.TOKEN_PATTERN, shown)
    assert shown.startswith(f"srt_{kind}_")
    assert len(shown) <= token.TOKEN_CHARS_MAX
    assert shown not in repr(minted)


@given(st.integers(0, 67), st.characters())
def test_any_changed_character_is_refused(at: int, char: str) -> None:
    good = text()
    changed = good[:at] + char + good[at + 1 :]

    if changed != good:
        refusal = code(lambda: token.parse(KEYS, changed))
        assert refusal in {"token-malformed", "token-forged"}


@given(st.text(max_size=90))
def test_no_text_at_all_parses_and_none_comes_back(typed: str) -> None:
    with pytest.raises(UnauthenticatedError) as refused:
        token.parse(KEYS, f"srt_{typed}")
    assert len(typed) < 4 or typed not in str(refused.value)


def test_tokens_are_drawn() -> None:
    bodies = {text().split("_")[2] for _ in range(100)}

    assert 100 == len(bodies)
    assert {43} == {len(body) for body in bodies}


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=6, unique=True))
def test_base62_is_injective_and_keeps_the_order(bodies: list[bytes]) -> None:
    """Digits, capitals, small letters: ASCII order, so the order of numbers is that of texts."""
    texts = [token._base62(body) for body in sorted(bodies)]

    assert all(before < after for before, after in pairwise(texts))
    assert {token.BODY_CHARS} == {len(t) for t in texts}


@pytest.mark.parametrize("kind", ["", "A", "1a", "a_b", "a" * 17, "a\n"])
def test_a_kind_has_one_spelling(kind: str) -> None:
    with pytest.raises(ValueError, match="a kind of token"):
        token.mint(KEYS, kind)
