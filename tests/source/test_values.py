"""Tests for strongroom.source.values."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.check.build import GENERATED

from strongroom.source.values import (
    Value,
    carries_password,
    kind,
    looks_generated,
    names_secret,
    same_words,
)

CASES = {
    Value.EMPTY: ["", "   "],
    Value.REFERENCE: [
        "${SECRET}", "${SECRET:-x}", "${{ secrets.X }}", "$SECRET", "$(cat f)", "{{ x }}", "%(x)s",
        "{x}", "!vault |", "vault://a/b", "arn:aws:x:y", "var.x", "op://v/i",
    ],
    Value.PLACEHOLDER: [
        "changeme", "CHANGE_ME", "dev-secret-key-change-in-production", "dev-api-key", "dev-key",
        "changethis", "secret", "password", "test", "example", "<your-key>", "[key]", "xxxxxx",
        "your-key-here", "***", "...", "django-insecure-abc", "please-change-me", "not-a-real-key",
        "postgresql://u:password@h/d", "REPLACE_ME",
    ],
    Value.TEXT: [
        "Enter your password", "/run/secrets/x", "./x", "string", "true", "MY_SECRET_NAME", "30",
        "a.b.Klass", "<your key>", "Passwords", "access_token", "https://example.com/x", "postgresql://localhost/dev",
        "postgresql://user@localhost/dev", "X-API-Key", "#ref",
    ],
    Value.LITERAL: ["insights-2024", "hunting99", "Bearer abc", "postgresql://u:pg77@h/d", "saleor"],
    Value.GENERATED: [
        GENERATED, "sk_live_" + "0a1B2c3D4e5F6", "ghp_" + "a1B2" * 6, "AKIA" + "Z9Y8X7W6V5U4T3S2",
        f"amqp://u:{GENERATED}@h/v", f"https://{GENERATED}@sentry.example.com/1",
        "-----BEGIN PRIVATE KEY-----\nAA",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), [(t, k) for k, texts in CASES.items() for t in texts]
)
def test_a_value_is_of_a_kind(text: str, expected: Value) -> None:
    assert expected is kind(text)


@given(st.binary(min_size=32, max_size=64))
def test_what_a_generator_made_is_never_taken_for_text(raw: bytes) -> None:
    """Hex of random bytes; a run of one byte is not random, and is judged as it looks."""
    if len(set(raw)) > 16:
        assert kind(raw.hex()) in {Value.GENERATED, Value.LITERAL}


def test_a_fresh_token_looks_generated() -> None:
    assert looks_generated(secrets.token_hex(32))


@pytest.mark.parametrize("text", ["short1A", "has a blank 1234567", "abcdefghijklmnopqrst"])
def test_a_short_or_plain_text_does_not(text: str) -> None:
    assert not looks_generated(text)


@given(st.text())
def test_any_text_has_a_kind(text: str) -> None:
    assert kind(text) in Value


def test_a_password_in_a_url_is_seen() -> None:
    assert carries_password("postgresql://a:b77x@h/d")
    assert carries_password("postgresql://a:password@h/d")
    assert not carries_password("postgresql://h/d")
    assert not carries_password("postgresql://a:${PW}@h/d")
    assert not carries_password("no url")


def test_words_that_name_a_secret_are_none() -> None:
    assert same_words("PASSWORD_FIELD", "password-field")
    assert names_secret("passwd", "password")
    assert not names_secret("passwd", "hunting99")
