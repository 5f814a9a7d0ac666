"""Tests for strongroom.discover.python.hints."""

import pytest

from strongroom.discover.python.hints import imported, lines, matters


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"import os\nos.getenv('A')", True),
        (b"from pydantic_settings import BaseSettings", True),
        (b"from google.cloud import storage", True),
        (b"import boto3", True),
        (b"x = env.str('NAME')", True),
        (b"x = config('NAME')", True),
        (b"open('/run/secrets/x')", True),
        (b"password = 'x'\nenvelope = 1\nconfig(x)", False),
        (b"import logging\n\ndef f(): pass", False),
    ],
)
def test_most_files_are_never_parsed(source: bytes, expected: bool) -> None:
    assert expected is matters(source, imported(source))


def test_every_word_of_an_import() -> None:
    source = (
        b"import os\nfrom a.b import (\n  c,\n  d as e,\n)\n  from .x import y\nimportant = 1\n"
    )

    assert {b"os", b"a", b"b", b"c", b"d", b"e", b"x", b"y", b"as"} == imported(source)


def test_lines_that_can_matter() -> None:
    source = b"import os\ndef f():\n    return 1\nKEY = 1\nclass A:\n    x: int\n    y = helper()\n"

    assert [1, 4, 5] == lines(source, imported(source))
    assert 7 in lines(source, imported(source), (b"helper",))


def test_lines_that_mention_what_reads() -> None:
    source = b"import os\ndef g(n):\n    return f(n)\ndef f(n):\n    v = os.getenv(n)\n    return 1\ndef h():\n    g('X')\n    other()\n"

    assert {3, 5, 8} <= set(lines(source, imported(source)))
    assert 9 not in lines(source, imported(source))
