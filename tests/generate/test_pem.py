"""Tests for strongroom.generate.pem: every key of a text is found, whatever it came through."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from strongroom.generate import pem
from strongroom.generate.strength import measure, measure_bytes

SMALL = rsa.generate_private_key(65537, 1024)
GOOD = ec.generate_private_key(ec.SECP256R1())
LOCK = BestAvailableEncryption(b"not-a-real-passphrase")
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | dsa.DSAPrivateKey


def text(
    key: Key,
    form: PrivateFormat = PrivateFormat.PKCS8,
    lock: KeySerializationEncryption = NoEncryption(),  # noqa: B008 - it has no state
) -> str:
    return key.private_bytes(Encoding.PEM, form, lock).decode()


def symmetric(size: int, label: str = "HMAC KEY") -> str:
    body = base64.b64encode(bytes(range(7, 7 + 5 * size, 5))).decode()
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


def locked_ssh(key: Key) -> str:
    """As ssh-keygen writes it with a passphrase: the public key, then what nobody can read."""
    line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    parts = [b"aes256-ctr", b"bcrypt", bytes(24)]
    blob = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    public = base64.b64decode(line.split()[1])
    blob += (1).to_bytes(4, "big") + len(public).to_bytes(4, "big") + public + bytes(64)
    body = base64.b64encode(b"openssh-key-v1\x00" + blob).decode()
    label = "OPENSSH PRIVATE KEY"
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


WEAK = {
    "PKCS 8": text(SMALL),
    "PKCS 1": text(SMALL, PrivateFormat.TraditionalOpenSSL),
    "OpenSSH": text(SMALL, PrivateFormat.OpenSSH),
    "OpenSSH, encrypted": locked_ssh(SMALL),
    "PKCS 1 public": SMALL.public_key().public_bytes(Encoding.PEM, PublicFormat.PKCS1).decode(),
    "the second of two": text(GOOD) + text(SMALL),
    "behind its parameters": f"-----BEGIN EC PARAMETERS-----\nBg==\n-----END EC PARAMETERS-----\n{text(SMALL)}",
    "lines as they are in a variable": text(SMALL).replace("\n", "\\n"),
    "a service account's file": json.dumps({"private_key": text(SMALL)}),
    "base64 once more": base64.b64encode(text(SMALL).encode()).decode(),
    "words around it": f"Bag Attributes\n{text(SMALL)}\nthe end",
}


@pytest.mark.parametrize("value", WEAK.values(), ids=WEAK)
def test_a_small_key_is_found_wherever_it_is(value: str) -> None:
    """P-1.13."""
    found = measure(value).algorithm

    assert found is not None
    assert "RSA-1024" == found.name
    assert not found.accepted


@pytest.mark.parametrize(
    "value",
    [
        text(GOOD),
        text(GOOD, PrivateFormat.TraditionalOpenSSL),
        locked_ssh(GOOD),
        json.dumps({"private_key": text(GOOD)}),
        f"-----BEGIN EC PARAMETERS-----\nBg==\n-----END EC PARAMETERS-----\n{text(GOOD)}",
    ],
    ids=["PKCS 8", "SEC 1", "OpenSSH, encrypted", "JSON", "with parameters"],
)
def test_a_good_key_is_accepted_in_each_form(value: str) -> None:
    found = measure(value).algorithm

    assert found is not None
    assert found.accepted


@pytest.mark.parametrize(
    "value",
    [
        text(GOOD, PrivateFormat.PKCS8, LOCK),
        text(GOOD, PrivateFormat.TraditionalOpenSSL, LOCK),
        text(GOOD)[:-30],
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\nAAAA\n-----END PGP PRIVATE KEY BLOCK-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----",
        "-----BEGIN ",
        text(GOOD) * (pem.BLOCKS_MAX + 1),
    ],
    ids=["encrypted", "encrypted SEC 1", "cut", "of another kind", "cut inside", "begun", "many"],
)
def test_what_was_not_measured_does_not_pass(value: str) -> None:
    """P-1.13."""
    found = measure(value).algorithm

    assert found is not None
    assert found.strength is None
    assert not found.accepted


def test_dsa_is_refused() -> None:
    """P-1.13."""
    found = measure(text(dsa.generate_private_key(2048))).algorithm

    assert found is not None
    assert (2048, False) == (int(found.name[4:]), found.accepted)


def test_a_symmetric_key_counts_by_its_bytes() -> None:
    """P-4.1: the lines around it are no strength."""
    assert measure(symmetric(32)).bits >= 128
    assert measure(symmetric(8)).bits <= 64
    assert measure(symmetric(32) + symmetric(8)).bits <= 64
    assert measure(text(GOOD) + symmetric(8)).bits <= 64
    assert measure(symmetric(32) + text(SMALL)).algorithm is not None


def test_keys_in_der_are_measured_too() -> None:
    """P-1.13."""
    key = SMALL.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    public = SMALL.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for data in (key, public):
        found = measure_bytes(data).algorithm
        assert found is not None
        assert "RSA-1024" == found.name
    assert measure_bytes(b"\x30\xff" + bytes(range(200))).algorithm is None


@given(st.text(max_size=80))
def test_any_text_is_one_or_not(rest: str) -> None:
    found = measure(f"-----BEGIN {rest}")

    assert found.algorithm is not None
    assert not found.algorithm.accepted
