"""Signs that something stands encoded: what the matcher looks for besides the rules.

Base64 and hex are not looked for as such, since code is full of what might be base64.
Instead, the texts that rules look for are encoded, in each of the three ways in which
base64 can cut them, and looked for: a few thousand short literal texts cost next to nothing.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from strongroom.scan.ruleset.model import Rule


class Probe(StrEnum):
    """What is seen the sign of; a finding's `via` says it."""

    BASE64 = "base64"
    HEX = "hex"
    ESCAPES = "escapes"  # `\\x41`, `\\u0041`
    PERCENT = "percent"
    JSON = "json"  # a JSON string in a string
    HTML = "html"
    JOIN = "joined"  # `"ab" + "cd"`
    CONTINUE = "continued"  # a backslash at the end of a line
    KUBERNETES = "kubernetes-secret"


ORDER: Final = tuple(Probe)
OVER_LINES: Final = frozenset({Probe.JOIN, Probe.CONTINUE})  # lines that follow one another matter
DISTANT: Final = frozenset({Probe.BASE64, Probe.HEX, Probe.KUBERNETES})  # lines far away may
_SIDE: Final = "[A-Za-z0-9_+/=.-]{2}"
_JOINTS: Final = (
    r"[\"'`][ \t]{0,8}(?:\+|\.\.?|&|<>|\|\|)[ \t]{0,8}(?:\\?\r?\n[ \t]{0,60})?[fFrRbBuU@$]{0,2}[\"'`]",
    r"[\"'`][ \t]{0,8}\\?\r?\n[ \t]{0,60}(?:[+.&][ \t]{0,4})?[fFrRbBuU@$]{0,2}[\"'`]",
)
_CONTINUED: Final = r"\\\r?\n[ \t]{0,40}"
SIGNS: Final = {
    Probe.ESCAPES: (r"(?:\\x[2-7][0-9A-Fa-f]){3}", r"(?:\\u00[2-7][0-9A-Fa-f]){2}"),
    Probe.PERCENT: (r"%(?:3[ADad]|40|5[Ff]|2[BDEFbdef])",),
    Probe.JSON: (r"\\\"[A-Za-z0-9_.-]{2,40}\\\"[ \t]{0,4}:[ \t]{0,4}\\\"", r":\\/\\/", r"\\u00(?:40|3[aAdD]|2[bBfF])"),
    Probe.HTML: (r"&quot;[A-Za-z0-9_.-]{2,40}&quot;[ \t]{0,4}:[ \t]{0,4}&quot;", r"(?:&#(?:x[0-9A-Fa-f]{2}|[0-9]{2,3});){3}"),
    Probe.JOIN: tuple(_SIDE + joint + _SIDE for joint in _JOINTS),
    Probe.CONTINUE: (rf"[A-Za-z0-9+/=_-]{{6}}{_CONTINUED}[A-Za-z0-9+/=_-]{{4}}",),
    Probe.KUBERNETES: (r"kind[\"']?:[ \t]{0,8}[\"']?Secret\b",),
}  # fmt: skip
# How lines are joined with the next, where there is a sign of it.
CROSSINGS: Final = {
    Probe.JOIN: rf"(?<={_SIDE})(?:{'|'.join(_JOINTS)})(?={_SIDE})",
    Probe.CONTINUE: rf"(?<=[A-Za-z0-9+/=_-]{{6}}){_CONTINUED}(?=[A-Za-z0-9+/=_-]{{4}})",
}
# For the matcher that has no time for thousands of texts.
RUNS: Final = {
    Probe.BASE64: r"[A-Za-z0-9+/]{24,}",
    Probe.HEX: r"(?:[2-7][0-9A-Fa-f]){12,}",
}
TEXT_MIN: Final = 4
CODE_MIN: Final = 4
CODE_MAX: Final = 10  # of longer ones the beginning says enough
_NAMES: Final = (
    "password", "passwd", "secret", "token", "api_key", "apikey", "apiKey", "access_key", "private_key",
    "client_secret",
)  # fmt: skip
# Looked for encoded twice wherever they stand, which is nine texts for one. The texts of all rules so
# would take five times as long to compile; they are looked for where what was encoded begins.
_TWICE: Final = (*_NAMES, "-----BEGIN", "PASSWORD", "SECRET", "TOKEN")
CODE_TWICE_MAX: Final = 6  # says enough, and many begin alike


def texts(rules: Iterable[Rule]) -> list[str]:
    """What rules look for, as it is written."""
    found: set[str] = set()
    for rule in rules:
        if "(?i" in rule.pattern:
            continue
        plain = re.sub(r"\\(.)", r"\1", rule.pattern)
        for anchor in rule.anchors:
            at = plain.lower().find(anchor)
            written = {plain[at : at + len(anchor)]} if at >= 0 else {anchor, anchor.upper()}
            found |= {text for text in written if len(text) >= TEXT_MIN}
    for name in _NAMES:
        found |= {name, name.upper(), name.title()}
    return sorted(found)


def base64_codes(text: bytes) -> Iterator[bytes]:
    """What stands in base64 of anything with `text` in it: one of three, by where it begins."""
    for before, skipped in ((0, 0), (1, 2), (2, 3)):
        code = base64.b64encode(bytes(before) + text)
        whole = (before + len(text)) * 8 // 6
        if whole - skipped >= CODE_MIN:
            yield code[skipped:whole]


def _begun(text: bytes) -> bytes:
    """What base64 of anything that begins with `text` begins with."""
    return base64.b64encode(text)[: len(text) * 8 // 6]


def codes(rules: Iterable[Rule]) -> dict[Probe, list[str]]:
    """The encoded texts to look for."""
    once: set[bytes] = set()
    twice: set[bytes] = set()
    hexed: set[bytes] = set()
    for text in texts(rules):
        raw = text.encode()
        once.update(base64_codes(raw))
        twice.add(_begun(_begun(raw))[:CODE_TWICE_MAX])
        digits = raw[:CODE_MAX].hex()
        hexed |= {digits.encode(), digits.upper().encode()}
    for name in _TWICE:
        for code in base64_codes(name.encode()):
            twice.update(base64_codes(code))
    return {
        Probe.BASE64: sorted({code[:CODE_MAX].decode() for code in once | twice}),
        Probe.HEX: sorted(code.decode() for code in hexed),
    }
