"""Tests for strongroom.generate.algorithms."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from strongroom.generate.algorithms import curve_of, inspect_pem, rsa_of

PRIVATE = (PrivateFormat.PKCS8, NoEncryption())
RSA_SMALL = rsa.generate_private_key(65537, 1024)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def pem(key: object) -> str:
    return key.private_bytes(Encoding.PEM, *PRIVATE).decode()  # type: ignore[attr-defined,no-any-return]


@pytest.mark.parametrize(
    ("key", "name", "strength", "accepted"),
    [
        (RSA_SMALL, "RSA-1024", 80, False),
        (rsa.generate_private_key(65537, 2048), "RSA-2048", 112, True),
        (EC_KEY, "EC secp256r1", 128, True),
        (ec.generate_private_key(ec.SECP384R1()), "EC secp384r1", 192, True),
        (ed25519.Ed25519PrivateKey.generate(), "Ed25519", 128, True),
        (ed448.Ed448PrivateKey.generate(), "Ed448", 224, True),
        (x25519.X25519PrivateKey.generate(), "X25519", 128, True),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else "",
)
def test_keys_are_named_and_judged(key: object, name: str, strength: int, accepted: bool) -> None:
    (found,) = inspect_pem(pem(key))

    assert (name, strength, accepted) == (found.name, found.strength, found.accepted)


def test_112_bits_are_accepted_with_a_note() -> None:
    """C-19."""
    assert "2030" in (rsa_of(2048).note or "")
    assert rsa_of(3072).note is None
    assert rsa_of(2047).accepted is False
    assert rsa_of(512).strength == 0


def test_p192_is_refused_and_p224_noted() -> None:
    assert not curve_of("P-192", 192).accepted
    assert curve_of("P-224", 224).note is not None


def test_dsa_is_refused_whatever_its_size() -> None:
    (found,) = inspect_pem(pem(dsa.generate_private_key(2048)))

    assert found.name == "DSA-2048"
    assert not found.accepted


def test_public_keys_and_openssh_keys_are_read() -> None:
    public = EC_KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    ssh = EC_KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())

    assert inspect_pem(public.decode())[0].name == "EC secp256r1"
    assert inspect_pem(ssh.decode())[0].name == "EC secp256r1"


def test_a_certificate_is_judged_by_its_key() -> None:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, RSA_SMALL.public_key(), 1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=1))
        .sign(RSA_SMALL, hashes.SHA256())
    )
    (found,) = inspect_pem(certificate.public_bytes(Encoding.PEM).decode())

    assert found.name == "RSA-1024"


def test_what_was_not_measured_does_not_pass() -> None:
    locked = EC_KEY.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"not-a-real-passphrase")
    )
    for text in (locked.decode(), "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"):
        (found,) = inspect_pem(text)
        assert found.strength is None
        assert not found.accepted
        assert "not measured" in (found.note or "")


def test_an_algorithm_that_nobody_knows_is_not_measured() -> None:
    from strongroom.generate.algorithms import _named

    assert _named(object()).strength is None
