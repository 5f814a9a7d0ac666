"""Tests for strongroom.crypto.encoding."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crypto import reference

from strongroom.crypto.encoding import fields, frame, head, u32, u64

PARTS = st.lists(st.binary(max_size=6), max_size=5)
LABELS = st.text(alphabet="ab/1", max_size=4)


def test_known_answer() -> None:
    assert b"\x02ab\x00\x00\x00\x01x\x00\x00\x00\x00" == frame(b"ab", b"x", b"")


@given(LABELS, PARTS, LABELS, PARTS)
def test_no_two_lists_share_an_encoding(
    a: str, left: list[bytes], b: str, right: list[bytes]
) -> None:
    same = (a, left) == (b, right)

    assert same == (frame(a.encode(), *left) == frame(b.encode(), *right))


@given(PARTS)
def test_bytes_that_move_between_parts_are_seen(parts: list[bytes]) -> None:
    """The classic mistake: two lists with the same concatenation."""
    joined = b"".join(parts)

    assert parts == [joined] or fields(*parts) != fields(joined)


@given(LABELS, PARTS)
def test_a_second_implementation_agrees(label: str, parts: list[bytes]) -> None:
    assert reference.framed(label, *parts) == frame(label.encode(), *parts)


def test_limits() -> None:
    assert 256 == len(head(bytes(255)))
    with pytest.raises(OverflowError):
        head(bytes(256))
    with pytest.raises(OverflowError):
        u32(2**32)
    with pytest.raises(OverflowError):
        u64(-1)
    assert b"\x00\x00\x01\x02" == u32(258)
    assert bytes(6) + b"\x01\x02" == u64(258)
