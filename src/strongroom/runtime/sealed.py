"""The bytes of a last-known-good cache: docs/spec/last-good.md. Nothing is read or written here."""

import hmac
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

FORMAT: Final = b"SRLG\x01"
NONCE_BYTES: Final = 12
KEY_BYTES: Final = 32
_TAG_BYTES: Final = 16
OCTETS_MAX: Final = 16 * 1024 * 1024
# A name, and whether all versions that are still accepted are meant, not the current one alone.
Key = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Kept:
    """What an origin said at `at_us` (microseconds since 1970): versions and texts, newest first.

    None of them: it refused, or had none, and what was kept before must not serve. `secret` is
    False for what only stands beside a secret, such as a host's name.
    """

    at_us: int
    versions: tuple[tuple[int | None, str], ...] = field(default=(), repr=False)
    secret: bool = True


def derived(secret: bytes, machine: bytes) -> bytes:
    """The key for one machine; `secret` is the key file's."""
    return hmac.digest(secret, b"strongroom last-good 1\0" + machine, "sha256")


def bound_to(parts: Iterable[str]) -> bytes:
    """The associated data: each part with its length before it."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return FORMAT + b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def seal(key: bytes, nonce: bytes, aad: bytes, kept: Mapping[Key, Kept]) -> bytes:
    """The whole file. `nonce` is 12 bytes, drawn at random each time."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - rarely used

    text = _text([_row(key_, one) for key_, one in sorted(kept.items())])
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, text, aad)


def opened(key: bytes, data: bytes, aad: bytes) -> Mapping[Key, Kept] | None:
    """What was sealed, or None when it is anything else, or bound to something else."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - rarely used
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    start = len(FORMAT) + NONCE_BYTES
    if not data.startswith(FORMAT) or not start + _TAG_BYTES <= len(data) <= OCTETS_MAX:
        return None
    # No error comes out: those of a decoder hold all that it was given.
    with suppress(InvalidTag, ValueError, TypeError, KeyError, RecursionError):
        text = AESGCM(key).decrypt(data[len(FORMAT) : start], data[start:], aad)
        return {(name, every): _kept(*more) for name, every, *more in json.loads(text)}
    return None


def merged(ours: Mapping[Key, Kept], theirs: Mapping[Key, Kept], now_us: int) -> Mapping[Key, Kept]:
    """What two processes know, the later word of each name; a refusal wins a draw.

    Against a value that was said after now a refusal wins too: a clock was put back between them,
    and it cannot be told which came first.
    """
    found = dict(theirs)
    for key, one in ours.items():
        other = found.get(key)
        if other is None or _wins(one, other, now_us):
            found[key] = one
    return found


def young(kept: Mapping[Key, Kept], now_us: int, max_us: int, ahead_us: int) -> Mapping[Key, Kept]:
    """What is not older than `max_us`. What was said after now is not: a clock was put back.

    A refusal from after now stays, as one of now: it must not be lost, nor outlive a later value.
    """
    return {
        key: one if one.versions else Kept(min(one.at_us, now_us))
        for key, one in kept.items()
        if now_us - max_us < one.at_us and (one.at_us <= now_us + ahead_us or not one.versions)
    }


def fitting(kept: Mapping[Key, Kept]) -> Mapping[Key, Kept]:
    """What a file holds of too much: all refusals, then the newest values that find room."""
    left = OCTETS_MAX - len(FORMAT) - NONCE_BYTES - _TAG_BYTES - len(_text([]))
    found: dict[Key, Kept] = {}
    for key, one in sorted(kept.items(), key=lambda row: (bool(row[1].versions), -row[1].at_us)):
        needed = len(_text(_row(key, one))) + 1  # and the comma
        if needed <= left or not one.versions:
            found[key] = one
            left -= needed
    return found


def _wins(ours: Kept, theirs: Kept, now_us: int) -> bool:
    """Ours was said within seconds, whatever its time says."""
    if bool(ours.versions) == bool(theirs.versions):
        return theirs.at_us > now_us or min(ours.at_us, now_us) >= theirs.at_us
    value, refusal = (ours, theirs) if ours.versions else (theirs, ours)
    refused = value.at_us > now_us or refusal.at_us >= value.at_us
    return refused is (refusal is ours)


def _row(key: Key, one: Kept) -> list[object]:
    row = [*key, one.at_us, one.versions]
    return row if one.secret else [*row, False]


def _text(rows: object) -> bytes:
    return json.dumps(rows, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _kept(at_us: Any, many: Any, secret: Any = True) -> Kept:
    if not isinstance(at_us, int) or not isinstance(secret, bool):
        raise TypeError
    return Kept(at_us, tuple((number, str(text)) for number, text in many), secret)
