"""Tests for strongroom.discover.judge."""

import pytest

from strongroom.discover.interface import Default, Shape
from strongroom.discover.judge import judged
from strongroom.source.values import Value


@pytest.mark.parametrize(
    ("text", "value", "shape"),
    [
        ("", Value.EMPTY, Shape.NONE),
        ("30", Value.TEXT, Shape.NUMBER),
        ("2.5h", Value.LITERAL, Shape.NUMBER),
        ("False", Value.TEXT, Shape.SWITCH),
        ("changeme", Value.PLACEHOLDER, Shape.NONE),
        ("${OTHER}", Value.REFERENCE, Shape.NONE),
        ("/run/keys/tls.pem", Value.TEXT, Shape.PATH),
        ("https://api.example.com/v1", Value.TEXT, Shape.PLAIN_URL),
        ("postgres://app:changeme@db/app", Value.PLACEHOLDER, Shape.LOGIN_URL),
        ("redis://:${REDIS_PASSWORD}@cache:6379", Value.REFERENCE, Shape.LOGIN_URL),
        ("k3Jd8sLq2Pz7Xv1Wm5Yb9Rt4", Value.GENERATED, Shape.KEY),
        ("correct horse battery", Value.LITERAL, Shape.NONE),
        ("k3Jd 8sLq 2Pz7 Xv1W", Value.GENERATED, Shape.NONE),
        ("your password here", Value.PLACEHOLDER, Shape.NONE),
        ("/run/a folder/key", Value.TEXT, Shape.NONE),
        ('{"a": 1, "b": 2}', Value.TEXT, Shape.NONE),
    ],
)
def test_a_default_is_its_kind_and_its_look(text: str, value: Value, shape: Shape) -> None:
    assert judged(text) == Default(value, shape)


def test_a_long_text_is_judged_by_its_beginning() -> None:
    assert judged("a" * 10_000_000).shape is Shape.NONE
