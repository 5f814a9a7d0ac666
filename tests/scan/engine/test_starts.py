"""Tests for strongroom.scan.engine.starts."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.scan.engine.test_coarse import PIECES

from strongroom.scan.engine.starts import FEW, TEXTS_MAX, finder, starts
from strongroom.scan.ruleset.load import builtin


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        (rb"\b(?i:Token|secret(?:_key)?|pass[._-]?key)=x", (b"pass", b"secret", b"token")),
        (rb"(a|ab)c", (b"abc", b"ac")),
        (rb"(?=x)(x{2,3}y)", (b"x",)),
        (rb"(?>ab)[xy]z", (b"abxz", b"abyz")),
        (rb"[\"']?(?i:name|Key)=", (b'"key=', b'"name=', b"'key=", b"'name=", b"key=", b"name=")),
        (rb"(?:ab\d)?c", ()),
        (rb"a*b", ()),
        (rb"\w+", ()),
        (rb"(?:^|x)y", (b"xy", b"y")),
        (rb"", ()),
        (b"|".join(b"%03d" % i for i in range(TEXTS_MAX + 1)), ()),
    ],
)
def test_each_match_begins_with_one(pattern: bytes, texts: tuple[bytes, ...]) -> None:
    assert starts(pattern) == texts


@given(
    pieces=st.lists(PIECES, min_size=1, max_size=5),
    text=st.text("aAbBcCkKlLxy.0 key_tokenscr\n", max_size=60),
)
def test_no_match_is_missed(pieces: list[str], text: str) -> None:
    pattern, data = "".join(pieces).encode(), text.encode()
    if texts := starts(pattern):
        compiled = re.compile(pattern, re.MULTILINE)
        found, last = [], 0
        for at in finder(texts)(data.lower()):
            if at >= last and (match := compiled.match(data, at)):
                last = match.end()
                found.append(match.span())
        assert found == [match.span() for match in compiled.finditer(data)]


def test_most_shipped_rules_begin_with_texts() -> None:
    rules = builtin().rules
    assert sum(bool(starts(rule.pattern.encode())) for rule in rules) > 0.9 * len(rules)


TEXTS = (b"aa", b"ab", b"b.a", b"ba", b"c", b"[c")


@pytest.mark.parametrize("count", range(1, len(TEXTS) + 1))
@given(text=st.text("abc.[", max_size=40))
def test_places_are_all_there_are_and_in_order(count: int, text: str) -> None:
    assert FEW < len(TEXTS)
    data = text.encode()
    every = [at for at in range(len(data)) if data.startswith(TEXTS[:count], at)]
    assert finder(TEXTS[:count])(data) == every
