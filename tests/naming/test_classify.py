"""Tests for strongroom.naming.classify."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.naming.classify import Likeness, is_secret, likeness, words

SECRET = [
    "SECRET_KEY",
    "API_KEY",
    "DATABASE_PASSWORD",
    "REDIS_PASSWORD",
    "SENTRY_DSN",
    "EMAIL_API_KEY",
    "SMS_API_KEY",
    "apiKey",
    "clientSecret",
    "client_secret",
    "db_pass",
    "DB_PWD",
    "MYSQL_PWD",
    "PGPASSWORD",
    "password",
    "passwd",
    "passphrase",
    "secret",
    "JWT_SECRET",
    "jwt_signing_key",
    "ENCRYPTION_KEY",
    "private_key",
    "AWS_SECRET_ACCESS_KEY",
    "aws_access_key",
    "STRIPE_KEY",
    "OPENAI_API_KEY",
    "GITHUB_TOKEN",
    "access_token",
    "refreshToken",
    "auth_token",
    "SLACK_BOT_TOKEN",
    "webhook_secret",
    "service_account_credentials",
    "creds",
    "password1",
    "DATABASE_PASSWORD_PRODUCTION",
    "secret_value",
    "api_key_live",
    "db.password",
    "x-api-key",
    "REDISCLI_AUTH",
    "OTEL_EXPORTER_OTLP_HEADERS",
    "PASSWORD_PEPPER",
]
COMPOSITE = [
    "DATABASE_URL",
    "REDIS_URL",
    "mongo_uri",
    "CELERY_BROKER_URL",
    "SLACK_WEBHOOK_URL",
    "db_url",
]
AMBIGUOUS = ["token", "session_key", "csrf_token", "pwd", "secret_santa", "password_thing"]
PLAIN = [
    "TOKEN_EXPIRE_MINUTES",
    "ACCESS_TOKEN_TTL",
    "PASSWORD_MIN_LENGTH",
    "SECRET_MANAGER_REGION",
    "API_KEY_HEADER",
    "PUBLIC_KEY",
    "public_api_key",
    "TOKEN_URL",
    "PASSWORD_RESET_URL",
    "SECRET_PATH",
    "SECRET_KEY_FILE",
    "AWS_ACCESS_KEY_ID",
    "GOOGLE_APPLICATION_CREDENTIALS",
    "PWD",
    "OLDPWD",
    "SSH_AUTH_SOCK",
    "has_password",
    "is_secret",
    "show_password",
    "validate_secrets",
    "password_hash",
    "hashed_password",
    "primary_key",
    "foreign_key",
    "sort_key",
    "cache_key",
    "key",
    "keys",
    "next_token",
    "page_token",
    "pad_token",
    "secrets",
    "tokens",
    "secret_name",
    "SECRET_NAME",
    "password_field",
    "LOG_LEVEL",
    "SITE_URL",
    "database_host",
    "max_token",
    "token_type",
    "API_KEY_ENABLED",
    "secret_scope",
    "stripe_publishable_key",
    "password_policy",
    "monkey",
    "donkey",
    "keyboard",
    "compass",
    "bypass",
]
CASES = [
    *((n, Likeness.SECRET) for n in SECRET),
    *((n, Likeness.COMPOSITE) for n in COMPOSITE),
    *((n, Likeness.AMBIGUOUS) for n in AMBIGUOUS),
    *((n, Likeness.PLAIN) for n in PLAIN),
]


@pytest.mark.parametrize(("name", "expected"), CASES)
def test_a_name_says_what_is_behind_it(name: str, expected: Likeness) -> None:
    assert expected is likeness(name)


def test_a_url_with_a_password_counts_as_a_secret() -> None:
    assert is_secret("DATABASE_URL")
    assert is_secret("API_KEY")
    assert not is_secret("token")


@pytest.mark.parametrize("name", ["apiKey", "API_KEY", "api-key", "api.key", "Api Key"])
def test_every_spelling_has_the_same_words(name: str) -> None:
    assert ("api", "key") == words(name)


@given(st.text(max_size=400))
def test_any_text_has_an_answer(name: str) -> None:
    assert likeness(name) in Likeness
