"""Tests for strongroom.generate.jwk."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.generate import jwk
from strongroom.generate.strength import measure


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    ("key", "name", "accepted"),
    [
        ({"kty": "RSA", "n": b64(b"\x80" + bytes(127))}, "RSA-1024", False),
        ({"kty": "RSA", "n": b64(b"\x80" + bytes(383))}, "RSA-3072", True),
        ({"kty": "RSA", "n": "?"}, "RSA-0", False),
        ({"kty": "EC", "crv": "P-192"}, "EC P-192", False),
        ({"kty": "EC", "crv": "secp256k1"}, "EC secp256k1", True),
        ({"kty": "OKP", "crv": "Ed25519"}, "Ed25519", True),
        ({"kty": "OKP", "crv": "unheard-of"}, "a key of an unknown algorithm", False),
    ],
)
def test_keys_are_named_and_judged(key: dict[str, Any], name: str, accepted: bool) -> None:
    found = jwk.inspect(key)

    assert (name, accepted) == (found.name, found.accepted)


def test_a_set_has_its_keys() -> None:
    keys = [{"kty": "oct", "k": "AA"}, {"kty": "EC"}]

    assert jwk.parse(json.dumps({"keys": [*keys, 5, {}]})) == keys
    assert jwk.parse(json.dumps(keys[0])) == keys[:1]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"keys": 5}', '{"a": 1}', '{"k":' * 50_000])
def test_what_is_no_key_has_none(text: str) -> None:
    assert jwk.parse(text) == []


@given(st.text(max_size=40))
def test_any_text_is_base64url_or_not(text: str) -> None:
    data = jwk.octets(text)

    assert data is None or isinstance(data, bytes)


def oct_key(size: int) -> dict[str, Any]:
    return {"kty": "oct", "k": b64(bytes(range(7, 7 + 5 * size, 5)))}


@pytest.mark.parametrize(
    "keys",
    [
        [oct_key(8)],
        [oct_key(32), oct_key(8)],
        [{"kty": "OKP", "crv": "Ed25519"}, oct_key(8)],
        [oct_key(8), {"kty": "RSA", "n": b64(b"\x80" + bytes(383))}],
    ],
)
def test_the_shortest_secret_of_a_set_counts(keys: list[dict[str, Any]]) -> None:
    """P-4.1: beside a key pair too."""
    assert measure(json.dumps({"keys": keys})).bits <= 64


@pytest.mark.parametrize("weak", [{"kty": "EC", "crv": "P-192"}, {"kty": "oct"}, {"kty": "new"}])
def test_one_refused_key_refuses_its_set(weak: dict[str, Any]) -> None:
    """P-1.13."""
    found = measure(json.dumps({"keys": [oct_key(32), weak]})).algorithm

    assert found is not None
    assert not found.accepted
