"""Tests for strongroom.check.python_lines."""

from hypothesis import given
from hypothesis import strategies as st

from strongroom.check.python_lines import lines
from strongroom.source.python_text import condensed, normalised

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


def test_too_many_variables_are_cut_short() -> None:
    many = b"".join(b"k%d_key = 1\n" % n for n in range(400))

    assert 400 == len(lines(many))


@given(st.binary())
def test_any_bytes_have_lines_in_order(source: bytes) -> None:
    found = lines(source)
    short = condensed(source, found)

    assert sorted(set(found)) == found
    assert short is None or short.count(b"\n") == normalised(source).count(b"\n")
