"""Tests for strongroom.ops.strength."""

import re
import secrets
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from tests.ops.policies import POLICY, with_numbers

from strongroom.errors import InvalidError
from strongroom.generate import api_key, keys, password
from strongroom.ops import generate as making
from strongroom.ops.strength import VALUE_BYTES_MAX, StrengthRequest, StrengthResult, strength


def measured(
    value: str, *, clause: str | None = None, type_: str | None = None, env: str | None = None
) -> StrengthResult:
    return strength(StrengthRequest(value.encode(), clause, type_, env), POLICY)


def pem(size: int) -> str:
    key = rsa.generate_private_key(65537, size)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    "type_", ["jwt", "api-key", "password", "redis", "data-key", "ed25519", "rsa", "passphrase"]
)
def test_what_is_generated_is_strong_enough(type_: str) -> None:
    result = making.generate(making.GenerateRequest(type_), POLICY)
    found = measured(result.values[0].value, type_=type_)

    assert found.ok
    assert all(check.ok for check in found.checks)


def test_a_short_key_is_named_with_both_numbers_and_the_lines() -> None:
    check = measured(secrets.token_hex(16), clause="P-4.1").checks[0]

    assert check.message == "128 bits found, 256 required (P-4.1)"
    assert check.lines == (105, 106)
    assert not check.ok


KEY = api_key.build("api", "live", secrets.token_bytes(32))
BROKEN = KEY[:-1] + ("0" if KEY[-1] != "0" else "1")


@pytest.mark.parametrize(
    ("clause", "value", "ok", "words"),
    [
        ("P-4.1", secrets.token_hex(32), True, "256 bits found, 256 required"),
        ("p-4.1", "a" * 64, False, "256 required"),
        ("P-4.4", KEY, True, "256 bits found"),
        ("P-4.5", KEY, True, "checksum verified"),
        ("P-4.5", BROKEN, False, "mistyped or cut"),
        ("P-4.5", KEY.replace("api_", "apu_"), False, "mistyped or cut"),
        ("P-4.5", api_key.build("acme", "live", bytes(32)), False, "another issuer"),
        ("P-4.5", "api_live_" + secrets.token_hex(32), True, "no checksum of ours"),
        ("P-4.5", "sk_live_" + secrets.token_hex(32), False, "another issuer"),
        ("P-4.5", secrets.token_hex(32), False, "no prefix"),
        ("P-4.7", "x" * 15, False, "15 characters found, 16 required"),
        ("P-4.7", "x" * 16, True, "16 characters"),
        ("P-4.7", "x" * 16 + "\n", False, "control characters"),
        ("P-4.8", "onlysmallletters", False, "no upper, no digits, no symbols found"),
        ("P-4.8", "Aa1-", True, "required and found"),
        ("P-4.9", "Passw0rd!Passw0rd!", False, "80 required"),
        ("P-2.4", secrets.token_hex(15), False, "30 characters found, 32 required"),
        ("P-2.11", secrets.token_hex(16), True, "128 bits found, 128 required"),
        ("P-2.12", secrets.token_hex(15), False, "120 bits found"),
        ("P-3.5", "changethis", False, "stand-in"),
        ("P-3.5", secrets.token_hex(16), True, "no stand-in"),
        ("P-1.13", secrets.token_hex(16), False, "128 bits found, 256 required"),
        ("P-1.13", pem(1024), False, "RSA-1024, 80 bits of strength found, 112 required"),
        ("P-1.13", pem(2048), True, "RSA-2048, 112 bits"),
        ("P-1.13", "-----BEGIN PRIVATE KEY-----", False, "not measured"),
    ],
)
def test_each_clause_is_held_against(clause: str, value: str, ok: bool, words: str) -> None:
    result = measured(value, clause=clause)

    assert ok is result.ok
    assert words in result.checks[0].message
    assert result.checks[0].message.endswith(f"({clause.upper()})")


@pytest.mark.parametrize(
    ("value", "type_", "clauses"),
    [
        (secrets.token_hex(32), "SECRET_KEY", ["P-4.1"]),
        (pem(2048), "SECRET_KEY", ["P-1.13"]),
        (KEY, "API Keys", ["P-4.4", "P-4.5"]),
        (KEY, None, ["P-4.4", "P-4.5"]),
        ("changeme", "Database Passwords", ["P-3.5", "P-4.7", "P-4.8", "P-4.9"]),
        ("x1" * 9, "redis", ["P-2.4", "P-4.7", "P-4.8", "P-4.9"]),
        (secrets.token_hex(32), "Sentry", ["P-3.5"]),
        ("changeme", "Sentry", ["P-3.5"]),
        (keys.ed25519().value, None, ["P-1.13"]),
        (secrets.token_hex(16), None, ["P-2.12"]),
        ("changeme", None, ["P-3.5", "P-2.12"]),
    ],
)
def test_a_type_has_its_clauses(value: str, type_: str | None, clauses: list[str]) -> None:
    assert clauses == [check.clause for check in measured(value, type_=type_).checks]


def test_a_medium_environment_asks_for_medium() -> None:
    """C-20."""
    assert measured(secrets.token_hex(16), env="staging").checks[0].clause == "P-2.11"


def test_a_weak_environment_excuses_and_says_so() -> None:
    result = measured("dev-api-key", type_="api-key", env="dev")

    assert result.ok
    assert not all(check.ok for check in result.checks)
    assert "P-3.4" in result.notes[-1]
    strong = measured(api_key.build("api", "dev", secrets.token_bytes(32)), env="dev")
    assert all(check.ok for check in strong.checks)
    assert not any("P-3.4" in note for note in strong.notes)


def test_a_key_of_another_environment_is_refused() -> None:
    """P-4.5: the prefix says where it belongs."""
    result = measured(KEY, env="staging")

    assert not result.ok
    assert "another environment than Staging" in result.checks[1].message


def test_rsa_2048_passes_with_a_warning() -> None:
    """C-19."""
    result = measured(pem(2048))

    assert result.ok
    assert result.algorithm == "RSA-2048"
    assert "2030" in result.notes[0]


def test_the_numbers_are_the_policys() -> None:
    policy = with_numbers(password_classes=(), password_length_min=4, api_key_prefix=None)
    request = StrengthRequest(password.generate(length=40).value.encode(), None, "password")

    result = strength(request, policy)
    assert [c.message for c in result.checks][:2] == [
        "40 characters found, 4 required (P-4.7)",
        "nothing in particular required and found (P-4.8)",
    ]
    assert strength(StrengthRequest(b"zz_live_x", "P-4.5"), policy).ok


def test_defaults_are_said_to_be_used() -> None:
    assert "no policy" in strength(StrengthRequest(b"x"), None).notes[-1]


def test_no_part_of_a_value_is_in_a_result_or_request() -> None:
    for value in (KEY, secrets.token_urlsafe(32), pem(1024), "postgres://u:Zq9-Zq9-Zq9@h/d"):
        request = StrengthRequest(value.encode())
        shown = f"{request!r}{strength(request, POLICY)!r}"
        assert not any(value[at : at + 6] in shown for at in range(30, len(value) - 6))


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (StrengthRequest(b"x" * (VALUE_BYTES_MAX + 1)), "value-too-large"),
        (StrengthRequest(b"x", "P-99.9"), "clause-not-measured"),
        (StrengthRequest(b"x", None, "giraffe"), "type-unknown"),
        (StrengthRequest(b"x", None, None, "moon"), "environment-unknown"),
    ],
)
def test_what_cannot_be_measured_is_refused(request_: StrengthRequest, code: str) -> None:
    with pytest.raises(InvalidError) as refused:
        strength(request_, POLICY)

    assert code == refused.value.code


def test_the_guide_names_every_clause_that_is_measured() -> None:
    guide = (Path(__file__).parents[2] / "docs/guide/generate.md").read_text("utf-8")
    with pytest.raises(InvalidError) as refused:
        measured("x", clause="P-99.9")
    named = re.findall(r"P-[0-9.]+[0-9]", refused.value.fix or "")

    assert len(named) == 11
    assert [clause for clause in named if clause not in guide] == []
