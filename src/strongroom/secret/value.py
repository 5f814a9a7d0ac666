"""A value: named fields, each secret or not, and the bytes that are sealed for it.

A single string is the field `value`. Format: docs/spec/value.md, with vectors. The limit
counts what the caller gave, so that no encoding makes the same value fit one day and not
the next.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from strongroom.errors import InvalidError, LimitError, TamperedError
from strongroom.model.plaintext import Plaintext

FORMAT: Final = 1
SINGLE: Final = "value"
VALUE_BYTES_MAX: Final = 1024 * 1024
FIELDS_MAX: Final = 64
# Fields that connections have and that are no secrets.
OPEN: Final = frozenset(
    ["username", "user", "host", "hostname", "port", "database", "dbname", "engine", "region"]
)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: text or bytes, and whether it is secret. Its representation hides it."""

    data: str | bytes = field(repr=False)
    secret: bool = True

    @property
    def bytes(self) -> bytes:
        """The field as bytes; text is UTF-8."""
        return self.data.encode() if isinstance(self.data, str) else self.data


@dataclass(frozen=True, slots=True)
class Value:
    """The fields of one version, in the order of their names."""

    fields: Mapping[str, Field] = field(repr=False)

    @classmethod
    def single(cls, data: str | bytes) -> "Value":
        """A value that is one secret string."""
        return cls({SINGLE: Field(data)})

    @classmethod
    def of_bytes(cls, data: bytes) -> "Value":
        """A value from a file or a pipe: text where it is UTF-8, bytes where it is not."""
        try:
            return cls.single(data.decode())
        except UnicodeDecodeError:
            return cls.single(data)

    @property
    def only(self) -> Field | None:
        """The one field that is not called otherwise, or None when there are several."""
        return self.fields.get(SINGLE) if len(self.fields) == 1 else None

    @property
    def texts(self) -> dict[str, str]:
        """Fields that are text, for documents that can hold no bytes."""
        return {n: f.data for n, f in self.fields.items() if isinstance(f.data, str)}

    @property
    def binaries(self) -> dict[str, bytes]:
        """Fields that are not text."""
        return {n: f.data for n, f in self.fields.items() if isinstance(f.data, bytes)}

    def encode(self) -> Plaintext:
        """The bytes to seal.

        Raises:
            LimitError: `value-too-large`, more than 1 MiB; `fields-too-many`, more than 64.
            InvalidError: `field-name-invalid`, `value-without-fields`, `value-not-text`.
        """
        if not self.fields:
            raise InvalidError("value-without-fields", "a value has at least one field")
        if len(self.fields) > FIELDS_MAX:
            raise LimitError("fields-too-many", f"a value has at most {FIELDS_MAX} fields")
        if not all(_NAME.fullmatch(name) for name in self.fields):
            raise InvalidError(
                "field-name-invalid", "a field's name is a letter or _, then A-Za-z0-9_.-"
            )
        try:
            size = sum(len(f.bytes) for f in self.fields.values())
        except UnicodeEncodeError:
            # Half of a surrogate pair: JSON can carry one, no program can use one.
            raise InvalidError("value-not-text", "a field holds half of a character") from None
        if size > VALUE_BYTES_MAX:
            raise LimitError("value-too-large", f"a value has at most {VALUE_BYTES_MAX:,} bytes")
        body = {n: [f.data, f.secret] for n, f in sorted(self.fields.items())}
        return Plaintext(bytes((FORMAT,)) + msgspec.msgpack.encode(body))

    @classmethod
    def decode(cls, plaintext: Plaintext) -> "Value":
        """Read what `encode` wrote.

        Raises:
            TamperedError: `value-format-unknown`, `value-malformed`; never with any of it.
        """
        data = plaintext.reveal()
        if data[:1] != bytes((FORMAT,)):
            raise TamperedError("value-format-unknown", "a value has a format not known here")
        try:
            body = msgspec.msgpack.decode(data[1:])
            fields = {name: _field(*item) for name, item in body.items()}
        except (msgspec.DecodeError, AttributeError, TypeError, ValueError, RecursionError):
            raise TamperedError("value-malformed", "a value is badly put together") from None
        return cls(fields)


def _field(data: object, secret: object) -> Field:
    if not isinstance(data, str | bytes) or not isinstance(secret, bool):
        raise TypeError
    return Field(data, secret)


def from_json(data: bytes) -> Value:
    """Fields from a JSON object of strings, numbers, booleans and null.

    What is not a string is kept as the JSON text of it, so that `1.10` stays `1.10`. Fields
    of a connection that are no secrets by their name, such as `host`, are marked so.

    Raises:
        InvalidError: `fields-not-json`, `fields-not-flat`, `fields-twice`; never with any of it.
    """
    try:
        # Numbers as they are written: a float would make another value of some.
        body = json.loads(
            data,
            parse_float=_Literal,
            parse_int=_Literal,
            parse_constant=_refuse,
            object_pairs_hook=_pairs,
        )
    except (ValueError, RecursionError):
        raise InvalidError("fields-not-json", "that is not one JSON object") from None
    if not isinstance(body, dict):
        raise InvalidError("fields-not-flat", "fields are one JSON object of names and values")
    return Value(
        {name: Field(_text(item), name.lower() not in OPEN) for name, item in body.items()}
    )


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len({name for name, _ in pairs}) != len(pairs):
        # Which of the two is meant, no two programs agree on.
        raise InvalidError("fields-twice", "a field stands there twice")
    return dict(pairs)


class _Literal(str):
    """A number as it stands in the JSON text."""

    __slots__ = ()


def _refuse(_: str) -> None:
    raise ValueError


def _text(item: object) -> str:
    match item:
        case str():
            return str(item)
        case None:
            return "null"
        case bool():
            return "true" if item else "false"
        case _:
            raise InvalidError(
                "fields-not-flat", "a field is a string, a number, a boolean or null"
            )
