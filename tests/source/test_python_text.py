"""Tests for strongroom.source.python_text."""

import ast

import pytest

from strongroom.errors import InvalidError
from strongroom.source.python_text import condensed, normalised, parse

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


def test_what_does_not_matter_is_blanked_and_lines_keep_their_numbers() -> None:
    short = condensed(SOURCE, [1, 8, 10])

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


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end_counts_as_one(end: bytes) -> None:
    assert b"a\nb" == normalised(b"a" + end + b"b")


@pytest.mark.parametrize(
    ("source", "code"),
    [
        (b"def (", "syntax-error"),
        (b"x = 1\0", "holds-nul"),
        (b"# coding: nonsense\nx = 1", "syntax-error"),
        (b"x = " + b"(" * 500 + b")" * 500, "syntax-error"),
        (b"x = " + b"-" * 100_000 + b"1", "syntax-error"),
        (b"\xff\xfe", "syntax-error"),
    ],
)
def test_a_file_that_cannot_be_parsed_says_so(source: bytes, code: str) -> None:
    with pytest.raises(InvalidError) as failed:
        parse(source)

    assert code == failed.value.code


def test_escapes_of_other_people_are_no_warning() -> None:
    assert isinstance(parse(rb"x = '\d'"), ast.Module)
