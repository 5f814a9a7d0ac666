"""Text for libraries that take nothing but text."""

import copy
import pickle
import pprint
import secrets

import pytest

from strongroom.runtime.secret import Secret
from strongroom.runtime.web.words import Word, keys, masked_mapping

VALUE = secrets.token_urlsafe(32)


@pytest.mark.parametrize("show", [repr, pprint.pformat, lambda w: f"{[w]} {w!r} { ({1: w}) }"])
def test_its_representation_is_the_name(show: object) -> None:
    word = Word(Secret(VALUE, name="KEY", version=3))

    assert VALUE[:12] not in show(word)  # type: ignore[operator]
    assert "Secret(KEY@v3)" in show(word)  # type: ignore[operator]


def test_it_is_the_text_for_whoever_needs_it() -> None:
    word = Word(Secret(VALUE, name="KEY"))

    assert word == VALUE
    assert word.encode() == VALUE.encode()


def test_it_is_copied_with_its_mapping_and_never_pickled() -> None:
    word = Word(Secret(VALUE, name="KEY"))

    assert copy.deepcopy({"PASSWORD": word})["PASSWORD"] is word
    assert copy.copy(word) is word
    with pytest.raises(TypeError):
        pickle.dumps(word)


def test_the_first_key_signs_and_the_others_are_accepted() -> None:
    first, others = keys([Secret("new-" + VALUE), Secret("old-" + VALUE)])

    assert (first, others) == ("new-" + VALUE, ["old-" + VALUE])


def test_a_mapping_shows_no_known_value() -> None:
    value = secrets.token_urlsafe(32)
    Secret(value, name="KEY")
    shown = repr(masked_mapping(dict)(DSN=f"postgresql://app:{value}@db/x"))

    assert shown == "{'DSN': 'postgresql://app:[KEY]@db/x'}"
