"""Tests for strongroom.scan.engine.coarse."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.scan.engine.coarse import coarse

PATTERNS = {
    r"\b(ghp_[A-Za-z0-9]{36})\b": b"ghp_" + b"aB3" * 12,
    r"(?i)acme[\w.-]{0,20}\s{0,5}[=:]\s{0,5}['\"]([a-z0-9]{16,40})['\"]": b"AcmeKey: 'k3v9q2m7x1c8b5n4'",
    r"(?:^|[^\w~.-])([A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34})(?:[^\w~.-]|$)":
        b"abc8Q~" + b"x" * 33,
    r"\b([A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{6}:[A-Za-z0-9_-]{43})(?:[^\w-]|$)":
        b"abcdef.ghijkl:" + b"Z" * 43,
    r"-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[\s\S]+-----END (?:RSA |EC )?PRIVATE KEY-----":
        b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
    r"(?s)a.b(?!c)(?=d)d": b"a\nbd",
    r"(?>ab+)c++d": b"abbccd",
    r"(k)=(\w+) \1": b"k=abc k",
    r"(?i:pass(?:word)?|token)\s*=\s*(\S{6,})": b"PASSWORD = hunter27",
    r"(?:abc){2,8}(?:d|ef)*\d{3}": b"abcabcabcefd123",
    r"[0-9a-f]{24}:[0-9a-f]{64}": b"a1" * 12 + b":" + b"b2" * 32,
    r"x": b"x",
    r".*": b"",
    r"(?i)€|ÄB[^ä]\D\S\W": "ÄB--x-".encode(),
}  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
def test_whatever_matches_the_pattern_matches_the_coarse_one(pattern: str) -> None:
    text = PATTERNS[pattern]
    assert re.search(pattern.encode(), text, re.MULTILINE)
    assert any(re.search(p.encode(), text, re.MULTILINE) for p in coarse(pattern))


PIECES = st.sampled_from([
    "a", "B", "\\.", "[a-c]", "[^x]", "\\d", "\\b", "(?:ab|c)", "(?i:Kl)", "(x)", "a{2}", "[ab]{3,9}",
    "(?:xy)?", "c*", "(?:a|bc){1,4}", "^", "$", "key_", "(?:token|secret)", ".", ".{0,20}", "(?=a)",
])  # fmt: skip


@given(
    pieces=st.lists(PIECES, min_size=1, max_size=7),
    text=st.text("aAbBcCkKlLxy.0 key_tokenscr\n", max_size=60),
)
def test_it_never_misses_a_line(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    rough = [re.compile(p.encode(), re.MULTILINE) for p in coarse(pattern)]
    for line in text.encode().split(b"\n"):
        if re.search(pattern.encode(), line, re.MULTILINE):
            assert any(r.search(line) for r in rough)


def test_a_counted_repeat_is_cut_short() -> None:
    assert coarse(r"\b(ghp_[A-Za-z0-9]{36})\b") == (r"\bghp\x5f(?:[A-Za-z0-9]){16,16}",)


def test_a_long_text_that_is_no_common_word_is_looked_for_alone() -> None:
    assert coarse(r"(?i)[\w.]{0,50}datadog.{0,20}=(\w{8,20})") == ("(?i:datadog)",)
    assert coarse(r"[\w.]{0,50}secret=(\w{8,20})") == (r"secret\x3d",)


def test_alternatives_are_looked_for_each() -> None:
    assert coarse(r"(?:couchbase|capella)\d?key") == ("capella", "couchbase")


def test_signs_beside_a_common_word_and_parts_of_one_are_common_too() -> None:
    assert coarse(r"https://([a-z0-9]{20})@") == (r"https\x3a\x2f\x2f(?:[a-z0-9]){16,16}",)
    assert coarse(r"(?i:authorization): ([a-z]{40})")[0].endswith("(?:[a-z]){15,15}")
