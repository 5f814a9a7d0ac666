"""Tokens that others have been fooled by; each is one that a known library once accepted."""

import hashlib
import hmac
import json
import secrets
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import rsa

from strongroom import Secret
from strongroom.errors import UnauthenticatedError
from strongroom.runtime import jwt_keys, jwt_verify
from strongroom.runtime.jwt_verify import Expected

NOW = 1_800_000_000.0
KEY = jwt_keys.read(Secret(secrets.token_hex(32)))
_RSA = rsa.generate_private_key(65537, 2048)
PUBLIC_PEM = _RSA.public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
PUBLIC = jwt_keys.read(Secret(PUBLIC_PEM.decode()))
CLAIMS: dict[str, Any] = {"sub": "42", "iat": NOW, "exp": NOW + 600, "aud": "api", "iss": "us"}
EXPECTED = Expected("us", "api", 3600.0, 30.0)


def token(
    header: dict[str, Any] | str | None = None,
    claims: dict[str, Any] | str | None = None,
    sign: Any = KEY.sign,
) -> str:
    head = {"alg": "HS256", "kid": KEY.id} if header is None else header
    body = CLAIMS if claims is None else claims
    parts = [
        jwt_keys.encode((one if isinstance(one, str) else json.dumps(one)).encode())
        for one in (head, body)
    ]
    signed = ".".join(parts)
    return f"{signed}.{jwt_keys.encode(sign(signed.encode()))}"


def checked(text: str, *keys: jwt_keys.Key, now: float = NOW) -> dict[str, Any]:
    return jwt_verify.verify(jwt_verify.parse(text), keys or (KEY,), EXPECTED, now=now)


def code(text: Any, *keys: jwt_keys.Key, now: float = NOW) -> str:
    with pytest.raises(UnauthenticatedError) as caught:
        checked(text, *keys, now=now)
    assert caught.value.__context__ is None
    return caught.value.code


def test_what_is_ours_is_accepted_with_and_without_a_key_id() -> None:
    assert checked(token()) == CLAIMS
    assert checked(token({"alg": "HS256", "typ": "JWT"})) == CLAIMS


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "", "HS512", "hs256", "RS256"])
def test_the_key_and_not_the_token_says_which_algorithm(name: str) -> None:
    """CVE-2015-9235, CVE-2022-23540: `none` and other names."""
    assert code(token({"alg": name})) == "token-key-unknown"
    assert code(token({"alg": name, "kid": KEY.id}, sign=lambda _: b"x")) == "token-key-unknown"


def test_a_public_key_is_no_key_for_hmac() -> None:
    """CVE-2016-10555, CVE-2017-11424, CVE-2022-29217, CVE-2024-33663: RS256 confused with HS256."""

    def forged(data: bytes) -> bytes:
        return hmac.digest(PUBLIC_PEM, data, hashlib.sha256)

    for header in ({"alg": "HS256"}, {"alg": "HS256", "kid": PUBLIC.id}):
        assert code(token(header, sign=forged), PUBLIC) == "token-key-unknown"
    assert code(token({"alg": "RS256", "kid": PUBLIC.id}, sign=forged), PUBLIC) == "token-signature"


@pytest.mark.parametrize(
    "extra",
    [
        {"crit": ["b64"], "b64": False}, {"b64": False}, {"crit": ["exp"]}, {"zip": "DEF"},
        {"jku": "https://evil.example/keys"}, {"jwk": {"kty": "oct", "k": "AA"}},
        {"x5u": "https://evil.example/c"}, {"x5c": ["AA"]}, {"cty": "JWT"}, {"typ": "secevent+jwt"},
        {"typ": 1}, {"kid": 1}, {"kid": ["a"]}, {"kid": None, "crit": []}, {"alg": None}, {"alg": ["HS256"]},
    ],
    ids=range(16),
)  # fmt: skip
def test_a_header_that_says_more_is_refused_unread(extra: dict[str, Any]) -> None:
    """CVE-2018-0114 (`jwk`), CVE-2025-59420 (`crit`)."""
    assert code(token({"alg": "HS256", **extra})) == "token-malformed"


@pytest.mark.parametrize(
    "key_id",
    ["../../dev/null", "' OR 1=1 --", "x" * 300, "", "http://evil.example", KEY.id[:-1]],
    ids=range(6),
)
def test_a_key_id_is_compared_and_nothing_else(key_id: str) -> None:
    assert code(token({"alg": "HS256", "kid": key_id})) == "token-key-unknown"


@pytest.mark.parametrize(
    "text",
    [
        "", ".", "..", "a.b", "a.b.c.d", "eyJ9..", token() + ".", token() + "=", " " + token(),
        token() + "\n", token().replace(".", ".."), token().rpartition(".")[0] + ".",
        "x" * (jwt_verify.TOKEN_CHARS_MAX + 1), token("[]"), token("{}"), token("null"), token("{"),
        token('{"alg":"none","alg":"HS256"}'), token('{"alg":"HS256","n":NaN}'),
        token("[" * 300), None, b"a.b.c", 3,
    ],
    ids=range(23),
)  # fmt: skip
def test_what_is_no_token_is_refused(text: Any) -> None:
    assert code(text) == "token-malformed"


@pytest.mark.parametrize(
    "claims", ["[]", "{", '{"exp":1,"exp":2}', '{"exp":Infinity}', "[" * 3000, "\ud800".encode("utf-16", "surrogatepass").hex()]
    , ids=range(6)
)  # fmt: skip
def test_signed_garbage_is_refused_too(claims: str) -> None:
    assert code(token(claims=claims)) == "token-malformed"


def test_any_changed_character_of_a_signature_is_found() -> None:
    text = token()
    head = text.rpartition(".")[0]
    signature = KEY.sign(head.encode())
    for place in range(len(signature)):
        wrong = bytearray(signature)
        wrong[place] ^= 1
        assert code(f"{head}.{jwt_keys.encode(bytes(wrong))}") == "token-signature"
    assert code(f"{head}.{jwt_keys.encode(signature[:16])}") == "token-signature"
    last = text[:-1] + chr(ord(text[-1]) + 1)  # the same bytes, spelled otherwise
    assert code(last) in {"token-malformed", "token-signature"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"exp": NOW - 30}, "token-expired"),
        ({"exp": None}, "token-malformed"),
        ({"exp": "9999999999"}, "token-malformed"),
        ({"exp": True}, "token-malformed"),
        ({"exp": 10**400}, "token-malformed"),
        ({"iat": NOW + 31, "exp": NOW + 60}, "token-early"),
        ({"nbf": NOW + 31}, "token-early"),
        ({"nbf": "soon"}, "token-malformed"),
        ({"exp": NOW + 3601}, "token-life"),
        ({"iat": NOW - 4000}, "token-life"),
        ({"iss": "them"}, "token-issuer"),
        ({"iss": ["us"]}, "token-issuer"),
        ({"aud": "other"}, "token-audience"),
        ({"aud": ["other", "another"]}, "token-audience"),
        ({"aud": None}, "token-audience"),
        ({"aud": {"api": 1}}, "token-audience"),
    ],
    ids=range(16),
)
def test_claims_are_held_against_what_is_expected(change: dict[str, Any], expected: str) -> None:
    assert code(token(claims={**CLAIMS, **change})) == expected


def test_the_bounds_of_time_are_exact() -> None:
    assert checked(token(), now=NOW + 629.9)
    assert checked(token(), now=NOW - 30)
    assert code(token(), now=NOW + 630) == "token-expired"
    assert code(token(), now=NOW - 30.1) == "token-early"


def test_a_token_for_somebody_is_refused_by_whoever_expects_nobody() -> None:
    """RFC 7519, 4.1.3."""
    nobody = Expected(None, None, 3600.0, 30.0)
    parsed = jwt_verify.parse(token())
    with pytest.raises(UnauthenticatedError, match="somebody else"):
        jwt_verify.verify(parsed, [KEY], nobody, now=NOW)
    bare = jwt_verify.parse(token(claims={"iat": NOW, "exp": NOW + 60}))
    assert jwt_verify.verify(bare, [KEY], nobody, now=NOW)


def test_without_a_key_id_only_so_many_keys_are_tried() -> None:
    others = [jwt_keys.read(Secret(secrets.token_hex(32))) for _ in range(jwt_verify.KEYS_MAX)]
    assert code(token({"alg": "HS256"}), *others, KEY) == "token-signature"


def test_a_key_that_is_named_is_found_behind_any_number_of_others() -> None:
    others = [jwt_keys.read(Secret(secrets.token_hex(32))) for _ in range(jwt_verify.KEYS_MAX)]
    assert checked(token(), *others, KEY) == CLAIMS
    asymmetric = [PUBLIC] * jwt_verify.KEYS_MAX
    assert checked(token({"alg": "HS256"}), *asymmetric, KEY) == CLAIMS
