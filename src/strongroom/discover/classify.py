"""Whether a name is a secret's, over all its places. Pure.

What is asked, in this order; the first answer counts: the type or store that a place names, a
table of known names, the look of the defaults, the words of the name.
"""

from collections.abc import Sequence
from typing import Final

from strongroom.discover.interface import How, Mention, Shape
from strongroom.discover.known_table import KNOWN
from strongroom.discover.sorts import Confidence, Sort, Verdict
from strongroom.naming.classify import Likeness, likeness, words
from strongroom.naming.vocabulary import vocabulary

_USERS: Final = vocabulary("user username login userid uid principal")
_IDS: Final = vocabulary("id ids sid")
_IDENTIFIED: Final = vocabulary(
    "client account tenant key app application project organization organisation team"
)
_PUBLIC: Final = vocabulary("public publishable pub")
_PLURALS: Final = vocabulary("keys secrets tokens passwords credentials")
# Behind a secret's name these say how it is written down, not what else it is.
_WRITTEN: Final = vocabulary("base64 b64 json pem hex encoded")
_OPENING: Final = vocabulary("salt seed mnemonic")
_CONNECTIONS: Final = frozenset(
    {("connection", "string"), ("conn", "str"), ("connection", "url"), ("connection", "uri")}
)
_HARMLESS_KEYS: Final = vocabulary("""
    cache sort partition primary foreign object s3 site map dict lookup routing idempotency index group
    order row column hash range queue topic redis field attribute translation i18n hot short registry
    """)
_HARMLESS_LAST: Final = vocabulary("""
    host port name path file dir directory bucket region level format algorithm timeout minutes seconds hours
    days age enabled disabled size limit max min count retries interval version endpoint domain origin origins
    """)
# Short words of products: whether they name a secret, what stands before says.
_SHORT: Final = {"sk": "a secret key", "pat": "a personal access token", "pin": "a number to enter",
                 "whsec": "the secret of a webhook", "bearer": "a bearer token"}  # fmt: skip
_SHORT_OPENERS: Final = {
    "sk": vocabulary("api clerk live openai openrouter paystack service stripe test"),
    "pin": vocabulary(
        "account admin atm card customer door hsm login piv pkcs11 security sim smartcard sms token unlock"
        " user yubikey"
    ),
}
_SHORT_HARMLESS: Final = {
    "sk": vocabulary(
        "country dynamo dynamodb gsi i18n lang language locale lsi pk region sort table"
    ),
    "pin": vocabulary("""
        adc bus button buzzer cert certificate clk clock cs data gpio i2c input interrupt irq key led map
        miso mosi motor output pwm relay reset rst rx sck scl sda sensor servo spi ssl tls trigger tx uart
        """),
}
_SWITCHES: Final = vocabulary(
    "enable enabled disable disabled use require required allow is has skip verify"
)
_URLS: Final = vocabulary("url uri dsn")
_SHOWN: Final = ("VITE_", "NEXT_PUBLIC_", "REACT_APP_", "EXPO_PUBLIC_", "GATSBY_", "NUXT_PUBLIC_")


def verdict(name: str, mentions: Sequence[Mention]) -> Verdict:
    """What `name` is, with the reason."""
    plain = _unprefixed(name)
    known = KNOWN.get(name.upper()) or KNOWN.get(plain)
    told = _told(mentions, known)
    if told is not None:
        return told
    if known is not None:
        return Verdict(known, Confidence.HIGH, "a known name")
    seen = _looks(plain, mentions)
    return seen or by_words(plain)


def _told(mentions: Sequence[Mention], known: Sort | None) -> Verdict | None:
    """What types say first; a store of secrets may hold a user's name or a region too."""
    typed = [m for m in mentions if m.secret is True and m.how is not How.INJECTED]
    stored = [m for m in mentions if m.secret is True and m.how is How.INJECTED]
    numbers = any(m.secret is False for m in mentions)
    if typed:
        sure = (
            Confidence.MEDIUM
            if numbers or known in {Sort.CONFIG, Sort.COMPONENT}
            else Confidence.HIGH
        )
        if known is Sort.COMPONENT:
            return Verdict(known, sure, "part of a credential, read as a secret")
        return Verdict(Sort.SECRET, sure, "its type or reader says so")
    if numbers and known is not Sort.SECRET:
        return Verdict(
            Sort.CONFIG,
            Confidence.HIGH,
            "read as a number, switch, path or time",
        )
    if stored and known is None:
        told = by_words(_unprefixed(stored[0].name))
        if told.sort in {Sort.COMPONENT, Sort.IDENTIFIER}:
            return Verdict(Sort.COMPONENT, Confidence.MEDIUM, f"{told.why}, kept as a secret")
        sure = Confidence.HIGH if told.sort is Sort.SECRET else Confidence.MEDIUM
        return Verdict(Sort.SECRET, sure, "kept as a secret")
    return None


def _looks(name: str, mentions: Sequence[Mention]) -> Verdict | None:
    """What the defaults look like, where that says more than the words do."""
    shapes = {m.default.shape for m in mentions if m.default is not None}
    last = (words(name) or ("",))[-1]
    if Shape.LOGIN_URL in shapes:
        return Verdict(Sort.SECRET, Confidence.HIGH, "a default is a URL that carries a login")
    if (
        Shape.KEY in shapes
        and by_words(name).sort is not Sort.IDENTIFIER
        and last not in _HARMLESS_LAST
    ):
        return Verdict(Sort.SECRET, Confidence.MEDIUM, "a default looks like a generated key")
    if shapes & {Shape.NUMBER, Shape.SWITCH, Shape.PATH} and likeness(name) is not Likeness.SECRET:
        return Verdict(Sort.CONFIG, Confidence.MEDIUM, "a default is a number, a switch or a path")
    if Shape.PLAIN_URL in shapes and by_words(name).sort is not Sort.SECRET:
        return Verdict(Sort.CONFIG, Confidence.MEDIUM, "a default is a URL without a login")
    return None


def by_words(name: str) -> Verdict:
    """What the words of a name say."""
    parts = words(name)
    if not parts:
        return Verdict(Sort.AMBIGUOUS, Confidence.LOW, "a name without words")
    while len(parts) > 1 and parts[-1] in _WRITTEN:
        parts = parts[:-1]
    last, before = parts[-1].rstrip("0123456789") or parts[-1], parts[:-1]
    if _PUBLIC.intersection(parts):
        return Verdict(Sort.IDENTIFIER, Confidence.MEDIUM, "made for showing")
    if last in _USERS and before:
        return Verdict(Sort.COMPONENT, Confidence.MEDIUM, "a user's name")
    if last in _IDS and before:
        return _of_id(before)
    if parts[0] in _SWITCHES or last in _HARMLESS_LAST:
        return Verdict(
            Sort.CONFIG,
            Confidence.MEDIUM,
            f"its word {last if last in _HARMLESS_LAST else parts[0]}",
        )
    if parts[-2:] in _CONNECTIONS:
        return Verdict(Sort.SECRET, Confidence.MEDIUM, "what connects carries a login")
    if "webhook" in before and last in _URLS:
        return Verdict(
            Sort.SECRET, Confidence.MEDIUM, "whoever knows a webhook's URL can post to it"
        )
    return _of_likeness(name, last, before, parts)


def _of_id(before: tuple[str, ...]) -> Verdict:
    if before[-2:] == ("access", "key"):
        return Verdict(Sort.COMPONENT, Confidence.HIGH, "names a key")
    sort = Sort.IDENTIFIER if _IDENTIFIED.intersection(before) else Sort.CONFIG
    return Verdict(sort, Confidence.MEDIUM, "an id")


def _of_short(last: str, before: tuple[str, ...]) -> Verdict:
    if _SHORT_HARMLESS.get(last, frozenset()).intersection(before):
        return Verdict(Sort.CONFIG, Confidence.MEDIUM, f"{last} of something else")
    openers = _SHORT_OPENERS.get(last)
    if openers is None or openers.intersection(before):
        return Verdict(Sort.SECRET, Confidence.LOW, _SHORT[last])
    return Verdict(Sort.AMBIGUOUS, Confidence.LOW, f"{last} may name a secret or none")


def _of_likeness(name: str, last: str, before: tuple[str, ...], parts: tuple[str, ...]) -> Verdict:
    spelled = "_".join((*before, last.removesuffix("s") if last in _PLURALS else last))
    seen = likeness(spelled)
    if seen is Likeness.SECRET or (last in _OPENING and before):
        return Verdict(Sort.SECRET, Confidence.MEDIUM, "the words of its name")
    if seen is Likeness.COMPOSITE:
        return Verdict(Sort.SECRET, Confidence.MEDIUM, "a URL of this kind carries a login")
    if seen is Likeness.AMBIGUOUS and last == "token" and before:
        return Verdict(Sort.SECRET, Confidence.LOW, "a token of something")
    if seen is Likeness.AMBIGUOUS:
        return Verdict(Sort.AMBIGUOUS, Confidence.LOW, f"{last} may name a secret or none")
    if last in _SHORT and before:
        return _of_short(last, before)
    if last in {"live", "test"} and before and before[-1] in _SHORT:
        return _of_short(before[-1], (*before[:-1], last))
    if last == "key" and before:
        if _HARMLESS_KEYS.intersection(before):
            return Verdict(Sort.CONFIG, Confidence.MEDIUM, "a key that names, and does not open")
        return Verdict(Sort.AMBIGUOUS, Confidence.LOW, "a key may open something, or name it")
    if last in {"auth", "connection", "certificate", "cert"} or parts[-2:] == (
        "service",
        "account",
    ):
        return Verdict(Sort.AMBIGUOUS, Confidence.LOW, f"{last} may carry a credential")
    if spelled != name and likeness(name) is Likeness.SECRET:
        return Verdict(Sort.SECRET, Confidence.LOW, "the words of its name")
    return Verdict(Sort.CONFIG, Confidence.MEDIUM, "no word of a secret")


def _unprefixed(name: str) -> str:
    shouted = name.upper()
    for prefix in _SHOWN:
        if shouted.startswith(prefix) and len(name) > len(prefix):
            return shouted[len(prefix) :]
    return shouted
