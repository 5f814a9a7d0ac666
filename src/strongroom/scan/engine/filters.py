"""What a value that a generic rule found really is: mostly nothing secret.

The order of the questions is: is it written to stand for something else, is it a thing of
another kind, does its name say that it is no secret, is it words. What is left is a secret,
and how sure that is depends on how random it looks.
"""

import re
from enum import StrEnum
from typing import Final, NamedTuple

from strongroom.naming.classify import HARMLESS_ANY, Likeness, likeness, words
from strongroom.scan.engine.entropy import entropy
from strongroom.scan.engine.structure import unbase64
from strongroom.scan.engine.words import share
from strongroom.scan.model import Confidence

NAME_GROUP: Final = "name"
AROUND_MAX: Final = 512


class Why(StrEnum):
    """Why a value is no secret."""

    REFERENCE = "reference"  # `${X}`, `vault:…`, `os.environ[…]`: the value is elsewhere
    PLACEHOLDER = "placeholder"  # `changeme`, `<your key>`, `****`
    REPEATED = "repeated"  # `aaaa`, `12345678`
    ADDRESS = "address"  # a URL, a path, an e-mail address, a host
    IDENTITY = "identity"  # a UUID
    HASH = "hash"
    NUMBER = "number"  # a number, a version, a date
    CODE = "code"  # a call, an attribute, a type
    NAME = "name"  # the name of the value says that it is no secret
    WORDS = "words"
    TEXT = "text"  # prose, or base64 of it


class Judgement(NamedTuple):
    """`why` it is none, or how sure one can be at most."""

    why: Why | None
    at_most: Confidence = Confidence.CERTAIN


_REFERENCE: Final = re.compile(
    r"""\$\{ | \{\{ | \}\} | \#\{ | <% | %> | \$\( | %\( | @\{ | \[\[ | ^\$[A-Za-z_]\w*$
    | ^\$[A-Z_]+ | ^%\w+%$ | ^%[sdrvq]$ | ^<[^>]*>?$ | ^\[[^\]]*\]$ | ^\{[^{}]*\}$ | ^@[\w.]+[(@] | ^@@
    | ^!\w | ^[*&][A-Za-z]\w*$ | ^__\w+__$ | ^ENC[\[(] | ^\(\( | ^<<
    | ^(?:vault|op|aws|awssm|ssm|sm|arn|gcp|gsm|azure|akv|keyvault|secretref|secretsmanager|ref\+\w+
        |env|file|sops|secrets?|doppler|conjur|bws|keyring|credstash|berglas|projects)(?::|/) (?!//[^/]*:)
    | (?:os\.environ|process\.env|getenv|System\.Get|ENV\[|env\(|import\.meta\.env|secrets\.[A-Za-z]
        |config\.get|ConfigurationManager|Deno\.env|std::env)
    | ^(?:var|local|data|module|each|self|this|params|props|config|settings|args|options|ctx|req
        |request|event|state|inputs|steps|github|matrix|needs|values)\.[A-Za-z]""",
    re.VERBOSE,
)
_PLACEHOLDER: Final = re.compile(
    r"""example | change[-_. ]?(?:me|this|it) | placeholder | replace[-_. ]?(?:me|this|with) | dummy
    | redacted | foo[-_]?bar | lorem | fake | x{4,} | \*{3,} | •{2,} | \.{3} | … | _{4,} | -{4,}
    | not[-_ ]?a?[-_ ]?(?:real|secret) | (?:^|[-_ <])your[-_ .]? | (?:^|[-_])my[-_](?=[a-z])
    | (?:insert|enter|put|paste|fill|goes|add)[-_ ]?(?:your|here|the|in) | [-_ ]here$ | [-_]goes[-_]
    | todo | tbd$ | fixme | sample | mock(?:ed)?[-_] | placehold | do[-_]?not[-_]?use | for[-_]?test
    | (?:un|in)secure[-_] | hunter2$ | correct[-_ ]?horse""",
    re.VERBOSE | re.IGNORECASE,
)
# A known word with nothing but digits and signs behind it.
_COMMON: Final = re.compile(
    r"""(?:(?:my|the|some|a|an|new|old|test|super|top|very|bad|wrong|good|valid|invalid|db|user
      |admin|root|default|local|dev|prod|app|client|server|api|your|initial|temp|tmp)?[-_.]?)
    (?:pass(?:w(?:or)?d|phrase|code)?|passwd|p[a@][s$]{2}w[o0]rd|pwd|pw|secret|s3cr[e3]t|token|key|apikey
      |api[-_]?key|secret[-_]?key|test|tester|testing|admin|administrator|root|guest|default|demo|user
      |username|change|welcome|letmein|qwerty|abc|foo|bar|baz|postgres|mysql|mongo|redis|rabbitmq
      |minio|minioadmin|oracle|login|credential|credentials|value|string|none|null|nil|undefined|true
      |false|development|production|staging|secretsecret|blank|empty|unset|required|optional|hidden)
    s?[-_.!@\#]?\d{0,6}[-_.!]?""",
    re.VERBOSE | re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"""^[A-Za-z][A-Za-z0-9+.-]*:// (?![^/\s]*:[^/\s]*@) | ^(?:\.{0,2}|~|[A-Za-z]:)[\\/][\w.@-]
    | ^[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$ | ^(?:\d{1,3}\.){3}\d{1,3}(?::\d+)?$
    | ^[\w-]+(?:[\\/][\w.@-]+)+\.[a-z]{1,5}$
    | ^[\w./\\@-]+\.(?:pem|key|crt|cer|json|ya?ml|txt|env|conf|cfg|ini|toml|xml|p12|pfx|jks|html?|js|ts
        |py|go|rb|php|java|sh|md|csv|log|png|svg|gif|jpe?g|css|scss|vue|tsx|jsx|lock|gpg|asc)$
    | ^(?:[a-z0-9-]+\.)+(?:com|org|net|io|dev|local|internal|svc|test|app|cloud)(?:[:/].*)?$
    | ^/[\w./-]*$""",
    re.VERBOSE,
)
_UUID: Final = re.compile(r"\{?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}?")
_NUMBER: Final = re.compile(
    r"v?\d+(?:[.,:_/-]\d+)*(?:[-+.]?(?:rc|alpha|beta|dev|a|b)\.?\d*)?|0x[0-9A-Fa-f]+"
)
_HEX: Final = re.compile(r"[0-9A-Fa-f]+")
_HASH_LENGTHS: Final = frozenset({32, 40, 56, 64, 96, 128})
_HASHED: Final = re.compile(
    r"\$(?:2[abxy]?|5|6|1|y|apr1|argon2\w*|scrypt|pbkdf2[\w-]*)\$|pbkdf2[_:]|bcrypt|\{S?SHA\d*\}"
    r"|\{CRYPT\}|sha(?:1|256|384|512)[-:$]|md5[-:$]|SCRAM-SHA"
)
_OF_HASHES: Final = re.compile(
    r"(?i)sha-?(?:1|2|256|384|512)|\bmd5|hash|digest|checksum|integrity|commit|revision|fingerprint|etag"
)
_CODE: Final = re.compile(
    r"""\w\( | \)$ | \(\) | => | -> | :: | ^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$
    | ^[A-Za-z_]\w*\[ | \]\.? | \\n | ^(?:new|return|await|async|typeof|function|lambda|None|True|False)\b
    | \|\| | && | [;{}]$""",
    re.VERBOSE,
)
_BARE_NAME: Final = re.compile(r"[A-Za-z_$][A-Za-z_$-]*\d{0,2}")
_IDENTIFIER: Final = re.compile(r"[A-Za-z_][\w.]*")
_SEQUENCES: Final = (
    "abcdefghijklmnopqrstuvwxyz", "0123456789012345678901234567890", "qwertyuiopasdfghjklzxcvbnm",
    "zyxwvutsrqponmlkjihgfedcba", "98765432109876543210", "1q2w3e4r5t6y7u8i9o0p", "0123456789abcdef",
)  # fmt: skip
_RUNS_OF_FOUR: Final = frozenset(s[i : i + 4] for s in _SEQUENCES for i in range(len(s) - 3))
_SEQUENCE_MAX: Final = 64
_FOREIGN: Final = frozenset(
    [
        "passwort",
        "kennwort",
        "contrasena",
        "contraseña",
        "senha",
        "mdp",
        "parola",
        "wachtwoord",
        "salasana",
        "losenord",
        "haslo",
        "пароль",
        "密码",
        "密碼",
        "パスワード",
    ]
)
_JOINED: Final = (
    "password", "passwd", "passphrase", "secret", "apikey", "secretkey", "accesskey", "authtoken",
    "accesstoken", "apitoken", "pwd", "dbpass", "userpass", "adminpw", "privatekey", "passcode",
)  # fmt: skip
# What a key may be besides one that opens something.
_KEYS_OF_DATA: Final = frozenset(
    [
        "primary",
        "foreign",
        "partition",
        "sort",
        "cache",
        "translation",
        "message",
        "object",
        "bucket",
        "lookup",
        "unique",
        "idempotency",
        "hot",
        "short",
        "map",
        "dict",
        "row",
        "hash",
        "range",
        "group",
        "registry",
        "column",
        "field",
        "index",
        "redis",
        "composite",
        "natural",
        "parent",
        "child",
        "item",
        "record",
        "entity",
        "data",
        "json",
        "state",
        "query",
        "param",
        "header",
        "label",
    ]
)
_QUOTES: Final = "\"'`"
_WEAK_MAX: Final = 12


def judge(secret: bytes, name: bytes, around: tuple[bytes, bytes]) -> Judgement:
    """`name` is what it is assigned to, where the rule knows; `around` the rest of its line."""
    text = secret.decode("utf-8", "replace")
    before, behind = (part.decode("utf-8", "replace") for part in around)
    why = _kind(text, before)
    if why is not None and why is not Why.IDENTITY:
        return Judgement(why)
    quoted = before[-1:] in _QUOTES and bool(before)
    called, joint = _name(name.decode("utf-8", "replace"), before)
    said = _says(called) if called else Likeness.SECRET
    if said is Likeness.PLAIN:
        return Judgement(Why.NAME)
    if why is Why.IDENTITY:  # some services draw their keys so
        certain = bool(called) and said is Likeness.SECRET
        return Judgement(None, Confidence.LOW) if certain else Judgement(why)
    worded = share(text)
    strong = _strong(text, worded)
    if not strong and (
        said is Likeness.AMBIGUOUS or "," in joint or "==" in joint or "!=" in joint
    ):
        return Judgement(Why.WORDS)
    if _repeats(called, text):
        return Judgement(Why.NAME)
    plain = text.isalpha() or not any(c.isdigit() for c in text)
    if worded >= (0.5 if plain else 0.9) or _is_made_up(text):
        return Judgement(Why.WORDS)
    if not quoted and worded > 0.7 and _IDENTIFIER.fullmatch(text):
        return Judgement(Why.CODE)
    called_or_read = _BARE_NAME.fullmatch(text) or behind.lstrip()[:1] in {"(", "[", "."}
    if not quoted and not strong and called_or_read:
        return Judgement(Why.CODE)
    if _is_text_in_base64(text):
        return Judgement(Why.TEXT)
    return Judgement(None, Confidence.HIGH if strong else Confidence.MEDIUM)


def _kind(text: str, before: str) -> Why | None:
    """What it is whatever it is called."""
    if _REFERENCE.search(text):
        return Why.REFERENCE
    if _PLACEHOLDER.search(text) or _COMMON.fullmatch(text):
        return Why.PLACEHOLDER
    if len(set(text)) <= 3 or _is_sequence(text.lower()):
        return Why.REPEATED
    if _ADDRESS.search(text):
        return Why.ADDRESS
    if _UUID.fullmatch(text):
        return Why.IDENTITY
    if _NUMBER.fullmatch(text):
        return Why.NUMBER
    if _HASHED.search(text):
        return Why.HASH
    if _HEX.fullmatch(text) and len(text) in _HASH_LENGTHS and _OF_HASHES.search(before[-40:]):
        return Why.HASH
    if _CODE.search(text):
        return Why.CODE
    letters = sum(c.isalpha() and not c.isascii() for c in text)
    return (
        Why.TEXT
        if letters > len(text) // 4 or (" " in text.strip() and share(text) > 0.5)
        else None
    )


def _is_sequence(lower: str) -> bool:
    """Whether most of it runs through the alphabet, the digits or a keyboard."""
    lower = lower[:_SEQUENCE_MAX]
    covered = at = 0
    while at < len(lower):
        best = 1
        if lower[at : at + 4] not in _RUNS_OF_FOUR:
            at += 1
            continue
        for sequence in _SEQUENCES:
            for size in range(min(len(lower) - at, 26), 3, -1):
                if lower[at : at + size] in sequence:
                    best = max(best, size)
                    break
        covered += best if best > 3 else 0
        at += best
    return covered * 10 >= len(lower) * 6


def _name(name: str, before: str) -> tuple[str, str]:
    """The whole name, and what stands between it and the value."""
    at = before.rfind(name) if name else -1
    if at < 0:
        return name, ""
    start = at
    while start and (before[start - 1].isalnum() or before[start - 1] in "_-.$:"):
        start -= 1
    end = at + len(name)
    while end < len(before) and (before[end].isalnum() or before[end] in "_-"):
        end += 1
    return before[start:end], before[end:]


def _says(name: str) -> Likeness:
    """What the name says, joined and foreign words understood too."""
    if "::" in name:
        return Likeness.PLAIN  # a type of something
    last = re.split(r"[.:$]", name.strip("-.:$"))[-1]
    found = likeness(last)
    if found is not Likeness.PLAIN:
        return found
    parts = words(last)
    if not parts:
        return Likeness.SECRET if last.lower() in _FOREIGN else Likeness.PLAIN
    end = parts[-1].rstrip("0123456789")
    if HARMLESS_ANY.intersection(parts):
        return Likeness.PLAIN
    if end in _FOREIGN or last.lower() in _FOREIGN or end.endswith(_JOINED):
        return Likeness.SECRET
    if end == "key" and not _KEYS_OF_DATA.intersection(parts[:-1]):
        return Likeness.AMBIGUOUS
    return Likeness.PLAIN


def _strong(text: str, worded: float) -> bool:
    """Whether it looks drawn rather than written."""
    if worded >= 0.5 or len(text) < _WEAK_MAX:
        return False
    kinds = sum(
        (any(map(str.islower, text)), any(map(str.isupper, text)), any(map(str.isdigit, text)))
    )
    return kinds >= 2 and entropy(text.encode()) >= (2.8 if len(text) < 20 else 3.0)


def _is_made_up(text: str) -> bool:
    """`mynewpassword1`: says what it is, with words around it."""
    rest = re.sub("passw(?:or)?d|secret|token", "-", text.lower())
    return rest != text.lower() and share(rest) >= 0.5


def _repeats(name: str, text: str) -> bool:
    """`"password": "user_password"`: the value's words are the name's."""
    own = set(words(text))
    return (
        bool(own) and text.replace("_", "").replace("-", "").isalpha() and own <= set(words(name))
    )


def _is_text_in_base64(text: str) -> bool:
    """Whether it is base64 of words."""
    if len(text) < 8 or len(text) % 4 or not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", text):
        return False
    raw = unbase64(text.encode())
    if raw is None or not raw.isascii():
        return False
    plain = raw.decode()
    return plain.isprintable() and share(plain) >= 0.5


def around(data: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """What stands on the line before and behind, `AROUND_MAX` octets of it."""
    low = max(0, start - AROUND_MAX)
    low = max(low, data.rfind(b"\n", low, start) + 1)
    high = data.find(b"\n", end, end + AROUND_MAX)
    return data[low:start], data[end : high if high >= 0 else end + AROUND_MAX]
