"""Tests for strongroom.model.label."""

import pytest

from strongroom.errors import InvalidError, LimitError
from strongroom.model import label
from strongroom.model.label import NO_LABEL, TAGS_MAX, Label


def test_tags_have_one_order_and_each_stands_once() -> None:
    assert ("a", "b:c") == label.tags(["b:c", "a", "b:c"])


@pytest.mark.parametrize("word", ["", "PCI", "-a", ":a", "a b", "a\n", "a" * 65, "é", "a/b"])
def test_a_tag_has_one_spelling(word: str) -> None:
    with pytest.raises(InvalidError) as error:
        label.tags(["fine", word])
    assert "tag-invalid" == error.value.code
    assert not word.strip() or word not in error.value.message.split()


def test_tags_are_few() -> None:
    many = [f"t{n}" for n in range(TAGS_MAX)]
    assert TAGS_MAX == len(label.tags(many))
    with pytest.raises(LimitError):
        NO_LABEL.with_tags([*many, "more"], [])


def test_tags_come_and_go_and_names_stay() -> None:
    assert Label(("b", "c"), "Bob", "acme") == Label(("a", "b"), "Bob", "acme").with_tags(
        ["c", "b"], ["a", "z"]
    )
