"""The parts of a URL that holds a credential: `postgresql://app:word@db:5432/main`.

A password that was not percent-encoded is read by URL parsers as part of the host or path, and is then
shown. So what is ambiguous is refused.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qsl, unquote_to_bytes

from strongroom.errors import InvalidError

URL_CHARS_MAX: Final = 8192
_URL: Final = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?:(?P<user>[^:/?#@\s]*)(?::(?P<word>[^:/?#@\s]*))?@)?"
    r"(?P<rest>[^@#\s]*)"
)
_ENCODED: Final = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*")
# libpq, JDBC, MongoDB and others take these from the query.
_CREDENTIALS: Final = re.compile(
    r"user|username|.*passw(?:or)?d|pwd|passfile|.*secret|.*token|api_?key|authmechanismproperties",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Parts:
    """`address` is the URL without user and password, to connect by; `shown` is for people.

    What a query holds is the library's affair, and not all of it is harmless: it is not shown.
    """

    address: str = field(repr=False)
    shown: str
    username: str | None
    password: str | None = field(repr=False)


def split(text: str, name: str) -> Parts:
    """The parts of `text`, which is the value of the secret `name`.

    Raises:
        InvalidError: `secret-url-invalid`; nothing of the text is repeated.
    """
    found = _URL.fullmatch(text) if len(text) <= URL_CHARS_MAX else None
    if found is None:
        raise _invalid(name, "it is no URL whose user and password are percent-encoded")
    user, word, rest = found["user"], found["word"], found["rest"]
    if not all(_ENCODED.fullmatch(part or "") for part in (user, word)):
        raise _invalid(name, "a `%` in its user or password is not encoded")
    place, mark, query = rest.partition("?")
    if any(_CREDENTIALS.fullmatch(key) for key, _ in parse_qsl(query, keep_blank_values=True)):
        raise _invalid(name, "its user and password must stand before the `@`, not in the query")
    return Parts(
        f"{found['scheme']}://{rest}",
        f"{found['scheme']}://{place}{mark and '?…'}",
        _decoded(user, name),
        _decoded(word, name),
    )


def _decoded(part: str | None, name: str) -> str | None:
    if not part:
        return None
    with suppress(UnicodeError):  # it holds the part
        return unquote_to_bytes(part).decode("utf-8")
    raise _invalid(name, "its user or password is not UTF-8 when it is decoded")


def _invalid(name: str, why: str) -> InvalidError:
    return InvalidError(
        "secret-url-invalid",
        f"{name} cannot be used as an address: {why}",
        fix="percent-encode user and password (@ is %40, / is %2F, : is %3A), or keep them as fields",
    )
