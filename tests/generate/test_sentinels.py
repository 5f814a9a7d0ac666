"""Tests for strongroom.generate.sentinels."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.generate import password
from strongroom.generate.sentinels import plain, sentinel


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "changeme", "change-me", "CHANGE_ME", "changethis", "secret", "password"),
        *("dev-secret-key-change-in-production", "dev-api-key", "test", "example", "P@ssw0rd"),
        *("password123", "your-secret-key-here", "<your key>", "${SECRET_KEY}", "{{ key }}"),
        *("xxxxxxxxxxxx", "x" * 1000, "00000000", "django-insecure-0f%k2", "mysupersecretkey"),
        *("postgres", "guest", "[redacted]", "__SECRET__", "%(secret)s", "TODO", "s3cr3t"),
    ],
)
def test_stand_ins_are_known(value: str) -> None:
    assert sentinel(value)


@pytest.mark.parametrize("value", ["production", "a", "correct horse", "swordfish", "api-key", "7"])
def test_words_without_a_marker_are_no_stand_ins(value: str) -> None:
    assert not sentinel(value)


def test_no_random_value_is_one() -> None:
    assert not any(sentinel(secrets.token_hex(16)) for _ in range(2000))
    assert not any(sentinel(password.generate(length=16).value) for _ in range(2000))
    assert not sentinel(secrets.token_hex(4000))


@given(st.text(max_size=50))
def test_folding_keeps_the_length(text: str) -> None:
    """Matches are places in the value, so places must not move."""
    assert len(plain(text)) == len(text)
    sentinel(text)
