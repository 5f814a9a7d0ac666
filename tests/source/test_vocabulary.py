"""Tests for strongroom.source.vocabulary."""

from strongroom.source.vocabulary import vocabulary


def test_words_are_separated_by_blanks_and_lines() -> None:
    assert {"a", "b", "c"} == vocabulary(" a b\n  c ")
