"""A row from named columns, as CSV and lists in JSON and YAML have them.

A value that has several fields stands in `fields`: a JSON object of names, each with `text`,
`base64` or, for a composite, `template`, and `secret`, true unless it says false.
"""

import base64
import binascii
from collections.abc import Mapping
from typing import Final

import msgspec

from strongroom.errors import InvalidError
from strongroom.secret.importing.interface import Problem, Row
from strongroom.secret.value import Field, Value

COLUMNS: Final = frozenset(
    {"name", "value", "fields", "environment", "type", "owner", "days", "description"}
)
_DAYS_DIGITS_MAX: Final = 5


class _Written(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A field as a record has it."""

    text: str | None = None
    base64: str | None = None
    template: str | None = None
    secret: bool = True


_fields: Final = msgspec.json.Decoder(dict[str, _Written], strict=False)


def row_of(number: int, record: Mapping[str, str]) -> Row | Problem:
    """The row, or what is wrong with it. Unknown columns are refused rather than lost."""
    name = record.get("name", "")
    if record.keys() - COLUMNS:
        return Problem(number, name, "column-unknown", f"columns are {', '.join(sorted(COLUMNS))}")
    if not name or not {"value", "fields"} & record.keys():
        return Problem(number, name, "row-malformed", "a row has a name and a value")
    days = record.get("days", "")
    if days and not (days.isascii() and days.isdigit() and len(days) <= _DAYS_DIGITS_MAX):
        return Problem(number, name, "row-malformed", "days is not a whole number")
    try:
        value = _value(record)
    except InvalidError as error:  # of a template
        return Problem(number, name, error.code, error.message)
    except (msgspec.DecodeError, UnicodeError, ValueError):
        why = "it has a value and fields, or fields that are none"
        return Problem(number, name, "row-malformed", why)
    return Row(
        number,
        name,
        value,
        record.get("environment") or None,
        record.get("type") or None,
        record.get("owner") or None,
        int(days) if days else None,
        record.get("description", ""),
    )


def fields_text(value: Value) -> str:
    """The fields of a value as a record has them; `row_of` reads them back as they are."""
    written = {}
    for name, field in value.fields.items():
        if field.template is not None:
            written[name] = _Written(template=field.template, secret=field.secret)
        elif isinstance(field.data, str):
            written[name] = _Written(text=field.data, secret=field.secret)
        else:
            encoded = base64.b64encode(field.data).decode()
            written[name] = _Written(base64=encoded, secret=field.secret)
    return msgspec.json.encode(written).decode()


def _value(record: Mapping[str, str]) -> Value:
    written = record.get("fields", "")
    if not written:
        return Value.single(record.get("value", ""))
    if record.get("value"):
        raise ValueError
    found = _fields.decode(written)
    templates = {name: one.template for name, one in found.items() if one.template is not None}
    plain = {name: _field(one) for name, one in found.items() if name not in templates}
    value = Value(plain)
    return value.composed(templates) if templates else value


def _field(one: _Written) -> Field:
    # Neither none of them nor two.
    if (one.text is None) == (one.base64 is None):
        raise ValueError
    if one.text is not None:
        return Field(one.text, one.secret)
    try:
        return Field(base64.b64decode(one.base64 or "", validate=True), one.secret)
    except binascii.Error:
        raise ValueError from None
