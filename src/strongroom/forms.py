"""The forms that a value takes on its way: escaped, quoted, encoded, cut into lines.

Masking and the scanner look for these. A form is kept when it has at least `CHARS_MIN`
characters: a shorter one stands in every second line, and covering it would show it.
What it cannot list: hashes, ciphers, and what an application makes up itself.
"""

import base64
import json
import re
import shlex
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import quote, quote_plus, unquote

CHARS_MIN: Final = 8
BEGINNING_CHARS_MIN: Final = 12
_BEGINNING_OWN_CHARS: Final = 6  # beyond what everybody knows, such as `api_live_`
_DEPTH_MAX: Final = 4  # a URL in JSON in JSON is somebody's configuration; deeper is nobody's
_MIME_OCTETS: Final = 57  # of a line of 76 characters, as `base64` and e-mail break them

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
# The last `@` ends the password: people write `/`, `#`, `?` and `@` into it unescaped.
_URL_PASSWORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^:/@\s]*:(.+)@", re.DOTALL)
_URL_KNOWN: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^:/@\s]*:(?=.*@)|[^/@\s]*/|)")
# Only what issuers really begin with: a bar among the first characters of a random value is chance.
_PREFIX_KNOWN: Final = re.compile(
    r"[a-z][a-z0-9]{0,15}_(?:live|test|dev|prod|production|staging|development|sandbox)_"
    r"|github_pat_|pypi-AgEIcHlwaS5vcmc|eyJ[A-Za-z0-9_-]+\."
)
# libpq's `password='a b'`, and `Password=a;` of ODBC and ADO.
_PAIR: Final = re.compile(
    r"""(?:^|[\s;])(?:password|passwd|pwd)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|"([^"]*)"|([^\s;]+))""",
    re.IGNORECASE,
)
_QUERY: Final = re.compile(
    r"[?&][\w.-]*(?:passw|pwd|secret|token|key)[\w.-]*=([^&#\s]+)", re.IGNORECASE
)
_ARMOUR: Final = re.compile(r"-----(?:BEGIN|END) [A-Z0-9 ]+-----")
_MEMBER: Final = re.compile(r"key|secret|token|passw|pwd|credential|private|dsn|url", re.IGNORECASE)
_SHELL_SAFE: Final = re.compile(r"[^A-Za-z0-9_@%+=:,./-]")
_URL_SAFE: Final = str.maketrans("+/", "-_")
# What other libraries leave as it is when they quote: JavaScript, SQLAlchemy, httpx.
_LEFT_ALONE: Final = ("", "/", "!~*'()", " +", "!$&'()*+,;=:@/?")


class Kind(StrEnum):
    """How a form came about; a finding says it."""

    RAW = "raw"
    LINE = "line"
    MEMBER = "member"  # of JSON
    PASSWORD = "password"  # noqa: S105 - of a URL or connection string
    ESCAPED = "escaped"  # JSON, repr, YAML
    URL = "url"
    HTML = "html"
    SHELL = "shell"
    BASE64 = "base64"
    HEX = "hex"
    BEGINNING = "beginning"  # of a value that was cut off


class Form(NamedTuple):
    """One text to look for."""

    kind: Kind
    text: str


def forms(value: str) -> tuple[Form, ...]:
    """Every form of `value`, each text once, first found first. Empty when it is too short.

    Those of parts (lines, members of JSON, the password of a URL) are among them.
    """
    found: dict[str, Kind] = {}
    parts = [part for part in _parts(Kind.RAW, value, 0) if _long(part)]
    for form in (form for part in parts for form in _encoded(*part)):
        if _long(form):
            found.setdefault(form.text, form.kind)
    return tuple(Form(kind, text) for text, kind in found.items())


def _long(form: Form) -> bool:
    return len(form.text.strip()) >= CHARS_MIN


def binary_forms(value: bytes) -> tuple[Form, ...]:
    """The forms of a value that is no text: what binary data is printed as."""
    if len(value) < CHARS_MIN:
        return ()
    texts = [Form(Kind.ESCAPED, repr(value)[2:-1]), *_base64(value), *_hex(value)]
    return tuple(dict.fromkeys(texts))


def beginning(value: str) -> str | None:
    """The first characters of `value`, enough to know it by when the rest was cut off.

    12, and at least 6 after what is no secret: a scheme, a user, a prefix such as
    `api_live_`. None where the value has no more than that.
    """
    known = _URL_KNOWN.match(value) or _PREFIX_KNOWN.match(value)
    length = max(BEGINNING_CHARS_MIN, (known.end() if known else 0) + _BEGINNING_OWN_CHARS)
    head = value[:length]
    plain = len(head) == length < len(value) and not _ARMOUR.match(value)
    return head if plain and "\n" not in head else None


def _parts(kind: Kind, value: str, depth: int) -> Iterator[Form]:
    """`value`, and what is a secret by itself inside of it."""
    yield Form(kind, value)
    if depth == _DEPTH_MAX:
        return
    if value.strip() != value:
        # A line's end that came in with a file is not printed with the value.
        yield Form(kind, value.strip())
    lines = value.splitlines()
    if len(lines) > 1:
        for line in lines:
            if not _ARMOUR.fullmatch(line.strip()):
                yield Form(Kind.LINE, line.strip())
    for member in _members(value):
        yield from _parts(Kind.MEMBER, member, depth + 1)
    for password in _passwords(value):
        yield Form(Kind.PASSWORD, password)
        if unquote(password) != password:
            yield Form(Kind.PASSWORD, unquote(password))


def _passwords(value: str) -> Iterator[str]:
    url = _URL_PASSWORD.match(value)
    if url:
        yield url[1]
    if _URL.match(value):
        for parameter in _QUERY.finditer(value):
            yield parameter[1]
        return
    for pair in _PAIR.finditer(value):
        yield re.sub(r"\\(.)", r"\1", pair[1]) if pair[1] else pair[2] or pair[3]


def _members(value: str) -> Iterator[str]:
    """Texts of a JSON document under the names of secrets; a plain URL is none."""
    if value.lstrip()[:1] not in {"{", "["}:
        return
    try:
        document = json.loads(value)
    except (ValueError, RecursionError):
        return
    todo: list[tuple[str, object]] = [("key", document)]
    while todo:
        name, item = todo.pop()
        if isinstance(item, dict):
            todo.extend(item.items())
        elif isinstance(item, list):
            todo.extend((name, one) for one in item)
        elif isinstance(item, str) and _MEMBER.search(name) and not _plain_url(item):
            yield item


def _plain_url(text: str) -> bool:
    return _URL.match(text) is not None and _URL_PASSWORD.match(text) is None


def _encoded(kind: Kind, value: str) -> Iterator[Form]:
    yield Form(kind, value)
    yield from _named(Kind.ESCAPED, _escaped(value))
    yield from _named(Kind.URL, _quoted(value))
    yield from _named(Kind.HTML, _html(value))
    yield from _named(Kind.SHELL, _shell(value))
    octets = value.encode("utf-8", "surrogatepass")
    yield from _base64(octets)
    yield from _hex(octets)


def _named(kind: Kind, texts: Iterable[str]) -> Iterator[Form]:
    return (Form(kind, text) for text in texts)


def _escaped(value: str) -> Iterator[str]:
    for ascii_only in (True, False):
        once = json.dumps(value, ensure_ascii=ascii_only)[1:-1]
        yield once
        yield once.replace("/", "\\/")
        yield json.dumps(once, ensure_ascii=ascii_only)[1:-1]  # a document inside of a text
    yield repr(value)[1:-1]
    yield ascii(value)[1:-1]
    yield repr(value.encode("utf-8", "surrogatepass"))[2:-1]
    # repr changes its quotes with the text around: an error that says {'key': "it's"}.
    yield repr(value + "'\"")[1:-4]
    yield value.replace("'", "''")  # YAML and SQL


def _quoted(value: str) -> Iterator[str]:
    for left in _LEFT_ALONE:
        text = quote(value, safe=left, errors="replace")
        yield text
        yield re.sub(r"%..", lambda m: m[0].lower(), text)
    yield quote_plus(value, errors="replace")
    if "%" in value:
        yield unquote(value)


# What `html.escape` writes; importing that loads a table of two thousand names.
_HTML_UNQUOTED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_HTML: Final = _HTML_UNQUOTED | str.maketrans({'"': "&quot;", "'": "&#x27;"})


def _html(value: str) -> Iterator[str]:
    full = value.translate(_HTML)
    yield full
    yield value.translate(_HTML_UNQUOTED)
    yield full.replace("&quot;", "&#34;").replace("&#x27;", "&#39;")  # MarkupSafe


def _shell(value: str) -> Iterator[str]:
    quoted = shlex.quote(value)
    yield quoted[1:-1] if quoted.startswith("'") else quoted
    yield value.replace("'", "'\\''")  # as `set -x` shows it
    yield _SHELL_SAFE.sub(lambda m: "\\" + m[0], value)


def _base64(octets: bytes) -> Iterator[Form]:
    """As part of a longer text too, where 0 to 2 bytes stand before: so in `Basic` headers."""
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + octets).decode()
        # Only the characters that the value alone decides.
        own = text[-(-8 * shift // 6) : 8 * (shift + len(octets)) // 6]
        yield Form(Kind.BASE64, own)
        yield Form(Kind.BASE64, own.translate(_URL_SAFE))
    if len(octets) > _MIME_OCTETS:
        for start in range(0, len(octets), _MIME_OCTETS):
            line = base64.b64encode(octets[start : start + _MIME_OCTETS]).decode().rstrip("=")
            yield Form(Kind.BASE64, line)


def _hex(octets: bytes) -> Iterator[Form]:
    yield Form(Kind.HEX, octets.hex())
    yield Form(Kind.HEX, octets.hex().upper())
