"""Tests for strongroom.scan.engine.place."""

from hypothesis import given
from hypothesis import strategies as st

from strongroom.scan.engine.place import Places
from strongroom.scan.model import TEXT_OCTETS_MAX, Origin, Piece


def places(data: bytes) -> Places:
    return Places(Piece(data, Origin("x")))


@given(text=st.text("aä\n€", max_size=60), cuts=st.lists(st.integers(0, 60), max_size=6))
def test_it_agrees_with_counting_from_the_beginning(text: str, cuts: list[int]) -> None:
    where = places(text.encode())
    for cut in sorted(c for c in cuts if c < len(text)):
        start = len(text[:cut].encode())
        spot = where.spot(start, start + len(text[cut].encode()))
        assert spot.line == text.count("\n", 0, cut) + 1
        assert spot.column == cut - (text.rfind("\n", 0, cut) + 1) + 1


def test_a_long_line_is_cut_around_the_secret() -> None:
    data = b"x" * 5000 + b"SECRET" + b"y" * 5000
    spot = places(data).spot(5000, 5006)
    assert len(spot.text) == TEXT_OCTETS_MAX
    assert spot.text[spot.start : spot.end] == b"SECRET"
    assert 200 < spot.start < 300


def test_of_a_long_secret_the_beginning_is_shown() -> None:
    data = b"a" * 600 + b"S" * 2000 + b"b" * 600
    spot = places(data).spot(600, 2600)
    assert spot.text == b"S" * TEXT_OCTETS_MAX
    assert (spot.start, spot.end) == (0, TEXT_OCTETS_MAX)


def test_of_several_lines_the_first_is_shown() -> None:
    spot = places(b"k: |\n AA\n BB\n CC\n").spot(6, 16)
    assert (spot.line, spot.end_line, spot.text) == (2, 4, b" AA")
    assert spot.text[spot.start : spot.end] == b"AA"
