"""A Secret shows itself in no way that Python, its libraries or their errors know."""

import copy
import dataclasses
import gc
import json
import pickle
import secrets
import weakref
from collections.abc import Callable
from typing import Any

import msgspec
import pydantic
import pytest

from strongroom import Secret
from strongroom.errors import ConfigError
from strongroom.runtime.masking.known import MASKER

VALUE = secrets.token_urlsafe(32)


@pytest.fixture
def secret() -> Secret:
    return Secret(VALUE, name="DB_PASSWORD", version=3)


def test_it_shows_its_name_and_version_and_nothing_else(secret: Secret) -> None:
    """P-9.9."""
    shown = "Secret(DB_PASSWORD@v3)"

    assert shown == str(secret) == repr(secret) == f"{secret}" == f"{secret:>40}" == "%s" % secret  # noqa: UP031
    assert repr([secret]) == f"[{shown}]"
    assert str(Secret(VALUE)) == "Secret(SECRET)"


@pytest.mark.parametrize(
    "leave",
    [
        pickle.dumps, copy.copy, copy.deepcopy, json.dumps, msgspec.json.encode, vars, len, iter, hash,
        list, bytes, lambda s: s[0], lambda s: s[:4], lambda s: s + "x", lambda s: "x" + s,
        lambda s: s < 1, lambda s: "a" in s, "".join, lambda s: s.__getstate__(),
        lambda s: s.__dict__, lambda s: s.encode(), open,
        lambda s: dataclasses.asdict(Holder(s)), lambda s: setattr(s, "_value", ""),
    ],
    ids=range(24),
)  # fmt: skip
def test_it_leaves_in_no_other_way_and_the_error_does_not_show_it(
    secret: Secret, leave: Callable[[Any], object]
) -> None:
    with pytest.raises((TypeError, AttributeError)) as caught:
        leave(secret)

    assert VALUE not in repr(caught.value)


@dataclasses.dataclass
class Holder:
    secret: Secret


def test_what_holds_one_can_be_shown() -> None:
    assert repr(Holder(Secret(VALUE, name="A"))).endswith("(secret=Secret(A))")


def test_it_is_given_out_on_purpose_only_and_that_is_counted(secret: Secret) -> None:
    assert secret.reveals == 0
    assert secret.reveal() == VALUE
    with secret.use() as text:
        assert text == VALUE
    with secret.use_bytes() as octets:
        assert octets == VALUE.encode()
    assert octets == bytes(len(VALUE))
    assert secret.reveals == 3


def test_bytes_are_overwritten_when_the_block_fails_too(secret: Secret) -> None:
    kept: list[bytearray] = []

    def fail() -> None:
        with secret.use_bytes() as octets:
            kept.append(octets)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert kept == [bytes(len(VALUE))]


def test_half_of_a_pair_is_one_error_and_not_a_part_of_it() -> None:
    """P-9.9: the encoder's own error holds the text."""
    half = Secret(VALUE + "\ud800", name="TOKEN", version=2)
    for give in (half.reveal_bytes, lambda: half.use_bytes().__enter__()):
        with pytest.raises(ConfigError) as caught:
            give()
        error = caught.value
        assert error.code == "secret-undecodable"
        assert "TOKEN@v2" in str(error)
        assert (error.__context__, error.__cause__) == (None, None)
        assert VALUE not in f"{error} {error.fix}"


def test_two_are_equal_when_their_texts_are(secret: Secret) -> None:
    assert secret == Secret(VALUE, name="OTHER")
    assert secret != Secret(VALUE + "x")
    assert secret != VALUE
    assert Secret("\ud800abc") == Secret("\ud800abc")


def test_it_is_true_when_there_is_something(secret: Secret) -> None:
    assert secret
    assert not Secret("")


def test_its_text_is_masked_from_the_moment_it_is_made() -> None:
    value = secrets.token_urlsafe(32)
    Secret(value, name="FRESH", version=2)

    assert MASKER.text(f"x {value}") == "x [FRESH@v2]"


def test_nothing_else_keeps_it_alive() -> None:
    one = Secret(secrets.token_hex(16))
    gone = weakref.ref(one)
    del one
    gc.collect()

    assert gone() is None


@pytest.mark.parametrize("value", [b"bytes", 1, None, ["a"]])
def test_only_text_is_taken_and_what_was_given_is_not_repeated(value: object) -> None:
    with pytest.raises(TypeError, match=r"^a Secret holds text$"):
        Secret(value)  # type: ignore[arg-type]


class Model(pydantic.BaseModel):  # type: ignore[misc]  # the library is not typed here
    api_key: Secret
    port: int = 1


def test_as_a_field_of_pydantic_it_is_written_as_its_name() -> None:
    model = Model(api_key=VALUE)
    shown = [repr(model), str(model), model.model_dump_json(), repr(model.model_dump())]

    assert model.api_key.reveal() == VALUE
    assert [text for text in shown if VALUE in text] == []
    assert '"api_key":"Secret(API_KEY)"' in model.model_dump_json()


def test_an_error_of_pydantic_does_not_show_a_secret_that_was_one() -> None:
    with pytest.raises(pydantic.ValidationError) as caught:
        Model.model_validate({"api_key": Secret(VALUE), "port": "none"})
    assert VALUE not in str(caught.value) + repr(caught.value.errors())
    with pytest.raises(pydantic.ValidationError):
        Model(api_key=5)
