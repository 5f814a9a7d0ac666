"""Tests for strongroom.scan.engine.structure."""

import base64
import json
from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given
from hypothesis import strategies as st

from strongroom.scan.engine.marvin import AZURE_SEEDS, marvin32
from strongroom.scan.engine.structure import STRUCTURES, unbase64
from strongroom.scan.model import Validity

RAW = bytes(range(7, 71))


def url64(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def packed(found: Mapping[str, object]) -> bytes:
    return url64(json.dumps(found).encode())


def jwt(header: Mapping[str, object], claims: Mapping[str, object]) -> bytes:
    return b".".join((packed(header), packed(claims), url64(RAW)))


def pem(form: serialization.PrivateFormat) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def azure_storage() -> bytes:
    """A key of 64 octets: the sign is in base64 characters 76 to 79, the checksum behind."""
    text = base64.b64encode(RAW)
    raw = base64.b64decode(text[:76] + b"+ASt" + text[80:])[:60]
    check = marvin32(raw, AZURE_SEEDS["+ASt"][0])
    return base64.b64encode(raw + check.to_bytes(4, "little"))


ACCOUNT = {"private_key": "x", "client_email": "a@b", "private_key_id": "1"}
WELL = {
    "atlassian-pat": base64.b64encode(b"123456789012:" + RAW[:20]),
    "aws-key-id": b"AKIA" + base64.b32encode(bytes([0x80, 3, 7, 9, 11, 13, 5, 8, 2, 1])),
    "azure-key": azure_storage(),
    "azure-sas": b"?sv=2024-11-04&ss=b&se=2027-01-01&sig=abc%3D",
    "base64-32": base64.b64encode(RAW[:32]),
    "base64-64": base64.b64encode(RAW),
    "basic-auth": base64.b64encode(b"ada:enigma-91"),
    "discord": base64.b64encode(b"123456789012345678") + b".G1aB2c." + url64(RAW[:28]),
    "dsn": b"postgresql://ada:enigma-91@db.example.com:5432/app",
    "grafana-cloud": b"glc_" + packed({"o": "1", "n": "x", "k": "y", "m": {}}),
    "jfrog-reference": base64.b64encode(b"reftkn:01:1756000000:" + url64(RAW[:20])),
    "jwt": jwt({"alg": "HS256", "typ": "JWT"}, {"sub": "ada"}),
    "mapbox": b"sk." + packed({"u": "ada", "a": "x"}) + b".abc",
    "onepassword": b"ops_" + packed({"secretKey": "A3-X", "signInAddress": "x"}),
    "pem": pem(serialization.PrivateFormat.PKCS8),
    "putty": b"PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA",
    "pypi-macaroon": b"pypi-" + url64(b"\x02\x01\x08pypi.org\x02\x24" + RAW),
    "sentry": b"sntrys_" + packed({"iat": 1.0, "url": "x"}) + b"_" + url64(RAW[:32]),
    "service-account": json.dumps(ACCOUNT).encode(),
    "uuid": b"3f2b8c1e-9a47-4d0e-8b61-5c7f2a9d0e13",
    "vault": b"hvs." + url64(RAW[:24]),
}
BAD = {
    "aws-key-id": b"AKIA0189018901890189",
    "azure-key": b"short",
    "base64-32": base64.b64encode(RAW),
    "basic-auth": base64.b64encode(b"no colon here"),
    "discord": base64.b64encode(b"hello") + b".x.y",
    "dsn": b"https://example.com/a@b",
    "jwt": b"eyJhbGciOi.eyJzdWIi.x",
    "pem": b"-----BEGIN PRIVATE KEY-----\nnot base64 at all!\n-----END PRIVATE KEY-----",
    "pypi-macaroon": b"pypi-" + url64(RAW),
    "sentry": b"sntrys_abc_def",
    "service-account": b'{"type": "service_account"}',
    "uuid": b"00000000-0000-0000-0000-000000000000",
}


@pytest.mark.parametrize("name", WELL)
def test_what_is_well_formed(name: str) -> None:
    assert STRUCTURES[name](WELL[name]) is Validity.WELL_FORMED


@pytest.mark.parametrize("name", BAD)
def test_what_is_not(name: str) -> None:
    assert STRUCTURES[name](BAD[name]) is Validity.MALFORMED


@pytest.mark.parametrize("name", STRUCTURES)
@given(noise=st.binary(max_size=60))
def test_noise_is_judged_and_no_crash(name: str, noise: bytes) -> None:
    assert STRUCTURES[name](noise) in Validity


@pytest.mark.parametrize(
    "form", [serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8]
)
def test_a_private_key_on_one_line_is_one(form: serialization.PrivateFormat) -> None:
    """As environment variables, JSON and YAML hold it, and as it is written in code."""
    whole = pem(form)
    for escaped in (whole.replace(b"\n", b"\\n"), whole.replace(b"\n", b"\\\\n"),
                    whole.replace(b"\n", b'\\n" +\n  "'), whole.replace(b"\n", b" ")):  # fmt: skip
        assert STRUCTURES["pem"](escaped) is Validity.WELL_FORMED


def test_an_openssh_key_says_so_inside() -> None:
    key = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    assert STRUCTURES["pem"](key) is Validity.WELL_FORMED
    assert STRUCTURES["pem"](key.replace(b"b3BlbnNz", b"AAAAAAAA")) is Validity.MALFORMED


def test_an_unsigned_jwt_is_no_secret() -> None:
    assert STRUCTURES["jwt"](jwt({"alg": "none"}, {})) is Validity.MALFORMED


def test_an_azure_key_with_an_unknown_seed_is_not_refuted() -> None:
    good = azure_storage()
    assert STRUCTURES["azure-key"](b"A" + good[1:]) is Validity.UNKNOWN


def test_a_connection_string_is_no_url_and_not_refuted() -> None:
    text = b"Server=db;User Id=ada;Password=enigma"
    assert STRUCTURES["dsn"](text) is Validity.UNKNOWN


@given(raw=st.binary(max_size=40))
def test_base64_is_read_in_both_alphabets_padded_or_not(raw: bytes) -> None:
    assert unbase64(base64.b64encode(raw)) == raw
    assert unbase64(url64(raw)) == raw
