import pytest

from strongroom.scan.ruleset.shape import anywhere, first, tree_of


@pytest.mark.parametrize(
    ("pattern", "octets"),
    [
        ("(?i)a", b"Aa"),
        ("(?i:[a-b])c", b"ABabc"),
        ("(?i)(?-i:a)b", b"Bab"),
        ("(?i:a|b+)", b"ABab"),
        ("(a)(?(1)b|c)", b"abc"),
    ],
)
def test_what_stands_for_both_cases_has_both(pattern: str, octets: bytes) -> None:
    assert octets == bytes(sorted(anywhere(tree_of(pattern))))


def test_what_is_excluded_is_in_neither_case() -> None:
    for pattern in ("(?i)[^a]", "(?i)[^A]"):
        assert not anywhere(tree_of(pattern)) & frozenset(b"aA")


def test_what_a_text_begins_with() -> None:
    for pattern in ("^(?:a|b)?cd", "^(?:a|b?)cd"):
        assert b"abc" == bytes(sorted(first(tree_of(pattern))))
