"""A value as a text to edit, and back."""

import json
from dataclasses import replace
from typing import NamedTuple

from strongroom.errors import InvalidError
from strongroom.secret.value import SINGLE, Value, from_json


class Sheet(NamedTuple):
    """What an editor is given. `suffix` tells it what kind of text it is."""

    text: bytes
    suffix: str


def as_sheet(value: Value) -> Sheet:
    """A single string as it is, several fields as a JSON object; a line's end behind both.

    What is put together from other fields is shown as its template, and stays one.

    Raises:
        InvalidError: `value-not-editable`, it holds bytes that are no text.
    """
    if value.binaries:
        raise InvalidError(
            "value-not-editable",
            "the value is not text",
            fix="write it from a file: strongroom secret set … --file FILE",
        )
    only = value.only
    if only is not None:
        data = only.bytes if only.template is None else only.template.encode()
        return Sheet(data + b"\n", ".txt")
    shown = {**value.texts, **value.templates}
    text = json.dumps(shown, indent=2, ensure_ascii=False)
    return Sheet(text.encode() + b"\n", ".json")


def from_sheet(data: bytes, old: Value) -> Value:
    """The value that an edited sheet says; fields that stay are as secret as they were.

    Raises:
        InvalidError: `edit-empty`, `value-not-text`, those of `value.from_json` and of
            `Value.composed`; never with any of it.
    """
    if not data.strip():
        raise InvalidError(
            "edit-empty",
            "nothing is left of it",
            fix="leave the editor without saving to change nothing",
        )
    if old.only is None:
        found = from_json(data).fields
        kept = {
            name: replace(field, secret=old.fields[name].secret) if name in old.fields else field
            for name, field in found.items()
        }
        texts = {name: found[name].data for name in old.templates if name in found}
        plain = {name: field for name, field in kept.items() if name not in texts}
        return Value(plain).composed({name: str(text) for name, text in texts.items()})
    try:
        text = data.removesuffix(b"\n").decode()
    except UnicodeDecodeError:
        raise InvalidError("value-not-text", "that is not UTF-8 text") from None
    if old.only.template is not None:
        return Value({}).composed({SINGLE: text})
    return Value({SINGLE: replace(old.only, data=text)})
