"""What the text of a data key is; nothing of it in an error."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from strongroom.errors import ConfigError
from strongroom.generate import keys as made
from strongroom.keysets import data_keys
from strongroom.keysets.data_keys import Algorithm

OCTETS = hashlib.sha256(b"a key of the tests").digest()


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, passphrase: bytes = b"") -> str:
    locked = s.BestAvailableEncryption(passphrase) if passphrase else s.NoEncryption()
    return key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, locked).decode()


@pytest.mark.parametrize(
    "text",
    [
        base64.urlsafe_b64encode(OCTETS).decode(),
        base64.urlsafe_b64encode(OCTETS).decode().rstrip("="),
        base64.b64encode(OCTETS).decode(),
        OCTETS.hex(),
        f"{OCTETS.hex().upper()}\n",
    ],
    ids=["url", "unpadded", "plain", "hex", "capitals"],
)
def test_each_spelling_is_the_same_aes_key(text: str) -> None:
    key = data_keys.read(text, 3)

    assert (Algorithm.AES, OCTETS, 3) == (key.algorithm, key.secret, key.version)
    assert key.id == data_keys.read(OCTETS.hex()).id
    assert key.public is None
    assert OCTETS.hex() not in repr(key)
    assert repr(OCTETS) not in repr(key)


def test_what_is_generated_is_read() -> None:
    assert data_keys.read(made.data_key().value).algorithm is Algorithm.AES
    pair = made.ed25519()
    read = data_keys.read(pair.value)
    assert (Algorithm.ED25519, pair.public) == (read.algorithm, read.public)
    assert data_keys.read(made.rsa().value).algorithm is Algorithm.RSA


def test_the_id_of_a_pair_is_of_its_public_half() -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, s.NoEncryption()).decode()
    der = key.public_key().public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
    assert hashlib.sha256(der).digest()[:8] == data_keys.read(pem).id


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "data-key-unusable"),
        (OCTETS.hex()[:-2], "data-key-unusable"),
        (f"{OCTETS.hex()[:-1]}z", "data-key-unusable"),
        (base64.b64encode(bytes(64)).decode(), "data-key-unusable"),
        ("Straße-not-a-key-at-all", "data-key-unusable"),
        ("-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----", "data-key-unusable"),
        (_pem(ec.generate_private_key(ec.SECP256R1())), "data-key-unusable"),
        (_pem(rsa.generate_private_key(65537, 2048), b"locked"), "data-key-unusable"),
        (_pem(rsa.generate_private_key(65537, 1024)), "data-key-weak"),
    ],
    ids=["nothing", "31", "letters", "64", "text", "pem", "curve", "locked", "small"],
)
def test_anything_else_is_refused_and_not_repeated(text: str, code: str) -> None:
    with pytest.raises(ConfigError) as caught:
        data_keys.read(text)
    error = caught.value
    assert code == error.code
    assert error.__cause__ is None
    assert error.__context__ is None
    for line in text.splitlines():
        assert len(line) < 8 or line not in f"{error} {error.fix}"
