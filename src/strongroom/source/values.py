"""What kind of text a value is, so that facts hold the kind and never the value. Pure."""

import math
import re
from collections import Counter
from enum import StrEnum
from typing import Final

from strongroom.naming.classify import words
from strongroom.naming.vocabulary import vocabulary

JUDGED_CHARS_MAX: Final = 4096
GENERATED_CHARS_MIN: Final = 16
GENERATED_BITS_PER_CHAR_MIN: Final = 3.0


class Value(StrEnum):
    """The kinds, from nothing to a value that a generator made."""

    EMPTY = "empty"
    REFERENCE = "reference"  # `${X}`, `{{ x }}`, `!vault`: the value is elsewhere
    PLACEHOLDER = "placeholder"  # `changeme`, `<your key>`: everybody knows it
    TEXT = "text"  # prose, a path, a type, a name: not a secret at all
    LITERAL = "literal"  # somebody typed it
    GENERATED = "generated"  # long and irregular: it may open something real


PLACEHOLDERS: Final = vocabulary("""
    dev-secret-key-change-in-production dev-api-key dev-key changeme change-me change_me
    changethis change-this secret secretkey secret-key secret_key supersecret super-secret
    password password1 password123 passw0rd pass passwd p@ssw0rd test testing test123 example
    admin root guest default demo dummy fake foo bar foobar letmein qwerty 123456 12345678 1234
    123456789 todo tbd fixme replaceme replace-me replace_me insert-here redacted hunter2 s3cr3t
    postgres mysql mongo redis rabbitmq minio minioadmin sample placeholder none-set unset
    development local localhost
    """)
_PLACEHOLDER: Final = re.compile(
    r"""<\S*> | \[[^\]]*\] | (?:x|X|\*|\.|-|_|0|•|…){3,}
    | (?:your|the|some|enter|insert|put|add|replace|set|paste|use)[-_ ].*
    | (?:dev|test|testing|local|example|sample|dummy|fake|demo|insecure|django-insecure|not-a|not-so|unsafe|placeholder|ci)[-_].*
    | .*change[-_ ]?(?:me|this|it|in[-_ ]prod).* | .*[-_](?:here|example|placeholder|goes-here|for-testing|not-for-production)
    | .*(?:not-?a-?(?:real|secret)|only[-_]for[-_](?:dev|test)).*""",
    re.VERBOSE | re.IGNORECASE,
)
_REFERENCE: Final = re.compile(
    r"""\$\{.* | \$[A-Za-z_]\w* | \$\(.* | \{\{.* | \{%.* | %\(?\w*\)?s | \{\w*\} | %\{.* | ![\w/]+.*
    | (?:vault|aws|awssm|gcp|azure|op|secretref|ssm|sm|ref\+\w+|arn|env|file)://?.* | arn:aws.*
    | @\{.* | <%.* | \*\w+ | &\w+ | __\w+__ | var\.\w+ | data\..* | local\.\w+ | ENC\[.* | vault:.*""",
    re.VERBOSE,
)
_URL: Final = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:(?P<info>[^@/\s]*)@)?")
_WORDS_OF_TYPES: Final = vocabulary("""
    string str text int integer number float bool boolean true false yes no on off null none nil
    undefined object array bytes secret_str read write required optional bearer basic jwt hidden
    any auto always never prompt
    """)
_VOCABULARY: Final = vocabulary("""
    access api auth authorization authentication bearer client credential credentials csrf db dsn
    field form header id input key keys name new next old param password passphrase private
    reset refresh secret session the token tokens type user username value x xsrf database redis
    confirm current login email
    """)
_SINGULAR: Final = frozenset(word.removesuffix("s") for word in _VOCABULARY)
_NAME_OF_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
_PARTS: Final = re.compile(r"[^A-Za-z0-9]+")
_WORD_OR_YEAR: Final = re.compile(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}|\d{1,4}")
_DOTTED: Final = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)+")
_ISSUED: Final = re.compile(
    r"(?:sk|pk|rk)_(?:live|test)_\w{10,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|xox[abprs]-[\w-]{10,}"
    r"|AKIA[0-9A-Z]{16}|SG\.[\w-]{16,}\.[\w-]{16,}|eyJ[\w-]{8,}\.[\w-]{8,}\..*|glpat-[\w-]{16,}"
)


def kind(value: str) -> Value:
    """The kind of a value that stands under the name of a secret."""
    text = value.strip()[:JUDGED_CHARS_MAX]
    if not text:
        return Value.EMPTY
    if "PRIVATE KEY-----" in text or _ISSUED.fullmatch(text):
        return Value.GENERATED
    if _REFERENCE.fullmatch(text):
        return Value.REFERENCE
    url = _URL.match(text)
    if url:
        return _kind_of_url(url)
    folded = text.casefold()
    if folded in PLACEHOLDERS or (" " not in text and _PLACEHOLDER.fullmatch(text)):
        return Value.PLACEHOLDER
    if _is_text(text, folded):
        return Value.TEXT
    return Value.GENERATED if looks_generated(text) else Value.LITERAL


def carries_password(value: str) -> bool:
    """Whether `value` is a URL with a password in it, well-known ones included."""
    url = _URL.match(value.strip()[:JUDGED_CHARS_MAX])
    return url is not None and _kind_of_url(url) not in {Value.TEXT, Value.REFERENCE}


def same_words(name: str, value: str) -> bool:
    """Whether the value only repeats its name: `PASSWORD = "password"` names a field."""
    return words(name) == words(value)


def names_secret(name: str, value: str) -> bool:
    """Whether the value is a word for a secret too: `{"passwd": "password"}` is a dictionary."""
    return same_words(name, value) or _is_vocabulary(value)


def looks_generated(text: str) -> bool:
    """Whether `text` is as irregular as what a generator makes. An estimate, not a proof."""
    if len(text) < GENERATED_CHARS_MIN or " " in text:
        return False
    parts = [p for p in _PARTS.split(text) if p]
    if len(parts) > 1 and all(_WORD_OR_YEAR.fullmatch(p) for p in parts):
        # `insights-reporting-2024` is what people type.
        return False
    classes = [any(map(test, text)) for test in (str.islower, str.isupper, str.isdigit)]
    if sum(classes) < 2 or not classes[2]:
        return False
    counts = Counter(text)
    bits = -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
    return bits >= GENERATED_BITS_PER_CHAR_MIN


def _kind_of_url(url: re.Match[str]) -> Value:
    user, colon, password = (url["info"] or "").partition(":")
    if not colon or not password:
        # Sentry's and Slack's keys stand where the user does; anything else is a plain URL.
        return Value.GENERATED if colon == "" and looks_generated(user) else Value.TEXT
    inner = kind(password)
    return Value.LITERAL if inner is Value.TEXT else inner


def _is_text(text: str, folded: str) -> bool:
    if any(c.isspace() for c in text):
        return not folded.startswith(("bearer ", "basic "))
    if text.startswith(("/", "./", "../", "~", "#", "{", "[", "(", "|", ">", "@")):
        return True
    if folded in _WORDS_OF_TYPES or _NAME_OF_VARIABLE.fullmatch(text):
        return True
    if text.isdigit() and len(text) < 6:
        return True
    if _DOTTED.fullmatch(text) and not any(map(str.isdigit, text)):
        return True
    return _is_vocabulary(text)


def _is_vocabulary(text: str) -> bool:
    return {word.removesuffix("s") for word in words(text)} <= _SINGULAR
