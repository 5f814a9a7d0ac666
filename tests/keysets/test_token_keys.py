"""Keys of tokens as text; tests/runtime/test_jwt_keys.py has the rest, by way of secrets."""

from collections.abc import Callable

import pytest

from strongroom.errors import ConfigError
from strongroom.generate import keys
from strongroom.generate.value import Generated
from strongroom.keysets import token_keys


def test_a_pair_signs_and_its_public_half_only_checks() -> None:
    pair = keys.ed25519()
    assert pair.public is not None
    private, public = token_keys.read(pair.value), token_keys.read(pair.public)
    assert (private.signs, public.signs) == (True, False)
    assert private.public == public.public
    assert public.verifies(b"data", private.sign(b"data"))


@pytest.mark.parametrize("text", ["half \ud800", "\ud800" * 64], ids=["one", "many"])
def test_what_cannot_be_encoded_is_said_without_it(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        token_keys.read(text, "SECRET_KEY@v1")
    error = caught.value
    assert (error.code, error.__context__, error.__cause__) == ("jwt-key-unusable", None, None)
    assert "SECRET_KEY@v1" in error.message
    assert "\ud800" not in error.message


@pytest.mark.parametrize("made", [keys.ed25519, keys.rsa], ids=["ed25519", "rsa"])
def test_what_is_published_checks_and_does_not_sign(made: Callable[[], Generated]) -> None:
    private = token_keys.read(made().value)
    assert private.public is not None
    found = token_keys.published(private.public)
    assert found is not None
    assert (found.id, found.algorithm, found.signs) == (private.id, private.algorithm, False)
    assert found.verifies(b"data", private.sign(b"data"))
    named = token_keys.published({**private.public, "kid": "theirs", "x5c": ["…"]})
    assert named is not None
    assert named.id == "theirs"
    assert named.public == {**private.public, "kid": "theirs"}


@pytest.mark.parametrize(
    "changes",
    [
        {"kty": "EC"}, {"crv": "X25519"}, {"x": "!"}, {"x": "AA"}, {"x": 1}, {"alg": "HS256"},
        {"use": "enc"}, {"kty": "RSA"},
    ],
    ids=range(8),
)  # fmt: skip
def test_what_is_of_no_use_here_is_none(changes: dict[str, object]) -> None:
    public = token_keys.read(keys.ed25519().value).public
    assert public is not None
    assert token_keys.published({**public, **changes}) is None


def test_a_published_rsa_key_has_its_bounds() -> None:
    for bits in (1024, 16_384):
        n = token_keys.encode((1 << (bits - 1) | 1).to_bytes(bits // 8, "big"))
        assert token_keys.published({"kty": "RSA", "e": "AQAB", "n": n}) is None
