"""Tests for strongroom.generate.api_key, and for its vectors by a second implementation."""

import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import InvalidError
from strongroom.generate import api_key

VECTORS = Path(__file__).parent.parent.parent / "vectors" / "api-key.json"
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def vectors(op: str) -> list[Any]:
    loaded = json.loads(VECTORS.read_text("utf-8"))
    return [pytest.param(v, id=v["comment"]) for v in loaded if v["input"]["op"] == op]


def digits(number: int, width: int) -> str:
    """Base 62 again, recursively, so that no code is shared with the product."""
    return digits(number // 62, width - 1) + LETTERS[number % 62] if width else ""


@pytest.mark.parametrize("vector", vectors("build"))
def test_the_vectors_hold(vector: dict[str, Any]) -> None:
    given_, key = vector["input"], vector["expect"]["key"]
    body = bytes.fromhex(given_["body"])

    assert key == api_key.build(given_["brand"], given_["marker"], body)
    assert api_key.Parts(given_["brand"], given_["marker"], len(body)) == api_key.check(key)


@pytest.mark.parametrize("vector", vectors("build"))
def test_a_second_implementation_agrees(vector: dict[str, Any]) -> None:
    given_, key = vector["input"], vector["expect"]["key"]
    body = given_["body"]
    width = next(w for w in range(100) if 62**w >= 16 ** len(body))
    head = f"{given_['brand']}_{given_['marker']}_{digits(int(body, 16), width)}"

    assert f"{head}_{digits(zlib.crc32(head.encode()), 6)}" == key


@pytest.mark.parametrize("vector", vectors("check"))
def test_the_vectors_of_flaws_are_refused_for_their_flaw(vector: dict[str, Any]) -> None:
    assert vector["expect"]["flaw"] == api_key.check(vector["input"]["key"])


@given(st.text(max_size=120))
def test_any_text_can_be_checked(text: str) -> None:
    assert isinstance(api_key.check(text), api_key.Parts | api_key.Flaw)


@given(st.binary(min_size=32, max_size=32), st.data())
def test_one_changed_letter_is_always_found(body: bytes, data: st.DataObject) -> None:
    """A checksum of 32 bits finds every burst of up to 32 bits, so every single letter."""
    key = api_key.build("api", "live", body)
    at = data.draw(st.integers(0, len(key) - 1))
    letter = data.draw(st.sampled_from(LETTERS + "_").filter(lambda c: c != key[at]))

    assert isinstance(api_key.check(key[:at] + letter + key[at + 1 :]), api_key.Flaw)


def test_a_fresh_key_has_the_form_and_at_least_the_bits() -> None:
    made = api_key.generate(brand="api", marker="live")
    longer = api_key.generate(brand="api", marker="live", bits_min=257)

    assert re.fullmatch(r"api_live_[0-9A-Za-z]{43}_[0-9A-Za-z]{6}", made.value)
    assert made.bits == 256
    assert longer.bits == 264
    assert api_key.generate(brand="a", marker="b", bits_min=1).bits == 256
    parts = api_key.check(longer.value)
    assert isinstance(parts, api_key.Parts)
    assert parts.bits == 264


@pytest.mark.parametrize(
    ("brand", "marker", "bits", "code"),
    [
        ("Api", "live", 256, "api-key-brand"),
        ("", "live", 256, "api-key-brand"),
        ("a" * 33, "live", 256, "api-key-brand"),
        ("a__b", "live", 256, "api-key-brand"),
        ("api", "li_ve", 256, "api-key-marker"),
        ("api", "-", 256, "api-key-marker"),
        ("api", "live", 513, "api-key-bits"),
    ],
)
def test_what_cannot_stand_in_a_key_is_refused(
    brand: str, marker: str, bits: int, code: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        api_key.generate(brand=brand, marker=marker, bits_min=bits)

    assert code == refused.value.code


@pytest.mark.parametrize("size", [31, 65])
def test_a_body_of_another_size_is_our_mistake(size: int) -> None:
    with pytest.raises(ValueError, match="not 32 to 64"):
        api_key.build("api", "live", bytes(size))
