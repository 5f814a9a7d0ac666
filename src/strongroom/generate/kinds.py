"""Which kind of value a policy's word means. Documents name one thing in many ways."""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache
from typing import Final, NamedTuple

# What the characters of a password may be.
CLASSES: Final = ("upper", "lower", "digits", "symbols")


class Kind(StrEnum):
    """What can be asked for; all but the last can be generated."""

    JWT = "jwt"
    API_KEY = "api-key"
    PASSWORD = "password"  # noqa: S105 - a kind
    REDIS_PASSWORD = "redis-password"  # noqa: S105 - a kind
    DATA_KEY = "data-key"
    ED25519 = "ed25519"
    RSA = "rsa"
    PASSPHRASE = "passphrase"  # noqa: S105 - a kind
    THIRD_PARTY = "third-party"

    @property
    def clause(self) -> str:
        """The clause that says how strong it must be."""
        return _CLAUSES[self]


_CLAUSES: Final = {
    Kind.JWT: "P-4.1",
    Kind.API_KEY: "P-4.4",
    Kind.PASSWORD: "P-4.8",
    Kind.REDIS_PASSWORD: "P-4.8",
    Kind.DATA_KEY: "P-1.13",
    Kind.ED25519: "P-1.13",
    Kind.RSA: "P-1.13",
    Kind.PASSPHRASE: "P-4.9",
    Kind.THIRD_PARTY: "P-2.6",
}


class _Rule(NamedTuple):
    """All words of one of `phrases` in a name mean `kind`."""

    kind: Kind
    phrases: tuple[str, ...]


# First match wins, so the narrow ones come first: a "Redis password" is a password too.
_RULES: Final = (
    _Rule(Kind.REDIS_PASSWORD, ("redis", "valkey", "keydb", "memcached")),
    _Rule(
        Kind.DATA_KEY,
        (
            *("encryption", "encrypting", "encrypt", "data key", "aes", "dek", "kek", "kms"),
            *("master key", "fernet"),
        ),
    ),
    # Before the vendors: a database in somebody's cloud still has a password that we choose.
    _Rule(
        Kind.PASSWORD,
        (
            *("database", "db", "postgres", "postgresql", "mysql", "mariadb", "mongo", "mongodb"),
            *("oracle", "mssql", "sql", "rabbitmq", "amqp", "ldap"),
        ),
    ),
    _Rule(
        Kind.THIRD_PARTY,
        (
            *("sentry", "dsn", "email", "mail", "smtp", "sms", "twilio", "sendgrid", "mailgun"),
            *("stripe", "paypal", "slack", "github", "gitlab", "datadog", "openai", "anthropic"),
            *("cloud", "aws", "gcp", "azure", "service account", "third party", "vendor"),
            *("oauth", "oidc", "saml", "pagerduty", "opsgenie", "newrelic", "license"),
        ),
    ),
    _Rule(Kind.PASSPHRASE, ("passphrase", "recovery phrase")),
    _Rule(Kind.ED25519, ("ed25519", "ssh", "deploy key")),
    _Rule(Kind.RSA, ("rsa", "tls", "certificate", "private key")),
    _Rule(
        Kind.JWT,
        (
            *("jwt", "jws", "hmac", "session", "cookie", "csrf", "signing", "signature"),
            *("secret key", "app secret", "application secret", "webhook secret"),
        ),
    ),
    _Rule(
        Kind.API_KEY,
        (
            *("api key", "apikey", "api token", "api secret", "bearer", "access token"),
            *("access key", "client key", "client secret", "service token", "personal token"),
        ),
    ),
    _Rule(
        Kind.PASSWORD,
        ("password", "passwort", "passwd", "pwd", "pass", "credential", "login", "account"),
    ),
    _Rule(Kind.API_KEY, ("api", "token")),
)
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+[0-9]*|[0-9]+")


@lru_cache(maxsize=256)  # the types of a policy, asked again for each value
def classify(*texts: str | None) -> Kind | None:
    """The kind that the words of a type's id, name or example mean, or None.

    Each text is tried alone and in turn, so that the name of a type outweighs its example.
    """
    for text in texts:
        words = _words(text or "")
        for rule in _RULES:
            if any(set(phrase.split()) <= words for phrase in rule.phrases):
                return rule.kind
    return None


def names() -> tuple[str, ...]:
    """The kinds that can be generated, as they are written on a command line."""
    return tuple(kind.value for kind in Kind if kind is not Kind.THIRD_PARTY)


def _words(text: str) -> set[str]:
    """Words in lower case, with a plural's `s` taken off beside the word as written."""
    found = {word.lower() for word in _split(text)}
    return found | {word.removesuffix("s") for word in found if len(word) > 3}


def _split(text: str) -> Iterable[str]:
    # Names as people write them (`API keys`) and as programs do (`apiKey`, `API_KEY`).
    return [*_WORD.findall(text), *re.findall(r"[A-Za-z0-9]+", text)]
