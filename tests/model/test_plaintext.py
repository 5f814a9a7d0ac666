"""Tests for strongroom.model.plaintext."""

import copy
import json
import pickle
from dataclasses import asdict, dataclass

import msgspec
import pytest

from strongroom.model.plaintext import Hidden, Plaintext

CANARY = b"canary-not-a-real-secret"
WORD = CANARY.decode()


@dataclass
class Holder:
    value: Plaintext


def test_only_reveal_shows_the_value() -> None:
    value = Plaintext(CANARY)

    assert CANARY == value.reveal()
    shown = [repr(value), str(value), f"{value}", f"{value!r:>40}", f"{value:.8}", "%s" % value]  # noqa: UP031
    shown += [str(Holder(value)), str([value]), str({"a": value})]
    assert not any(WORD in text for text in shown)
    assert "<Plaintext hidden>" == str(value)


@pytest.mark.parametrize(
    "leak",
    [
        json.dumps,
        msgspec.json.encode,
        msgspec.msgpack.encode,
        msgspec.to_builtins,
        pickle.dumps,
        copy.copy,
        copy.deepcopy,
        bytes,
        len,
        iter,
        hash,
        vars,
        lambda value: asdict(Holder(value)),
        lambda value: json.dumps(asdict(Holder(value))),
        lambda value: value[0],
        lambda value: value + b"",
        lambda value: value.__reduce__(),
        lambda value: value.__getstate__(),
        lambda value: value < Plaintext(b""),
    ],
)
def test_no_other_way_out(leak: object) -> None:
    """Encoders, copies and sequence operations refuse, and their refusal does not show it."""
    assert callable(leak)

    with pytest.raises(TypeError) as refused:
        leak(Plaintext(CANARY))
    assert WORD not in str(refused.value)


def test_equality_is_of_bytes() -> None:
    assert Plaintext(b"a") == Plaintext(b"a")
    assert Plaintext(b"a") != Plaintext(b"b")
    assert Plaintext(b"a") != Plaintext(b"aa")
    assert Plaintext(b"a") != b"a"


def test_it_does_not_change() -> None:
    value = Plaintext(CANARY)

    with pytest.raises(AttributeError, match="does not change"):
        value._value = b""
    with pytest.raises(AttributeError, match="does not change"):
        del value._value
    with pytest.raises(AttributeError):
        Hidden().anything = 1
    assert CANARY == value.reveal()


def test_it_holds_bytes_only() -> None:
    with pytest.raises(TypeError) as refused:
        Plaintext(WORD)  # type: ignore[arg-type]
    assert WORD not in str(refused.value)
