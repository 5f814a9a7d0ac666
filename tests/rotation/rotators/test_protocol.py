"""The protocol's bytes against its vectors, and what a message may show."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from strongroom.errors import InvalidError
from strongroom.rotation.rotators import protocol

ROOT = Path(__file__).parent.parent.parent.parent
VECTORS: list[dict[str, Any]] = json.loads(
    (ROOT / "vectors" / "rotator-webhook.json").read_text("utf-8")
)
VALUE = "kR7-plainly+fake/value"


def of(name: str) -> list[Any]:
    return [pytest.param(v, id=v["comment"]) for v in VECTORS if name in v["input"]]


@pytest.mark.parametrize("vector", of("key"))
def test_a_question_is_signed_as_its_vector_says(vector: dict[str, Any]) -> None:
    given, expect = vector["input"], vector["expect"]
    if "error" in expect:
        with pytest.raises(InvalidError) as caught:
            protocol.signing_key(given["key"])
        assert caught.value.code == expect["error"]
        return
    # By the scheme's own words, not by our function.
    key = base64.b64decode(given["key"].removeprefix("whsec_"))
    signed = f"{given['id']}.{given['timestamp']}.{given['body']}".encode()
    mark = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert expect["webhook-signature"] == f"v1,{mark}"
    body = given["body"].encode()
    assert protocol.sign(key, given["id"], given["timestamp"], body) == expect
    assert json.loads(body)["id"] == given["id"]


@pytest.mark.parametrize("vector", of("answer"))
def test_an_answer_is_taken_as_its_vector_says(vector: dict[str, Any]) -> None:
    found = protocol.answer(vector["input"]["answer"].encode(), vector["input"]["id"])
    assert (found.answer if found else None) == vector["expect"]["answer"]


def test_an_answer_hides_its_fields() -> None:
    given = next(
        v["input"] for v in VECTORS if "a value" in v["comment"] and "answer" in v["input"]
    )
    found = protocol.answer(given["answer"].encode(), given["id"])
    assert found is not None
    assert found.fields
    assert next(iter(found.fields.values())) not in repr(found)


@pytest.mark.parametrize(
    "text",
    [
        VALUE,
        f"password={VALUE[:9]}",
        VALUE.upper(),
        base64.b64encode(VALUE.encode()).decode(),
        VALUE.encode().hex(),
        "kR7-plainly%2Bfake%2Fvalue",
        "\n".join(VALUE[:8]).replace("\n", "\x00") + VALUE[4:12],
        f"{'a ' * 3000}{VALUE}",
    ],
    ids=range(8),
)
def test_a_text_with_a_part_of_a_value_is_withheld(text: str) -> None:
    assert protocol.shown(text, {"password": VALUE}) == "(withheld: it holds a part of a value)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no such role", "no such role"),
        ("a\tb\r\nc\x1b[2J", "a b c [2J"),
        ("token ab12cd34 is refused", "token <…> is refused"),
        ("x" * 30, "<…>"),
        ("", ""),
        ("why " * 100, ("why " * 50)[:199] + "…"),
    ],
    ids=range(6),
)
def test_other_text_is_shown(text: str, shown: str) -> None:
    assert protocol.shown(text, {"password": VALUE, "port": "54"}, None) == shown
