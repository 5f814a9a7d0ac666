"""Tests for strongroom.check.python_lines."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.check.python_lines import condensed, lines, normalised

SOURCE = b"""import os

def far(a):
    return a + 1

@dec
def near(a):
    value = os.getenv("API_KEY")
    log.info(
        value)

def other(b):
    if b:
        pass
    else:
        return 2
"""


def test_lines_with_a_word_and_lines_that_mention_its_variable() -> None:
    assert [1, 8, 10] == lines(SOURCE)


def test_a_bracket_that_opens_on_the_line_before() -> None:
    assert 4 in lines(b"x = (\n  os.getenv('A')\n)\nlog.info(x)\n")


def test_what_does_not_matter_is_blanked_and_lines_keep_their_numbers() -> None:
    short = condensed(SOURCE, lines(SOURCE))

    assert short is not None
    assert SOURCE.count(b"\n") == short.count(b"\n")
    assert b"far" not in short
    assert b"other" not in short
    (_, near) = ast.parse(short).body
    assert isinstance(near, ast.FunctionDef)
    assert (7, 1) == (near.lineno, len(near.decorator_list))


def test_a_text_that_goes_on_at_the_margin_is_not_cut() -> None:
    assert condensed(b'"""Doc.\n\n\nsecret_key = 1\n"""\n', [4]) is None


def test_the_head_of_a_file_stays() -> None:
    assert b"# coding" in (condensed(b"#!/bin/x\n# coding: latin-1\nx = 1\nkey = 2\n", [4]) or b"")


def test_too_many_variables_are_cut_short() -> None:
    many = b"".join(b"k%d_key = 1\n" % n for n in range(400))

    assert 400 == len(lines(many))


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end_counts_as_one(end: bytes) -> None:
    assert b"a\nb" == normalised(b"a" + end + b"b")


@given(st.binary())
def test_any_bytes_have_lines_in_order(source: bytes) -> None:
    found = lines(source)
    short = condensed(source, found)

    assert sorted(set(found)) == found
    assert short is None or short.count(b"\n") == normalised(source).count(b"\n")
