"""A value: named fields, each secret or not, and the bytes that are sealed for it.

A single string is the field `value`. A composite is kept as its template and put together when
it is read (`strongroom.secret.template`). Format: docs/spec/value.md, with vectors. The limit
counts what the caller gave, so that no encoding makes the same value fit one day and not
the next.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from strongroom.errors import InvalidError, LimitError, RequestError, TamperedError
from strongroom.model.plaintext import Plaintext
from strongroom.secret import template
from strongroom.secret.template import FIELD_NAME, Data, Reference, Template

FORMAT: Final = 1
FORMAT_TEMPLATES: Final = 2  # written only where a field is a template
SINGLE: Final = "value"
VALUE_BYTES_MAX: Final = 1024 * 1024
FIELDS_MAX: Final = 64
# Fields that connections have and that are no secrets.
OPEN: Final = frozenset(
    [
        "username",
        "user",
        "host",
        "hostname",
        "port",
        "database",
        "dbname",
        "engine",
        "region",
        "scheme",
        "schema",
        "sslmode",
        "vhost",
        "access_key_id",  # AWS shows it to whoever may list keys
        "aws_access_key_id",
    ]
)
_NAME: Final = re.compile(FIELD_NAME)


@dataclass(frozen=True, slots=True)
class Field:
    """One field: text or bytes, and whether it is secret. Its representation hides it.

    A composite has its `template`, and as `data` what that stands for; the template itself
    where a part of another secret is not at hand.
    """

    data: Data = field(repr=False)
    secret: bool = True
    template: str | None = None

    @property
    def bytes(self) -> bytes:
        """The field as bytes; text is UTF-8."""
        return self.data.encode() if isinstance(self.data, str) else self.data

    @property
    def size(self) -> int:
        """How many bytes are kept of it."""
        return len(self.bytes if self.template is None else self.template.encode())


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

    def composed(self, texts: Mapping[str, str]) -> "Value":
        """With composites: templates by the names of their fields. They are secret if a part is.

        Raises:
            InvalidError: `fields-twice`, and those of `template.parse` and `template.derive`.
        """
        if set(texts) & set(self.fields):
            raise InvalidError("fields-twice", "a field is given and derived too")
        made = {name: Field(text, template=text) for name, text in texts.items()}
        value = Value({**self.fields, **made})
        value.check_names()
        return value.resolved({})

    def resolved(self, others: Mapping[Reference, Data]) -> "Value":
        """With each composite put together; `others` are parts that stand in other secrets.

        Raises:
            InvalidError: `template-cycle`, `template-field-unknown`, `template-binary`.
            LimitError: `derived-too-long`.
        """
        found = self._templates()
        if not found:
            return self
        plain = {name: f.data for name, f in self.fields.items() if f.template is None}
        derived = template.derive(found, plain, others)
        return Value(
            {
                name: replace(
                    f, data=derived.get(name, f.template), secret=self._is_secret(name, found)
                )
                if f.template is not None
                else f
                for name, f in self.fields.items()
            }
        )

    def references(self, name: str | None = None) -> frozenset[Reference]:
        """What of other secrets is needed for the field `name`, or for all of them."""
        found = self._templates()
        names = {name} if name is not None else set(found)
        parts = [found[n] for n in _reachable(names, found)]
        return frozenset().union(*(part.references for part in parts))

    def check_names(self) -> None:
        """Refuse a name that no field has.

        Raises:
            InvalidError: `field-name-invalid`.
        """
        if not all(_NAME.fullmatch(name) for name in self.fields):
            raise InvalidError(
                "field-name-invalid", "a field's name is a letter or _, then A-Za-z0-9_.-"
            )

    def _templates(self) -> dict[str, Template]:
        return {
            name: template.parse(f.template)
            for name, f in self.fields.items()
            if f.template is not None
        }

    def _is_secret(self, name: str, found: Mapping[str, Template]) -> bool:
        parts = _reachable({name}, found)
        if any(found[part].references for part in parts):
            return True
        named = {leaf for part in parts for leaf in found[part].names}
        return any(self.fields[leaf].secret for leaf in named - set(found))

    @property
    def texts(self) -> dict[str, str]:
        """Fields that are text, for documents that can hold no bytes."""
        return {n: f.data for n, f in self.fields.items() if isinstance(f.data, str)}

    @property
    def templates(self) -> dict[str, str]:
        """What is put together from other fields, as its template."""
        return {n: f.template for n, f in self.fields.items() if f.template is not None}

    @property
    def derived(self) -> list[str]:
        """Names of the fields that are put together from others."""
        return sorted(self.templates)

    @property
    def binaries(self) -> dict[str, bytes]:
        """Fields that are not text."""
        return {n: f.data for n, f in self.fields.items() if isinstance(f.data, bytes)}

    def encode(self) -> Plaintext:
        """The bytes to seal.

        Raises:
            LimitError: `value-too-large`, more than 1 MiB; `fields-too-many`, more than 64.
            InvalidError: `field-name-invalid`, `value-without-fields`, `value-not-text`, and
                those of `resolved`.
        """
        if not self.fields:
            raise InvalidError("value-without-fields", "a value has at least one field")
        if len(self.fields) > FIELDS_MAX:
            raise LimitError("fields-too-many", f"a value has at most {FIELDS_MAX} fields")
        self.check_names()
        try:
            size = sum(f.size for f in self.fields.values())
        except UnicodeEncodeError:
            # Half of a surrogate pair: JSON can carry one, no program can use one.
            raise InvalidError("value-not-text", "a field holds half of a character") from None
        if size > VALUE_BYTES_MAX:
            raise LimitError("value-too-large", f"a value has at most {VALUE_BYTES_MAX:,} bytes")
        self.resolved({})
        body = {n: _packed(f) for n, f in sorted(self.fields.items())}
        form = FORMAT if all(f.template is None for f in self.fields.values()) else FORMAT_TEMPLATES
        return Plaintext(bytes((form,)) + msgspec.msgpack.encode(body))

    @classmethod
    def decode(cls, plaintext: Plaintext) -> "Value":
        """Read what `encode` wrote.

        Raises:
            TamperedError: `value-format-unknown`, `value-malformed`; never with any of it.
        """
        data = plaintext.reveal()
        if data[:1] not in {bytes((FORMAT,)), bytes((FORMAT_TEMPLATES,))}:
            raise TamperedError("value-format-unknown", "a value has a format not known here")
        shape = {2} if data[0] == FORMAT else {2, 3}
        try:
            body = msgspec.msgpack.decode(data[1:])
            fields = {name: _field(shape, item) for name, item in body.items()}
            return cls(fields).resolved({})
        except (
            msgspec.DecodeError, AttributeError, TypeError, ValueError, RecursionError, RequestError,
        ):  # fmt: skip
            raise TamperedError("value-malformed", "a value is badly put together") from None


def _packed(given: Field) -> list[object]:
    if given.template is None:
        return [given.data, given.secret]
    return [given.template, given.secret, True]


def _field(shape: set[int], item: object) -> Field:
    if not isinstance(item, list) or len(item) not in shape:
        raise TypeError
    data, secret, *derived = item
    if not isinstance(data, str | bytes) or not isinstance(secret, bool):
        raise TypeError
    if not derived:
        return Field(data, secret)
    if derived[0] is not True or not isinstance(data, str):
        raise TypeError
    return Field(data, secret, data)


def _reachable(names: set[str], found: Mapping[str, Template]) -> set[str]:
    """Those of `names` that are composites, and the composites that they are made of."""
    seen: set[str] = set()
    ahead = names & set(found)
    while ahead:
        seen |= ahead
        ahead = {leaf for name in ahead for leaf in found[name].names & set(found)} - seen
    return seen


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
