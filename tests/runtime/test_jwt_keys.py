"""P-4.1: a key's text fixes its algorithm, weak ones are refused, and its id shows nothing of it."""

import secrets

import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc import jwk

from strongroom import Secret
from strongroom.errors import ConfigError
from strongroom.runtime import jwt_keys

PRIVATE = (s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption())
PUBLIC = (s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)


def pem(key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(*PRIVATE).decode()


RSA = rsa.generate_private_key(65537, 2048)
ED = ed25519.Ed25519PrivateKey.generate()


@pytest.mark.parametrize(
    ("text", "algorithm"),
    [(secrets.token_hex(32), "HS256"), (pem(ED), "EdDSA"), (pem(RSA), "RS256")],
    ids=["text", "ed25519", "rsa"],
)
def test_a_key_signs_by_one_algorithm_and_checks_its_own_signatures(
    text: str, algorithm: str
) -> None:
    key, other = jwt_keys.read(Secret(text)), jwt_keys.read(Secret(secrets.token_hex(32)))
    assert key.algorithm == algorithm
    signature = key.sign(b"data")
    assert key.verifies(b"data", signature)
    assert not key.verifies(b"Data", signature)
    assert not key.verifies(b"data", b"")
    assert not other.verifies(b"data", signature)
    assert text not in repr(key)
    assert key.id not in text


@pytest.mark.parametrize("key", [ED, RSA], ids=["ed25519", "rsa"])
def test_an_id_is_the_thumbprint_of_the_public_key(
    key: ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey,
) -> None:
    public = key.public_key().public_bytes(*PUBLIC)
    theirs = jwk.import_key(public, "OKP" if key is ED else "RSA").thumbprint()
    ours = jwt_keys.read(Secret(public.decode()))
    assert ours.id == theirs == jwt_keys.read(Secret(pem(key))).id
    assert ours.public is not None
    assert set(ours.public) & {"d", "p", "q", "k"} == set()
    with pytest.raises(ConfigError) as caught:
        ours.sign(b"data")
    assert caught.value.code == "jwt-key-public"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("secret", "jwt-key-weak"),
        ("a" * 64, "jwt-key-weak"),
        (secrets.token_hex(15), "jwt-key-weak"),
        ("", "jwt-key-weak"),
        (secrets.token_hex(32) + "\ud800", "secret-undecodable"),
        (pem(ED) + "\ud800", "jwt-key-unusable"),
        (pem(rsa.generate_private_key(65537, 1024)), "jwt-key-weak"),
        (pem(ec.generate_private_key(ec.SECP256R1())), "jwt-key-unusable"),
        (pem(ED).replace("M", "N"), "jwt-key-unusable"),
        ("-----BEGIN PRIVATE KEY-----\nfake\n-----END PRIVATE KEY-----", "jwt-key-unusable"),
    ],
    ids=range(10),
)
def test_what_is_weak_or_no_key_is_refused_without_showing_it(text: str, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        jwt_keys.read(Secret(text, name="SECRET_KEY"))
    error = caught.value
    assert error.code == code
    assert (error.__context__, error.__cause__) == (None, None)
    assert len(text) < 10 or text not in f"{error} {error.fix}"
