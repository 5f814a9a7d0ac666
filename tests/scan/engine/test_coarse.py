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
    "(?:xy)?", "c*", "(?:key|a.key|ckey)", "(?:a|bc){1,4}", "^", "$", "key_", "(?:token|secret)", ".", ".{0,20}", "(?=a)",
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
    assert coarse(r"(?:couchbase|snowflake)\d?key") == ("couchbase", "snowflake")


def test_signs_beside_a_common_word_and_parts_of_one_are_common_too() -> None:
    assert coarse(r"https://([a-z0-9]{20})@") == (r"https\x3a\x2f\x2f(?:[a-z0-9]){16,16}",)
    assert coarse(r"(?i:authorization): ([a-z]{40})")[0].endswith("(?:[a-z]){15,15}")


def test_alternatives_say_no_more_than_what_is_looked_at() -> None:
    pattern = r"\b(A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3})\b"
    (found,) = coarse(pattern)
    assert found.startswith(r"\bA3\x2d")


def test_a_rare_word_is_looked_for_rather_than_a_common_one() -> None:
    assert coarse(r"(?i:paypal[\w.-]{0,24}secret)\s=\s([0-9a-f]{40})") == ("(?i:paypal)",)
    found = coarse(r"(?i:-(?:src|dest)?(?:store|key)pass|pin pass:)\s?([^\s]{6,80})")
    assert all("keypass" in p or "storepass" in p or "pin" in p for p in found)


def test_nearly_anything_behind_a_beginning_keeps_its_bound() -> None:
    (found,) = coarse(r"(?i:token:)[^\n]{0,120}[ \t]([a-z0-9]{6}\.[a-z0-9]{16})\b")
    assert "{0,120}" in found
    (found,) = coarse(r"(?i:token:)[a-z]{0,120}[ \t]([a-z0-9]{6}\.[a-z0-9]{16})\b")
    assert "{0,120}" not in found


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"alpha-[\s\S]{1,400}omega-([a-z0-9]{8})", ("omega\\x2d",)),
        (r"(?s)key.{1,300}end:([a-z0-9]{8})", ("end\\x3a(?:[a-z0-9]){8,8}",)),
        (r"usr=\s{1,40}psword=(\w{6})", ("psword\\x3d",)),
        (r"user:\n(?:\s*|\w)pw", ("user\\x3a",)),
        (r"(k)\n\1[^a]\Slong-enough", ("long\\x2deno",)),
        (r"[A-Z]{2}\n[0-9]{3}", ()),
        (r"\s+", ()),
    ],
)
def test_it_can_be_kept_to_one_line(pattern: str, expected: tuple[str, ...]) -> None:
    assert coarse(pattern, one_line=True) == expected


@given(
    pieces=st.lists(
        st.one_of(PIECES, st.sampled_from(["\\s", "\n", "[^a]{2}", "(?s:.)"])), max_size=9
    ),
    text=st.text("aAbBcCkKlLxy.0 key_tokenscr\n", max_size=60),
)
def test_what_is_kept_to_one_line_is_in_each_match(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    rough = [re.compile(p.encode(), re.MULTILINE) for p in coarse(pattern, one_line=True)]
    match = re.search(pattern.encode(), text.encode(), re.MULTILINE)
    if match and rough:
        found = [m for r in rough for m in r.finditer(text.encode())]
        assert any(m.start() < match.end() and match.start() < m.end() for m in found)
        assert not any(b"\n" in m[0] for m in found)


def test_ends_of_alternatives_need_not_begin_where_these_do() -> None:
    text = b'HTTPBasicAuth("ada", "hunter27")'
    found = coarse(
        r"\b(?i:auth|login|HTTPBasicAuth)[ \t]{0,2}\([\"'][a-z]{1,9}[\"'],\s?[\"']([^\"']{6,40})"
    )
    assert any(re.search(each.encode(), text) for each in found)
