"""Values: what is kept comes back, bit by bit; what cannot be kept is refused without showing it."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.errors import StrongroomError, TamperedError
from strongroom.model.plaintext import Plaintext
from strongroom.secret.template import Reference
from strongroom.secret.value import FIELDS_MAX, VALUE_BYTES_MAX, Field, Value, from_json

VECTORS = Path(__file__).parents[2] / "vectors" / "value.json"

texts = st.text(st.characters(exclude_categories=["Cs"]))
names = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_.-]{0,20}\Z")
fields = st.dictionaries(
    names, st.builds(Field, texts | st.binary(), st.booleans()), min_size=1, max_size=6
)


@given(fields)
def test_what_is_kept_comes_back(given_: dict[str, Field]) -> None:
    assert given_ == dict(Value.decode(Value(given_).encode()).fields)


@pytest.mark.parametrize("name", ["username", "vhost", "access_key_id", "aws_access_key_id"])
def test_what_stands_beside_a_password_is_no_secret(name: str) -> None:
    """The rules for strength are for secrets: an id of a key is in capitals, and short."""
    text = json.dumps({name: "AKIA" + "0" * 16, "password": "not-a-secret-at-all"})
    found = from_json(text.encode()).fields
    assert (found[name].secret, found["password"].secret) == (False, True)


@given(st.binary())
def test_bytes_come_back_as_they_were(data: bytes) -> None:
    only = Value.decode(Value.of_bytes(data).encode()).only

    assert only is not None
    assert data == only.bytes


@given(fields)
def test_no_representation_shows_a_field(given_: dict[str, Field]) -> None:
    value = Value(given_)

    assert "Value()" == repr(value)
    assert "Field(secret=" in repr(next(iter(given_.values())))


@pytest.mark.parametrize("size", [0, 1, VALUE_BYTES_MAX])
def test_every_size_up_to_the_limit_fits(size: int) -> None:
    assert b"x" * size == Value.decode(Value.single(b"x" * size).encode()).fields["value"].bytes


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (Value.single(b"x" * (VALUE_BYTES_MAX + 1)), "value-too-large"),
        (Value.single("é" * VALUE_BYTES_MAX), "value-too-large"),
        (Value({}), "value-without-fields"),
        (Value({f"f{n}": Field("") for n in range(FIELDS_MAX + 1)}), "fields-too-many"),
        (Value({"": Field("")}), "field-name-invalid"),
        (Value({"a b": Field("")}), "field-name-invalid"),
        (Value({"a" * 129: Field("")}), "field-name-invalid"),
        (Value.single("\ud800"), "value-not-text"),
    ],
)
def test_what_does_not_fit_is_refused(value: Value, code: str) -> None:
    with pytest.raises(StrongroomError) as error:
        value.encode()
    assert code == error.value.code


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for framed in (data, b"\x01" + data, b"\x02" + data):
        with suppress(TamperedError):
            Value.decode(Plaintext(framed))


def test_only_is_for_a_single_string() -> None:
    assert None is Value({"value": Field("a"), "user": Field("b")}).only
    assert None is Value({"user": Field("b")}).only


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('{"a": "x"}', {"a": "x"}),
        ('{"a": 1.10}', {"a": "1.10"}),
        ('{"a": 12345678901234567890123}', {"a": "12345678901234567890123"}),
        ('{"a": true, "b": false, "c": null}', {"a": "true", "b": "false", "c": "null"}),
        ('{"a": ""}', {"a": ""}),
    ],
)
def test_json_of_every_flat_type_is_kept_as_it_is_written(text: str, kept: dict[str, str]) -> None:
    assert kept == {name: f.data for name, f in from_json(text.encode()).fields.items()}


def test_the_open_fields_of_a_connection_are_no_secrets() -> None:
    value = from_json(b'{"host": "db", "Port": 5432, "password": "x"}')

    assert {"host": False, "Port": False, "password": True} == {
        name: f.secret for name, f in value.fields.items()
    }


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "fields-not-json"),
        ("{", "fields-not-json"),
        ('{"a": NaN}', "fields-not-json"),
        ("\xff", "fields-not-json"),
        ("[" * 100_000, "fields-not-json"),
        ('["a"]', "fields-not-flat"),
        ('"a"', "fields-not-flat"),
        ('{"a": {}}', "fields-not-flat"),
        ('{"a": []}', "fields-not-flat"),
        ('{"a": "x", "a": "y"}', "fields-twice"),
    ],
)
def test_other_json_is_refused_and_not_repeated(text: str, code: str) -> None:
    with pytest.raises(StrongroomError) as error:
        from_json(text.encode("latin-1"))
    assert code == error.value.code
    assert '"x"' not in error.value.message


def read_field(given_: dict[str, Any]) -> Field:
    if "template" in given_:
        return Field("", given_["secret"], given_["template"])
    data = given_["text"] if "text" in given_ else bytes.fromhex(given_["hex"])
    return Field(data, given_["secret"])


PARTS = {
    "user": Field("a:b", secret=False),
    "password": Field("p@ss/w0rd"),
    "host": Field("db", secret=False),
}


def test_a_composite_comes_back_put_together_and_is_kept_as_its_template() -> None:
    value = Value(PARTS).composed({"url": "redis://{user}:{password}@{host}/0"})
    again = Value.decode(value.encode())

    assert value == again
    assert "redis://a%3Ab:p%40ss%2Fw0rd@db/0" == again.fields["url"].data
    assert b"p%40" not in value.encode().reveal()
    assert value.encode() == again.encode()


def test_a_composite_turns_with_its_parts() -> None:
    value = Value(PARTS).composed({"url": "redis://:{password}@{host}"})
    turned = Value({**value.fields, "password": Field("other")})

    assert "redis://:other@db" == Value.decode(turned.encode()).fields["url"].data


def test_a_composite_is_secret_if_a_part_of_it_is() -> None:
    value = Value(PARTS).composed(
        {
            "at": "{user}@{host}",
            "url": "{at}:{password}",
            "far": "{@a/b}",
            "over": "{far}",
            "on": "{at}",
        }
    )

    assert {"at": False, "url": True, "far": True, "over": True, "on": False} == {
        name: value.fields[name].secret for name in ("at", "url", "far", "over", "on")
    }


def test_what_stands_elsewhere_is_asked_for_by_the_fields_that_need_it() -> None:
    value = Value(PARTS).composed({"far": "x{@a/b}", "over": "{far}{@c#d}", "near": "{host}"})
    b, d = Reference("a/b"), Reference("c", "d")

    assert {b, d} == value.references() == value.references("over")
    assert {b} == value.references("far")
    assert set() == value.references("near") == value.references("host")
    assert ("x{@a/b}", "db") == (value.fields["far"].data, value.fields["near"].data)
    assert "xBD" == value.resolved({b: "B", d: "D"}).fields["over"].data


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"user": "{host}"}, "fields-twice"),
        ({"a b": "{host}"}, "field-name-invalid"),
        ({"a": "{none}"}, "template-field-unknown"),
        ({"a": "{a}"}, "template-cycle"),
        ({"a": "{b}", "b": "x{a}"}, "template-cycle"),
        ({"a": "words"}, "template-constant"),
    ],
)
def test_a_composite_that_cannot_be_is_refused_when_it_is_written(
    texts: dict[str, str], code: str
) -> None:
    with pytest.raises(StrongroomError) as error:
        Value(PARTS).composed(texts)
    assert code == error.value.code


@pytest.mark.parametrize(
    "vector", json.loads(VECTORS.read_text("utf-8")), ids=lambda v: v["comment"]
)
def test_the_vectors_hold(vector: dict[str, Any]) -> None:
    given_, expect = vector["input"], vector["expect"]
    if given_["op"] == "encode":
        made = {name: read_field(f) for name, f in given_["fields"].items()}
        assert expect["value"] == Value(made).encode().reveal().hex()
        return
    with pytest.raises(TamperedError) as error:
        Value.decode(Plaintext(bytes.fromhex(given_["value"])))
    assert expect["error"] == error.value.code
