"""Tests for strongroom.discover.classify: words are weak, and everything else wins over them."""

import pytest

from strongroom.discover.classify import by_words, verdict
from strongroom.discover.interface import Default, How, Mention, Shape
from strongroom.discover.known_table import KNOWN
from strongroom.discover.sorts import Confidence, Sort
from strongroom.source.values import Value

SECRETS = [
    "DB_PASSWORD",
    "API_KEY",
    "PAYMENTS_API_KEY",
    "JWT_SECRET",
    "LDAP_BIND_PASSWORD",
    "GITHUB_DEPLOY_TOKEN",
    "API_KEYS",
    "ENCRYPTION_KEYS",
    "OLD_SECRET_KEY",
    "SECRET_KEY_2",
    "JWT_PRIVATE_KEY_BASE64",
    "REPORTS_DB_URL",
    "AMQP_URI",
    "ALERTS_SLACK_WEBHOOK_URL",
    "PASSWORD_PEPPER",
    "HASH_SALT",
    "DB_CONNECTION_STRING",
    "STRIPE_KEY",
    "STRIPE_SK",
    "STRIPE_SK_LIVE",
    "GITHUB_PAT",
    "AZURE_DEVOPS_PAT",
    "CARD_PIN",
    "STRIPE_WHSEC",
    "UPSTREAM_BEARER",
]
# Each holds a word of a secret, or what resembles one, and none is one.
FALSE_FRIENDS = [
    "ACCESS_TOKEN_EXPIRE_MINUTES",
    "JWT_TTL",
    "SECRET_TTL_DAYS",
    "PASSWORD_RESET_TIMEOUT",
    "LOGIN_TIME",
    "TOKEN_THRESHOLD",
    "ACCOUNT_LOCK_TIME",
    "SECRET_KEY_PATH",
    "PRIVATE_KEY_FILE_NAME",
    "S3_SECRETS_BUCKET_NAME",
    "BASIC_AUTH_ENABLED",
    "ENABLE_PASSWORD_AUTH",
    "REQUIRE_API_KEY",
    "PUBLIC_KEY",
    "PUBLIC_BASE_URL",
    "STRIPE_PUBLISHABLE_KEY",
    "MAX_TOKENS",
    "TOKEN_URL",
    "OAUTH_TOKEN_ENDPOINT",
    "API_KEY_HEADER",
    "CACHE_KEY",
    "PARTITION_KEY",
    "CACHE_KEY_PREFIX",
    "API_BASE_URL",
    "PASSWORD_MIN_LENGTH",
    "PASSWORD_HASHERS",
    "SECRET_NAME",
    "TOKEN_ISSUER",
    "KEY_SIZE",
    "CREDENTIALS_DIR",
    "LOCALE_SK",
    "TABLE_SK",
    "LED_PIN",
    "SPI_CS_PIN",
    "USE_BEARER",
    "PAT",
    "FILE_PATTERN",
]


@pytest.mark.parametrize("name", SECRETS)
def test_words_of_a_secret(name: str) -> None:
    assert Sort.SECRET is by_words(name).sort


@pytest.mark.parametrize("name", FALSE_FRIENDS)
def test_a_false_friend_is_no_secret(name: str) -> None:
    assert by_words(name).sort in {Sort.CONFIG, Sort.IDENTIFIER}


@pytest.mark.parametrize(
    ("name", "sort"),
    [
        ("DB_USER", Sort.COMPONENT),
        ("SMTP_USERNAME", Sort.COMPONENT),
        ("S3_ACCESS_KEY_ID", Sort.COMPONENT),
        ("OAUTH_CLIENT_ID", Sort.IDENTIFIER),
        ("TOKEN", Sort.AMBIGUOUS),
        ("SHOP_KEY", Sort.AMBIGUOUS),
        ("WAREHOUSE_TOKEN", Sort.SECRET),
        ("PAGE_TOKEN", Sort.CONFIG),
        ("REDIS_AUTH", Sort.AMBIGUOUS),
        ("DEBUG", Sort.CONFIG),
        ("___", Sort.AMBIGUOUS),
    ],
)
def test_other_words(name: str, sort: Sort) -> None:
    assert sort is by_words(name).sort


def mention(name: str = "THE_TOKEN", how: How = How.READ, **more: object) -> Mention:
    return Mention(name, "a.py", 3, how, **more)  # type: ignore[arg-type]


def default(shape: Shape, value: Value = Value.TEXT) -> Default:
    return Default(value, shape)


@pytest.mark.parametrize(
    ("name", "mentions", "sort", "confidence"),
    [
        # A type wins over everything.
        ("DEBUG", [mention("DEBUG", secret=True)], Sort.SECRET, Confidence.HIGH),
        ("MY_TOKEN", [mention(secret=False)], Sort.CONFIG, Confidence.HIGH),
        ("X_PASSWORD", [mention(secret=False), mention(secret=True)], Sort.SECRET, Confidence.MEDIUM),
        # A table wins over looks and words, and a number does not make a known secret none.
        ("AWS_ACCESS_KEY_ID", [mention(default=default(Shape.KEY))], Sort.COMPONENT, Confidence.HIGH),
        ("SECRET_KEY", [mention(secret=False)], Sort.SECRET, Confidence.HIGH),
        # Looks win over words.
        ("BACKEND", [mention(default=default(Shape.LOGIN_URL))], Sort.SECRET, Confidence.HIGH),
        ("STAMP", [mention(default=default(Shape.KEY))], Sort.SECRET, Confidence.MEDIUM),
        ("SOME_KEY", [mention(default=default(Shape.NUMBER))], Sort.CONFIG, Confidence.MEDIUM),
        ("TOKEN", [mention(default=default(Shape.PLAIN_URL))], Sort.CONFIG, Confidence.MEDIUM),
        ("DB_PASSWORD", [mention(default=default(Shape.NUMBER))], Sort.SECRET, Confidence.MEDIUM),
        # A store of secrets holds users and regions too.
        ("THING", [mention("THING", How.INJECTED, secret=True)], Sort.SECRET, Confidence.MEDIUM),
        ("X_TOKEN", [mention("DEPLOY_TOKEN", How.INJECTED, secret=True)], Sort.SECRET, Confidence.HIGH),
        ("X_USER", [mention("X_USER", How.INJECTED, secret=True)], Sort.COMPONENT, Confidence.MEDIUM),
        ("AWS_REGION", [mention("AWS_REGION", How.INJECTED, secret=True)], Sort.CONFIG, Confidence.HIGH),
        # In a browser's bundle the name behind the prefix counts.
        ("VITE_STRIPE_SECRET_KEY", [mention(how=How.PUBLIC)], Sort.SECRET, Confidence.MEDIUM),
    ],
)  # fmt: skip
def test_what_wins(name: str, mentions: list[Mention], sort: Sort, confidence: Confidence) -> None:
    found = verdict(name, mentions)

    assert (sort, confidence) == (found.sort, found.confidence)
    assert found.why


def test_the_table_of_known_names_is_in_capitals() -> None:
    assert [] == [name for name in KNOWN if name != name.upper()]
