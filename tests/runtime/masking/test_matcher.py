"""Both searches find the same, which is everything."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.runtime.masking.matcher import Automaton, Grams, MakeSearch, Match, Matcher, fastest
from strongroom.runtime.masking.patterns import Pattern, of_text

OCTETS = st.binary(min_size=8, max_size=24)
FEW = st.lists(st.sampled_from(b"ab\0\n"), min_size=8, max_size=16).map(bytes)


def slow(patterns: list[bytes], data: bytes) -> list[tuple[int, int]]:
    return [
        (index, at)
        for index, one in enumerate(patterns)
        for at in range(len(data))
        if data.startswith(one, at)
    ]


@pytest.mark.parametrize("kind", [Grams, Automaton])
@given(patterns=st.lists(FEW, min_size=1, max_size=6, unique=True), data=st.data())
def test_every_place_is_found(kind: MakeSearch, patterns: list[bytes], data: st.DataObject) -> None:
    parts = data.draw(st.lists(st.one_of(st.sampled_from(patterns), FEW, OCTETS), max_size=8))
    text = b"".join(parts)

    assert sorted(kind(patterns).find(text)) == sorted(slow(patterns, text))


@pytest.mark.parametrize("kind", [Grams, Automaton])
def test_a_place_far_in_a_long_text_is_found(kind: MakeSearch) -> None:
    for length in (8, 10, 11, 20):
        value = secrets.token_bytes(length)
        for before in range(100_000, 100_008):
            assert kind([value]).find(b"." * before + value + b"x") == [(0, before)]


def test_the_fastest_that_is_installed_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(fastest([b"12345678"]), Automaton)
    monkeypatch.setitem(__import__("sys").modules, "ahocorasick_rs", None)
    assert isinstance(fastest([b"12345678"]), Grams)


@pytest.mark.parametrize("kind", [Grams, Automaton])
def test_no_pattern_finds_nothing(kind: MakeSearch) -> None:
    matcher = Matcher((), kind)

    assert matcher.find(b"anything at all") == []
    assert matcher.pending(b"anything at all") == 0


def test_what_was_cut_off_is_followed_as_far_as_it_goes() -> None:
    matcher = Matcher([Pattern(b"abcdefgh", "[A]", (b"ijklm", b"ixyz"))])

    assert matcher.find(b"_abcdefghij_") == [Match(1, 11, "[A]")]
    assert matcher.find(b"_abcdefghixyz") == [Match(1, 13, "[A]")]
    assert matcher.find(b"_abcdefghijklmn") == [Match(1, 14, "[A]")]
    assert matcher.find(b"_abcdefghi") == [Match(1, 10, "[A]", (b"jklm", b"xyz"))]


def test_an_end_that_may_go_on_is_pending() -> None:
    matcher = Matcher([Pattern(b"abcdefgh-123", "[A]"), Pattern(b"defgh-XYZ", "[B]")])

    assert matcher.pending(b"") == 0
    assert matcher.pending(b"nothing.") == 0
    assert matcher.pending(b"ends with a") == 1
    assert matcher.pending(b"... abcdefgh-12") == 11
    assert matcher.pending(b"... abcdefgh-123") == 0
    assert matcher.pending(b"... abcdefgh-X") == 7


@given(st.text(min_size=8, max_size=300), st.integers(0, 300))
def test_every_start_of_every_pattern_is_pending(value: str, at: int) -> None:
    patterns = list(of_text(value.encode("utf-8", "replace").decode(), "[A]"))
    matcher = Matcher(patterns)
    for pattern in patterns:
        head = pattern.octets[: at % len(pattern.octets)]

        assert matcher.pending(b"\x01" + head) >= len(head)
