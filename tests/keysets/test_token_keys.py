"""Keys of tokens as text; tests/runtime/test_jwt_keys.py has the rest, by way of secrets."""

import pytest

from strongroom.errors import ConfigError
from strongroom.generate import keys
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
