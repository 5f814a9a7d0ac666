"""How hard a given value is to guess, measured without ever repeating any of it.

Bytes count, not characters: 64 hexadecimal digits are 32 bytes. And what a guesser would
try first does not count: 64 times the same letter are next to nothing. An estimate can
only refuse; that a value was drawn at random no measurement proves (P-4.2).
"""

import base64
import math
import re
from dataclasses import dataclass, replace
from typing import Final

from strongroom.generate import api_key, jwk, patterns, pem
from strongroom.generate.algorithms import Algorithm, inspect_der, inspect_pem
from strongroom.generate.sentinels import sentinel

__all__ = ["Strength", "measure", "sentinel", "url_password"]

# Alphabets from the smallest up: a value is held to be drawn from the first that has it all.
_ALPHABETS: Final = tuple(
    (re.compile(pattern), math.log2(size))
    for pattern, size in (
        (r"[0-9]+", 10),
        (r"[0-9a-f]+|[0-9A-F]+", 16),
        (r"[a-z]+|[A-Z]+", 26),
        (r"[a-z0-9]+|[A-Z0-9]+", 36),
        # Not 52 for letters alone: chance leaves the figures out of one base-62 key in 2,000.
        (r"[A-Za-z0-9]+", 62),
        (r"[A-Za-z0-9_-]+|[A-Za-z0-9+/]+", 64),
        (r"[ -~]+", 95),
    )
)
_OTHER_BITS: Final = 8.0  # a character beyond ASCII: nobody draws from all of Unicode
_HEX: Final = re.compile(r"(?:[0-9a-f]{2}){8,}|(?:[0-9A-F]{2}){8,}")
_BASE64: Final = re.compile(r"([A-Za-z0-9+/]{11,}|[A-Za-z0-9_-]{11,})={0,2}")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-([0-9a-f])[0-9a-fA-F]{3}-.{4}-.{12}")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,31}")
# Only with a known marker: chance puts two lower-case words and bars before random text too.
_PREFIX: Final = re.compile(
    r"[a-z][a-z0-9]{0,15}_(?:live|test|dev|prod|production|staging|development|sandbox)_"
)
_WORDS: Final = re.compile(r"(?:[A-Za-z][a-z]{0,11}[ ._,;-]+){2,}[A-Za-z][a-z]{0,11}[.!?]?")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_UUID4_BITS: Final = 122.0
_SENTINEL_BITS: Final = 10.0  # there are about a thousand that everybody knows
_UUID_OTHER_BITS: Final = 14.0  # a clock and a network address are no secrets


@dataclass(frozen=True, slots=True)
class Strength:
    """What is known of a value; none of it is the value.

    `bits` is log2 of the guesses it takes, rounded down to a tenth; for asymmetric keys
    the strength that the best attack leaves. `length` is in code points; `classes` are
    those of `upper lower digits symbols` that occur.
    """

    bits: float
    kind: str
    length: int
    classes: tuple[str, ...]
    sentinel: bool
    key: api_key.Parts | api_key.Flaw | None = None
    algorithm: Algorithm | None = None
    controls: bool = False  # NUL, newline and their like, which a password must not have
    notes: tuple[str, ...] = ()


def measure(value: str) -> Strength:
    """Measure `value`, which is text as an application would be given it."""
    text = pem.unwrapped(value)
    if text is not None:
        symmetric = [block.symmetric for block in pem.blocks(text)]
        return _weakest(value, "pem", inspect_pem(text), [k for k in symmetric if k is not None])
    keys = jwk.parse(value.strip())
    if keys:
        return _jwk(value, keys)
    inside = url_password(value)
    if inside is None:
        return _measure_text(value)
    found = _measure_text(inside)
    return replace(found, kind="url", notes=(*found.notes, "the password of a URL"))


def measure_bytes(data: bytes) -> Strength:
    """Measure raw bytes: as text when they are UTF-8, otherwise as 8 bits each."""
    try:
        return measure(data.decode("utf-8"))
    except UnicodeDecodeError:
        found = inspect_der(data)
        if found is not None:
            return _asymmetric(data.decode("latin-1"), "der", [found])
        return replace(measure(data.hex()), kind="bytes", length=len(data))


class Measurer:
    """Measures each value once for somebody who asks again; what it knows goes with it."""

    def __init__(self) -> None:
        self._known: dict[bytes, Strength] = {}

    def __call__(self, data: bytes) -> Strength:
        """As `measure_bytes`."""
        found = self._known.get(data)
        if found is None:
            found = self._known[data] = measure_bytes(data)
        return found


def _measure_text(value: str) -> Strength:
    """Measure what is neither a key pair nor a URL."""
    parts = api_key.check(value)
    prefix = _PREFIX.match(value)
    if isinstance(parts, api_key.Parts):
        _, bits, notes = _guess(value.rsplit("_", 2)[1])
        kind, bits = "api-key", min(bits, parts.bits)
    else:
        # A prefix is known to all who know the issuer, and counts for nothing.
        kind, bits, notes = _guess(value[prefix.end() :] if prefix else value)
    stand_in = sentinel(value)
    if stand_in:
        bits, notes = min(bits, _SENTINEL_BITS), (*notes, "a stand-in from examples and templates")
    key = parts if isinstance(parts, api_key.Parts) or prefix else None
    return _described(value, bits=bits, kind=kind, key=key, notes=notes, stand_in=stand_in)


def _guess(text: str) -> tuple[str, float, tuple[str, ...]]:
    """(kind, bits, notes) of a text that is no structured key."""
    uuid = _UUID.fullmatch(text)
    if uuid:
        random = uuid[1] == "4"
        note = () if random else ("a UUID that is not of version 4 can be guessed",)
        return "uuid", _UUID4_BITS if random else _UUID_OTHER_BITS, note
    kind, data = _decoded(text)
    per_char = _per_char(text)
    most = len(text.rstrip("=")) * per_char if data else len(text) * per_char
    if data is not None:
        most = min(most, 8.0 * len(data))
    found = direct = _estimated(text.rstrip("=") if data else text, per_char, most)
    if data is not None:
        found = min(found, _estimated(data.decode("latin-1"), 8.0, 8.0 * len(data)))
        if all(32 <= octet < 127 for octet in data):
            # Chance makes 8 printable bytes out of 3,000 draws, 32 out of none.
            found = min(found, _guess(data.decode("ascii"))[1])
    notes: list[str] = []
    if found < most:
        kind = "text" if kind.startswith("base64") and found == direct else kind
        notes.append("words, repeats or sequences: estimated by what a guesser tries first")
    if len(text) > patterns.CHARS_MAX:
        notes.append(f"only the first {patterns.CHARS_MAX} characters were looked at for patterns")
    return kind, found, tuple(notes)


def _estimated(text: str, per_char: float, most: float) -> float:
    """Bits of `text`: `most` when it may well be random, otherwise what a guesser needs."""
    beginning = text[: patterns.CHARS_MAX]
    if _WORDS.fullmatch(beginning):
        return min(most, len(re.findall(r"[A-Za-z]+", beginning)) * patterns.WORD_BITS)
    if patterns.random_looking(text, per_char):
        return most
    return min(most, patterns.bits(text, per_char))


def _decoded(text: str) -> tuple[str, bytes | None]:
    if _HEX.fullmatch(text):
        return "hex", bytes.fromhex(text)
    match = _BASE64.fullmatch(text)
    # One character left over encodes nothing: such a text is no base64.
    if match and len(match[1]) % 4 != 1:
        url_safe = "-" in text or "_" in text
        padded = match[1] + "=" * (-len(match[1]) % 4)
        data = base64.b64decode(padded, altchars=b"-_" if url_safe else b"+/")
        return ("base64url" if url_safe else "base64"), data
    return ("empty" if not text else "text"), None


def _per_char(text: str) -> float:
    bare = text.rstrip("=") if _BASE64.fullmatch(text) else text
    for pattern, bits in _ALPHABETS:
        if pattern.fullmatch(bare):
            return bits
    return _OTHER_BITS


def _jwk(value: str, keys: list[dict[str, object]]) -> Strength:
    texts = [key.get("k") if key["kty"] == "oct" else None for key in keys]
    symmetric = [jwk.octets(text) or b"" for text in texts if isinstance(text, str)]
    pairs = zip(keys, texts, strict=True)
    others = [jwk.inspect(key) for key, text in pairs if not isinstance(text, str)]
    return _weakest(value, "jwk", others, symmetric)


def _weakest(value: str, kind: str, pairs: list[Algorithm], symmetric: list[bytes]) -> Strength:
    """Of several keys in one value: a key pair that is refused, otherwise the shortest secret."""
    if not symmetric or not all(pair.accepted for pair in pairs):
        return _asymmetric(value, kind, pairs)
    found = (measure_bytes(data) for data in symmetric)
    return replace(min(found, key=lambda strength: strength.bits), kind=kind)


def _asymmetric(value: str, kind: str, found: list[Algorithm]) -> Strength:
    weakest = min(found, key=lambda algorithm: algorithm.strength or 0)
    notes = (weakest.note,) if weakest.note else ()
    return replace(
        _described(value, bits=float(weakest.strength or 0), kind=kind, notes=notes),
        algorithm=weakest,
    )


def _described(
    value: str,
    *,
    bits: float,
    kind: str,
    key: api_key.Parts | api_key.Flaw | None = None,
    notes: tuple[str, ...] = (),
    stand_in: bool | None = None,
) -> Strength:
    present = {
        "upper": any(map(str.isupper, value)),
        "lower": any(map(str.islower, value)),
        "digits": any(map(str.isdigit, value)),
        "symbols": bool(value) and not value.isalnum(),
    }
    return Strength(
        bits=math.floor(bits * 10 + 1e-6) / 10,
        kind=kind,
        length=len(value),
        classes=tuple(name for name, there in present.items() if there),
        sentinel=sentinel(value) if stand_in is None else stand_in,
        key=key,
        controls=_CONTROL.search(value) is not None,
        notes=notes,
    )


def url_password(value: str) -> str | None:
    """The password in a URL, decoded; None when `value` is no URL or has none.

    By hand: kernels do not import the network's modules, and one expression for all of it
    would take quadratic time on hostile input.
    """
    scheme, mark, rest = value.partition("://")
    if not mark or not _SCHEME.fullmatch(scheme):
        return None
    authority = re.split(r"[/?#\s]", rest, maxsplit=1)[0]
    userinfo, at, _ = authority.rpartition("@")
    _, colon, password = userinfo.partition(":")
    if not at or not colon:
        return None
    octets = re.sub(
        rb"%([0-9a-fA-F]{2})",
        lambda found: bytes([int(found[1], 16)]),
        password.encode("utf-8", "surrogatepass"),
    )
    return octets.decode("utf-8", "replace")
