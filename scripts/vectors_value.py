"""Vectors of the value format (docs/spec/value.md)."""

from typing import Any, Final

import msgspec

from strongroom.errors import StrongroomError
from strongroom.model.plaintext import Plaintext
from strongroom.secret.value import Field, Value

OWN: Final = "written for docs/spec/value.md"


def build() -> dict[str, list[dict[str, Any]]]:
    """The vectors by file."""
    return {"value": [*_kept(), *_refused()]}


def _kept() -> list[dict[str, Any]]:
    cases = {
        "one string": {"value": Field("fake-value")},
        "an empty string": {"value": Field("")},
        "another script": {"value": Field("ключ")},
        "bytes that are no text": {"value": Field(b"\xff\x00\xfe")},
        "fields, sorted by name, one of them open": {
            "username": Field("app", secret=False),
            "password": Field("fake-password"),
        },
        "a composite, kept as its template": {
            "password": Field("fake/password"),
            "host": Field("db", secret=False),
            "url": Field("", template="redis://:{password}@{host}/0"),
        },
        "a composite of another secret's field": {
            "value": Field("", template="redis://:{@app/REDIS#password}@db/0"),
        },
    }
    return [
        {
            "source": OWN,
            "comment": comment,
            "input": {"op": "encode", "fields": {n: _json(f) for n, f in fields.items()}},
            "expect": {"value": Value(fields).encode().reveal().hex()},
        }
        for comment, fields in cases.items()
    ]


def _json(field: Field) -> dict[str, Any]:
    if field.template is not None:
        return {"template": field.template, "secret": field.secret}
    kind = "text" if isinstance(field.data, str) else "hex"
    data = field.data if isinstance(field.data, str) else field.data.hex()
    return {kind: data, "secret": field.secret}


def _refused() -> list[dict[str, Any]]:
    pack = msgspec.msgpack.encode
    cases = {
        "nothing": b"",
        "another format": b"\x03" + pack({"value": ["x", True]}),
        "no body": b"\x01",
        "a list": b"\x01" + pack(["value"]),
        "a field of one": b"\x01" + pack({"value": ["x"]}),
        "a number as data": b"\x01" + pack({"value": [7, True]}),
        "a number as mark": b"\x01" + pack({"value": ["x", 1]}),
        "a template in the form without": b"\x01"
        + pack({"a": ["x", True], "b": ["{a}", True, True]}),
        "a mark that is none": b"\x02" + pack({"a": ["x", True], "b": ["{a}", True, False]}),
        "a template of bytes": b"\x02" + pack({"a": ["x", True], "b": [b"{a}", True, True]}),
        "a template that is none": b"\x02" + pack({"b": ["{a", True, True]}),
        "a template of a field that is not there": b"\x02" + pack({"b": ["{a}", True, True]}),
        "templates in a circle": b"\x02"
        + pack({"a": ["{b}", True, True], "b": ["{a}", True, True]}),
        "bytes behind the body": b"\x01" + pack({"value": ["x", True]}) + b"\x00",
        "text that is not UTF-8": b"\x01\x81\xa5value\x92\xa1\xff\xc3",
    }
    return [
        {
            "source": OWN,
            "comment": comment,
            "input": {"op": "decode", "value": data.hex()},
            "expect": {"error": _code(data)},
        }
        for comment, data in cases.items()
    ]


def _code(data: bytes) -> str:
    try:
        Value.decode(Plaintext(data))
    except StrongroomError as error:
        return error.code
    raise AssertionError("this must be refused")
