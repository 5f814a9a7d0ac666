"""A default as its kind and its look, so that its text goes no further. Pure."""

import re
from typing import Final

from strongroom.discover.interface import Default, Shape
from strongroom.source.values import JUDGED_CHARS_MAX, Value, carries_password, kind

_NUMBER: Final = re.compile(r"[-+]?\d+(?:[._]\d+)*(?:\s*(?:%|[kmgt]i?b?|ms|s|sec|min|h|d|days?))?")
_SWITCHES: Final = frozenset({"true", "false", "yes", "no", "on", "off", "none", "null"})
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?P<rest>.*)", re.DOTALL)
_PATH: Final = re.compile(r"(?:\.{0,2}/|~)[\w./@-]*|[\w.-]+\.(?:pem|key|crt|json|ya?ml|txt|db)")


def judged(text: str) -> Default:
    """What `text` is as a default: its kind, and what its look says of its name."""
    cut = text.strip()[:JUDGED_CHARS_MAX]
    value = kind(cut)
    shape = _shape(cut, value)
    if value is Value.TEXT:
        # In a document words with blanks are prose; a default of words is a passphrase.
        value = kind("-".join(cut.split()))
    return Default(value, shape)


def _shape(text: str, value: Value) -> Shape:
    if _NUMBER.fullmatch(text.lower()):
        return Shape.NUMBER
    if text.lower() in _SWITCHES:
        return Shape.SWITCH
    url = _URL.match(text)
    if url:
        # `postgres://${USER}:${PASSWORD}@db` carries a password too: of what it refers to.
        who, at, _ = url["rest"].rpartition("@")
        login = carries_password(text) or (at and ":" in who)
        return Shape.LOGIN_URL if login else Shape.PLAIN_URL
    if value is Value.GENERATED:
        return Shape.KEY
    return Shape.PATH if _PATH.fullmatch(text) else Shape.NONE
