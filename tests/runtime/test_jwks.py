"""Tokens of others, checked by what they publish, in a file or at an address."""

import json
import os
import socket
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joserfc.jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from joserfc import jwk
from tests.runtime.origin.serving import Act, http, serving
from tests.services.tls import Authority

from strongroom.errors import ConfigError, StrongroomError, UnauthenticatedError
from strongroom.runtime.jwks import ASK_AGAIN_S, MAX_STALE_S, TTL_S, PublicKeys, Verifier

# joserfc says that RFC 9864 has a narrower name for it, which few issuers use yet.
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
PAIR = jwk.OKPKey.generate_key("Ed25519", {"kid": "first"})
NEXT = jwk.OKPKey.generate_key("Ed25519", {"kid": "second"})
RSA = jwk.RSAKey.generate_key(2048, {"kid": "third"})
NOW = 1_800_000_000.0


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def public(*keys: Any) -> bytes:
    return json.dumps({"keys": [one.as_dict(private=False) for one in keys]}).encode()


def token(key: Any = PAIR, algorithm: str = "EdDSA", **more: object) -> str:
    claims = {"iss": "them", "aud": "us", "iat": NOW, "exp": NOW + 60, **more}
    header = {"alg": algorithm, "kid": key.kid}
    return str(joserfc.jwt.encode(header, claims, key, algorithms=["EdDSA", "RS256"]))


def mute(wire: socket.socket) -> None:
    while wire.recv(65_536):
        pass


def verifier(keys: PublicKeys) -> Verifier:
    return Verifier(keys, issuer="them", audience="us", clock=lambda: NOW)


def code(work: Callable[[], object]) -> str:
    with pytest.raises(StrongroomError) as caught:
        work()
    assert "PRIVATE" not in str(caught.value)
    assert caught.value.__context__ is None
    return caught.value.code


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "jwks.json"
    path.write_bytes(public(PAIR, RSA))
    return path


def test_what_another_library_signs_and_publishes_is_checked(file: Path) -> None:
    check = verifier(PublicKeys(file))
    assert check.verify(token(sub="42"))["sub"] == "42"
    assert check.verify(token(RSA, "RS256"))["iss"] == "them"
    with pytest.raises(UnauthenticatedError) as caught:
        check.verify(token(NEXT))
    assert caught.value.code == "token-key-unknown"
    with pytest.raises(UnauthenticatedError) as caught:
        check.verify(token(iss="others"))
    assert caught.value.code == "token-issuer"


def test_a_new_key_is_seen_at_once_and_strangers_do_not_have_it_asked_each_time(file: Path) -> None:
    clock = Clock()
    keys = PublicKeys(file, clock=clock)
    check = verifier(keys)
    check.verify(token())
    file.write_bytes(public(PAIR, NEXT))
    clock.now += ASK_AGAIN_S
    assert check.verify(token(NEXT))
    file.write_bytes(public(NEXT, RSA))
    assert code(lambda: check.verify(token(RSA, "RS256"))) == "token-key-unknown"
    assert check.verify(token(PAIR))  # it was withdrawn, and is known until the end of `ttl`
    clock.now += TTL_S
    assert code(lambda: check.verify(token(PAIR))) == "token-key-unknown"


def test_while_the_place_is_silent_what_was_read_serves_on_with_a_bound(file: Path) -> None:
    clock = Clock()
    keys = PublicKeys(file, clock=clock)
    known = keys.current()
    file.unlink()
    clock.now += MAX_STALE_S - 1
    assert keys.current() == known == keys.anew()
    clock.now += 1
    assert code(keys.current) == "jwks-unavailable"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "jwks-invalid"),
        (b"[]", "jwks-invalid"),
        (b'{"keys": 1}', "jwks-invalid"),
        (b'{"keys": [], "keys": []}', "jwks-invalid"),
        (b"[" * 100_000, "jwks-invalid"),
        (b"\xff", "jwks-invalid"),
        (b'{"keys": [' + b"{}, " * 64 + b"{}]}", "jwks-invalid"),
        (b'{"keys": []}' + b" " * 300_000, "jwks-invalid"),
        (b'{"keys": []}', "jwks-empty"),
        (b'{"keys": [1, {}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]}', "jwks-empty"),
        (b'{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]}', "jwks-empty"),
        (b'{"keys": [{"kty": "RSA", "e": "AQAB", "n": "AQAB"}]}', "jwks-empty"),
        (json.dumps({"keys": [PAIR.as_dict(private=True)]}).encode(), "jwks-private"),
        (b'{"keys": [{"kty": "oct", "k": "PRIVATE"}]}', "jwks-private"),
    ],
    ids=range(14),
)
def test_what_is_no_key_set_is_refused(file: Path, data: bytes, expected: str) -> None:
    file.write_bytes(data)
    assert code(PublicKeys(file).current) == expected


def test_a_pipe_or_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "", "missing", "nul\0"):
        assert code(PublicKeys(tmp_path / name).current) == "jwks-unavailable"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("http://login.example.com/jwks", "jwks-not-encrypted"),
        ("https://user@login.example.com/jwks", "jwks-place-invalid"),
        ("ftp://login.example.com/jwks", "jwks-place-invalid"),
        ("https://", "jwks-place-invalid"),
        ("https://h:99999/", "jwks-place-invalid"),
        (f"https://{'a' * 64}.example/", "jwks-place-invalid"),
        ("https://h/a b", "jwks-place-invalid"),
    ],
    ids=range(7),
)
def test_a_place_that_cannot_be_one_is_said_at_the_start(place: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        PublicKeys(place)
    assert caught.value.code == expected


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (http("302 Found", b"", more="Location: http://127.0.0.1/\r\n"), "jwks-unavailable"),
        (http("500 No", b""), "jwks-unavailable"),
        (http("200 OK", b"<html>"), "jwks-invalid"),
        (lambda wire: wire.recv(1), "origin-garbled"),
        (mute, "origin-slow"),
    ],
    ids=["redirect", "error", "page", "cut", "silent"],
)
def test_an_address_that_gives_no_set_is_an_error_in_time(act: Act, expected: str) -> None:
    with serving(act) as port:
        keys = PublicKeys(f"http://127.0.0.1:{port}/jwks", deadline=0.2)
        assert code(keys.current) in {expected, "origin-unreachable"}


def test_keys_come_over_tls_that_is_verified(authority: Authority, tmp_path: Path) -> None:
    files = authority.certify(tmp_path, None)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)
    with serving(http("200 OK", public(PAIR)), context) as port:
        place = f"https://127.0.0.1:{port}/jwks.json?v=1"
        assert verifier(PublicKeys(place, cafile=authority.ca)).verify(token())
        keys = PublicKeys(place, cafile=authority.stranger)
        with pytest.raises(StrongroomError) as caught:
            keys.current()
        assert caught.value.code == "origin-certificate"
        assert "cafile" in (caught.value.fix or "")
    with pytest.raises(ConfigError):
        PublicKeys("https://h/", cafile=tmp_path / "missing")


def test_a_key_without_an_id_has_its_thumbprint(file: Path) -> None:
    bare = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    whole = jwk.OKPKey.import_key(
        {"kty": "OKP", "crv": "Ed25519", "x": jwk.OctKey.import_key(bare).as_dict()["k"]}
    )
    file.write_bytes(public(whole).replace(b'"kid"', b'"was"'))
    (key,) = PublicKeys(file).current()
    assert key.id == whole.thumbprint()
