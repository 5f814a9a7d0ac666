"""Whether a name is the name of a secret. Pure; looks at names only, never at values.

Precision lives in the false friends: `TOKEN_EXPIRE_MINUTES`, `PASSWORD_RESET_URL` and
`PUBLIC_KEY` hold words of secrets and are none. The order of the questions is: a known
name, a word that makes any name harmless, a word that makes it a secret.
"""

import re
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final

from strongroom.naming.vocabulary import vocabulary

NAME_CHARS_MAX: Final = 200
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATOR: Final = re.compile(r"[^A-Za-z0-9]+")


class Likeness(StrEnum):
    """What a name says about its value."""

    SECRET = "secret"  # noqa: S105 - a verdict
    COMPOSITE = "composite"  # a URL that may carry a password: its value decides
    AMBIGUOUS = "ambiguous"  # `token`, `STRIPE_KEY`-like: its value or its use decides
    PLAIN = "plain"


# What the last word says: the value is about a secret, and is none.
HARMLESS_LAST: Final = vocabulary("""
    alg algorithm algorithms attempts audience backend backends bucket bytes chars class client
    cls code column columns cookie count counter days digest dir directory disabled enabled
    endpoint env error errors exists expire expired expires expiration expiry factory field fields
    file filename fingerprint folder form format function generator hash hasher hashers header
    headers help hint host hours id ids index input issuer kind label len length lifetime limit
    manager mask max message min minutes mode ms name names pattern path paths placeholder policies
    policy port prefix provider ref reference regex region required requirements reset retries
    rotation rounds route schema scheme scope scopes seconds size source status store strength
    suffix template text threshold time timeout title ttl type types uid url uri usage user
    username validator validators var variable version view window
    """)
# What the first word says: a switch, a number, an action, or a thing made for showing.
HARMLESS_FIRST: Final = vocabulary("""
    allow allowed ask change check disable enable encrypted forgot generate has hashed hide is
    mask masked max min missing must need needs num public redacted required reset show
    update use validate verify with without
    """)
# Words that no secret has anywhere.
HARMLESS_ANY: Final = vocabulary(
    "public publishable expire expires expiration lifetime threshold ttl regex"
)
SECRET_WORDS: Final = vocabulary("""
    apikey authtoken cred credential credentials creds dsn passphrase passwd password pepper
    secret secretkey
    """)
# A key is a secret only if the word before it says what it opens.
KEY_OPENERS: Final = vocabulary("""
    access account admin api app auth client cookie cosign encryption fernet hmac jwt license
    master private secret service sign signing ssh storage webhook anthropic azure
    cloudinary datadog gemini google mailgun maps openai segment sendgrid sentry shodan stripe
    twilio
    """)
TOKEN_OPENERS: Final = vocabulary("""
    access api app auth bearer bot ci deploy discord github gitlab hf jwt npm oauth personal
    pypi refresh secret service session slack telegram twilio vault webhook
    """)
TOKEN_HARMLESS: Final = vocabulary("""
    bos cls continuation current cursor end eos first last mask max min next pad page prev
    previous sep special start stop sync unk
    """)
URL_CARRIERS: Final = vocabulary("""
    amqp broker cache celery clickhouse database db elasticsearch influx kafka ldap mongo mongodb
    mysql neo4j postgres postgresql rabbitmq redis result smtp sqlalchemy webhook
    """)
KNOWN: Final = {
    "PWD": Likeness.PLAIN,
    "OLDPWD": Likeness.PLAIN,
    "GOOGLE_APPLICATION_CREDENTIALS": Likeness.PLAIN,  # a path
    "SSH_AUTH_SOCK": Likeness.PLAIN,
    "PGPASSWORD": Likeness.SECRET,
    "MYSQL_PWD": Likeness.SECRET,
    "REDISCLI_AUTH": Likeness.SECRET,
    "AWS_ACCESS_KEY_ID": Likeness.PLAIN,  # names the key, does not open with it
    "OTEL_EXPORTER_OTLP_HEADERS": Likeness.SECRET,
}


def words(name: str) -> tuple[str, ...]:
    """The words of a name in any spelling: `apiKey`, `API_KEY` and `api-key` are alike."""
    spaced = _CAMEL.sub("_", name[:NAME_CHARS_MAX])
    return tuple(w.lower() for w in _SEPARATOR.split(spaced) if w)


@lru_cache(maxsize=8192)
def likeness(name: str) -> Likeness:
    """What `name` says about the value behind it."""
    known = KNOWN.get(name)
    if known is not None:
        return known
    parts = words(name)
    if not parts or HARMLESS_ANY.intersection(parts):
        return Likeness.PLAIN
    last, before = parts[-1].rstrip("0123456789") or parts[-1], parts[:-1]
    if last in {"url", "uri"} and URL_CARRIERS.intersection(before):
        # PASSWORD_RESET_URL has no carrier; DATABASE_URL has one.
        return Likeness.COMPOSITE
    if last in HARMLESS_LAST or parts[0] in HARMLESS_FIRST:
        return Likeness.PLAIN
    return _by_last_word(last, before)


def is_secret(name: str) -> bool:
    """Whether a value under this name is to be treated as a secret, unseen."""
    return likeness(name) in {Likeness.SECRET, Likeness.COMPOSITE}


def _by_last_word(last: str, before: tuple[str, ...]) -> Likeness:
    if last in SECRET_WORDS:
        return Likeness.SECRET
    if last in {"pass", "pwd"}:
        return Likeness.SECRET if before else Likeness.AMBIGUOUS
    if last == "token":
        return _token(before)
    if last == "key" and before:
        if before[-1] == "session":
            return Likeness.AMBIGUOUS  # opens a session, or names an entry in one
        return Likeness.SECRET if before[-1] in KEY_OPENERS else Likeness.PLAIN
    if SECRET_WORDS.intersection(before) or ("api", "key") in _pairs(before):
        # `password1`, `secret_value`, `DATABASE_PASSWORD_PRODUCTION`, `api_key_live`
        return Likeness.SECRET if _is_variant(last) else Likeness.AMBIGUOUS
    return Likeness.PLAIN


def _token(before: tuple[str, ...]) -> Likeness:
    if TOKEN_HARMLESS.intersection(before):
        return Likeness.PLAIN
    return Likeness.SECRET if TOKEN_OPENERS.intersection(before) else Likeness.AMBIGUOUS


def _pairs(parts: tuple[str, ...]) -> set[tuple[str, str]]:
    return set(pairwise(parts))


def _is_variant(word: str) -> bool:
    return word.isdigit() or word in {
        "value", "plain", "plaintext", "raw", "new", "old", "current", "previous", "default",
        "live", "test", "dev", "development", "prod", "production", "staging", "primary",
        "secondary", "key", "a", "b", "v1", "v2",
    }  # fmt: skip
