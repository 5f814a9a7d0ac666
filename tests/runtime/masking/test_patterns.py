"""What is looked for is never long, and never longer than what it hides."""

import secrets

from hypothesis import given
from hypothesis import strategies as st

from strongroom.runtime.masking.patterns import (
    OCTETS_MAX,
    Pattern,
    of_bytes,
    of_text,
    pieces,
    unique,
)


@given(st.binary(min_size=1, max_size=1000))
def test_pieces_cover_the_whole(octets: bytes) -> None:
    found = list(pieces(octets, "[A]"))

    assert all(len(one.octets) == min(OCTETS_MAX, len(octets)) for one in found)
    assert len(found) == -(-len(octets) // OCTETS_MAX)
    for at, one in enumerate(found):
        assert octets.startswith(one.octets, max(0, min(at * OCTETS_MAX, len(octets) - OCTETS_MAX)))


def test_a_short_value_has_no_pattern() -> None:
    assert [*of_text("short", "[A]"), *of_bytes(b"short", "[A]")] == []


def test_the_beginning_knows_how_the_value_goes_on() -> None:
    value = secrets.token_hex(200)
    heads = [one for one in of_text(value, "[A]") if one.rests]

    assert [one.octets + one.rests[0] for one in heads] == [value.encode()]


def test_a_text_stands_once_and_keeps_what_may_follow() -> None:
    one = Pattern(b"12345678", "[A]")
    more, other = (Pattern(b"12345678", "[B]", (rest,)) for rest in (b"90", b"ab"))

    assert unique([one, more, one, other]) == (Pattern(b"12345678", "[A]", (b"90", b"ab")),)


def test_a_pattern_does_not_show_itself() -> None:
    assert "12345678" not in repr(Pattern(b"12345678", "[A]", (b"12345678",)))
