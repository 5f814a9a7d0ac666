"""A set of keyed fingerprints with what a scanner needs to know of each, and its file.

Format: docs/spec/fingerprint-sets.md. A set holds no value; it holds its key, so whoever has
it can test guesses. That is why only generated values of 128 bits or more are exported.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec

from strongroom.crypto.fingerprint import FINGERPRINT_BYTES
from strongroom.errors import InvalidError
from strongroom.scan.own.interface import OwnValue

FORMAT: Final = "strongroom fingerprints v1"
OCTETS_MAX: Final = 64 * 1024 * 1024
_KEY_BYTES: Final = 32
_NAME: Final = re.compile(r"[A-Za-z0-9._/-]{3,2000}@v[1-9][0-9]{0,9}(?:#[^\x00-\x1f\x7f]{1,200})?")
_ID: Final = re.compile(r"[a-z0-9-]{1,64}")


class Print(NamedTuple):
    """The fingerprint of one value: its length in characters, its classes, and whose it is."""

    own: OwnValue
    chars: int
    classes: frozenset[str]
    mark: bytes


@dataclass(frozen=True, slots=True)
class PrintSet:
    """Fingerprints under one `key`. `expires` is the last day on which the set is of use."""

    id: str
    key: bytes = field(repr=False)
    prints: tuple[Print, ...] = field(repr=False)
    made: date | None = None
    expires: date | None = None


def write(found: PrintSet) -> bytes:
    """The file of a set: one JSON document, a line for each fingerprint, sorted."""
    head: dict[str, Any] = {
        "format": FORMAT,
        "id": found.id,
        "key": b64encode(found.key).decode(),
        "made": found.made.isoformat() if found.made else None,
        "expires": found.expires.isoformat() if found.expires else None,
    }
    lines = sorted(msgspec.json.encode(_row(one)) for one in found.prints)
    start = msgspec.json.encode(head)[:-1] + b',"prints":[\n'
    return start + b",\n".join(lines) + b"\n]}\n"


def read(data: bytes) -> PrintSet:
    """The set in a file.

    Raises:
        InvalidError: `fingerprints-invalid`; nothing of the file is repeated.
    """
    if len(data) > OCTETS_MAX:
        raise _invalid(f"it has more than {OCTETS_MAX >> 20} MiB")
    try:
        document = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError):
        raise _invalid("it is no JSON document") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _invalid(f"its format is not `{FORMAT}`")
    try:
        rows = document["prints"]
        return PrintSet(
            id=_matching(_ID, document["id"]),
            key=_octets(document["key"], _KEY_BYTES),
            prints=tuple(_print(row) for row in rows),
            made=_day(document.get("made")),
            expires=_day(document.get("expires")),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _invalid("a part of it is missing or of another kind") from None


def _row(one: Print) -> dict[str, Any]:
    return {
        "name": one.own.name,
        "retired": one.own.retired,
        "chars": one.chars,
        "classes": sorted(one.classes),
        "mark": b64encode(one.mark).decode(),
    }


def _print(row: dict[str, Any]) -> Print:
    chars, retired, classes = row["chars"], row["retired"], row["classes"]
    if not isinstance(chars, int) or not isinstance(retired, bool) or chars < 1:
        raise ValueError
    name = _matching(_NAME, row["name"])
    mark = _octets(row["mark"], FINGERPRINT_BYTES)
    return Print(OwnValue(name, retired), chars, frozenset(_texts(classes)), mark)


def _texts(items: Iterable[Any]) -> Iterable[str]:
    for item in items:
        if not isinstance(item, str):
            raise ValueError  # noqa: TRY004 - one answer for all that is wrong
        yield item


def _matching(pattern: re.Pattern[str], text: Any) -> str:
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise ValueError
    return text


def _octets(text: str, length: int) -> bytes:
    octets = b64decode(text, validate=True)
    if len(octets) != length:
        raise ValueError
    return octets


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _invalid(why: str) -> InvalidError:
    return InvalidError(
        "fingerprints-invalid",
        f"not a fingerprint set: {why}",
        fix="make it with: strongroom scan fingerprints export --to FILE",
    )
