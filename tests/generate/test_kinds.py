"""Tests for strongroom.generate.kinds."""

import pytest

from strongroom.generate.kinds import Kind, classify, names


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("JWT Secret Key", Kind.JWT),
        ("jwt-secret-key", Kind.JWT),
        ("JWT signing key", Kind.JWT),
        ("Session secret", Kind.JWT),
        ("`SECRET_KEY`", Kind.JWT),
        ("Webhook secrets", Kind.JWT),
        ("API Keys", Kind.API_KEY),
        ("API token", Kind.API_KEY),
        ("apiKey", Kind.API_KEY),
        ("Token", Kind.API_KEY),
        ("OAUTH", Kind.THIRD_PARTY),
        ("Database Passwords", Kind.PASSWORD),
        ("DB credentials", Kind.PASSWORD),
        ("Postgres password", Kind.PASSWORD),
        ("AWS database password", Kind.PASSWORD),
        ("Credentials", Kind.PASSWORD),
        ("Redis Password", Kind.REDIS_PASSWORD),
        ("REDIS_PASSWORD", Kind.REDIS_PASSWORD),
        ("Encryption Keys", Kind.DATA_KEY),
        ("data encryption key", Kind.DATA_KEY),
        ("Database encryption key", Kind.DATA_KEY),
        ("SSH deploy keys", Kind.ED25519),
        ("TLS private key", Kind.RSA),
        ("Backup passphrase", Kind.PASSPHRASE),
        ("SENTRY_DSN", Kind.THIRD_PARTY),
        ("Email service API key", Kind.THIRD_PARTY),
        ("Service account keys", Kind.THIRD_PARTY),
        ("Zebra", None),
        ("", None),
    ],
)
def test_words_mean_a_kind(text: str, kind: Kind | None) -> None:
    assert kind == classify(text)


def test_the_first_text_that_says_something_decides() -> None:
    assert classify(None, "Zebra", "API_KEY", "DATABASE_PASSWORD") is Kind.API_KEY


def test_every_kind_has_a_clause_and_all_but_one_can_be_asked_for() -> None:
    assert all(kind.clause.startswith("P-") for kind in Kind)
    assert {*names(), "third-party"} == {kind.value for kind in Kind}
