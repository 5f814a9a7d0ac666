"""Tests for strongroom.generate.keys."""

import base64
import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)

from strongroom.errors import InvalidError
from strongroom.generate import keys
from strongroom.generate.value import Generated


def test_a_jwt_key_is_hexadecimal_with_its_bits() -> None:
    made = keys.jwt()

    assert re.fullmatch(r"[0-9a-f]{64}", made.value)
    assert made.bits == 256
    assert len(keys.jwt(512).value) == 128


def test_a_data_key_is_base64url() -> None:
    made = keys.data_key()

    assert len(base64.urlsafe_b64decode(made.value)) == 32
    assert keys.data_key(512).bits == 512


@pytest.mark.parametrize("bits", [0, 7, 257, keys.BITS_MAX + 8, -8])
def test_bits_that_are_no_bytes_are_refused(bits: int) -> None:
    for make in (keys.jwt, keys.data_key, keys.rsa):
        with pytest.raises(InvalidError) as refused:
            make(bits)
        assert refused.value.code == "key-bits"


def test_random_keys_follow_the_operating_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """P-4.2: what it gives is what they are."""
    for name in ("os.urandom", "random._urandom"):
        monkeypatch.setattr(name, lambda count: b"\x5a" * count)

    assert keys.jwt().value == "5a" * 32
    assert base64.urlsafe_b64decode(keys.data_key().value) == b"\x5a" * 32
    private = load_pem_private_key(keys.ed25519().value.encode(), None)
    assert isinstance(private, ed25519.Ed25519PrivateKey)
    assert private.private_bytes_raw() == b"\x5a" * 32


def public_of(made: Generated) -> str:
    key = load_pem_private_key(made.value.encode(), None)
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode().rstrip("\n")


def test_an_ed25519_pair_belongs_together() -> None:
    made = keys.ed25519()

    assert public_of(made) == made.public
    assert made.bits == 128


def test_an_rsa_pair_belongs_together() -> None:
    """C-19: 3072, since 2048 has 112 bits."""
    made = keys.rsa()
    key = load_pem_private_key(made.value.encode(), None)

    assert public_of(made) == made.public
    assert isinstance(key, rsa.RSAPrivateKey)
    assert key.key_size == 3072
    assert made.format == "RSA-3072, PEM"


@pytest.mark.parametrize(
    ("bits", "next_"), [(2048, 3072), (3072, 3072), (3073, 4096), (4096, 4096), (8192, 4096)]
)
def test_what_follows_an_rsa_key_is_of_a_size_that_is_made(bits: int, next_: int) -> None:
    assert next_ == keys.rsa_bits(bits)
