"""Objects keep their shape, and are the same object where nothing was hidden."""

import secrets
from collections import OrderedDict, namedtuple
from dataclasses import dataclass
from typing import Any

import pytest

from strongroom.model.plaintext import Plaintext
from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.scrub import DEEPER, Shown, scrub

VALUE = secrets.token_urlsafe(32)
MASKER = Masker()
MASKER.add("KEY", VALUE)
Pair = namedtuple("Pair", "a b")  # noqa: PYI024 - what libraries have


@dataclass
class Settings:
    key: str


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError(VALUE)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (VALUE, "[KEY]"),
        (VALUE.encode(), b"[KEY]"),
        (bytearray(VALUE.encode()), b"[KEY]"),
        ({"a": {"b": [VALUE, 1]}}, {"a": {"b": ["[KEY]", 1]}}),
        ({VALUE: 1}, {"[KEY]": 1}),
        (("a", VALUE), ("a", "[KEY]")),
        (Pair(VALUE, 1), ("[KEY]", 1)),
        ({VALUE}, {"[KEY]"}),
        (frozenset({VALUE}), {"[KEY]"}),
        (OrderedDict(a=VALUE), {"a": "[KEY]"}),
    ],
)
def test_values_are_taken_out(given: Any, expected: Any) -> None:
    assert scrub(MASKER, given) == expected


@pytest.mark.parametrize(
    "item",
    [
        None, True, 1, 1.5, "text", b"bytes", {"a": [1, ("x", {"y"})]}, Pair(1, 2), Settings("x"),
        ValueError("x"), object, Plaintext(VALUE.encode()), Broken(), [],
    ],
    ids=lambda item: type(item).__name__,
)  # fmt: skip
def test_what_holds_no_value_stays_the_same_object(item: object) -> None:
    assert scrub(MASKER, item) is item


def test_an_object_that_shows_a_value_is_replaced_by_its_texts() -> None:
    masked = scrub(MASKER, Settings(VALUE))

    assert isinstance(masked, Shown)
    assert repr(masked) == f"{masked!s}" == f"{masked:>9}" == "Settings(key='[KEY]')"
    assert scrub(MASKER, masked) is masked


def test_a_circle_ends() -> None:
    circle: list[Any] = [VALUE]
    circle.append(circle)

    assert VALUE not in repr(scrub(MASKER, circle))
    assert DEEPER in repr(scrub(MASKER, circle))
