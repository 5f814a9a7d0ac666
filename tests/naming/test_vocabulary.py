"""Tests for strongroom.naming.vocabulary."""

from strongroom.naming.vocabulary import vocabulary


def test_words_are_separated_by_blanks_and_lines() -> None:
    assert {"a", "b", "c"} == vocabulary(" a b\n  c ")
