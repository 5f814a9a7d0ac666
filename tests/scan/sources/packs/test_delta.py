"""Tests for strongroom.scan.sources.packs.delta."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.scan.sources.packs.delta import NEIGHBOURS, apply, new_lines, sizes


def number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def copy(start: int, size: int) -> bytes:
    step, rest = 0x80, bytearray()
    for bit, octet in enumerate((*start.to_bytes(4, "little"), *size.to_bytes(3, "little"))):
        if octet:
            step |= 1 << bit
            rest.append(octet)
    return bytes([step, *rest])


def test_sizes_stand_before_the_steps() -> None:
    assert (5, 300, 3) == sizes(number(5) + number(300) + b"rest")
    with pytest.raises(IndexError):
        sizes(b"\x80")


def test_a_version_is_copies_and_what_is_new() -> None:
    base = b"0123456789"
    steps = copy(0, 4) + b"\x03abc" + copy(6, 4)

    assert (b"0123abc6789", [4, 7]) == apply(base, steps, 0, 11)


def test_where_copies_meet_that_were_apart_is_a_seam() -> None:
    base = b"0123456789"

    assert (b"01789", [2, 2]) == apply(base, copy(0, 2) + copy(7, 3), 0, 5)
    assert (b"0123456789", []) == apply(base, copy(0, 5) + copy(5, 5), 0, 10)
    assert (b"56789", [0, 0]) == apply(base, copy(5, 5), 0, 5)
    assert (b"01234", [5, 5]) == apply(base, copy(0, 5), 0, 5)
    assert (b"", [0, 0]) == apply(base, b"", 0, 0)


def test_a_copy_without_a_size_is_64_kib() -> None:
    base = bytes(range(256)) * 512

    assert base[256 : 256 + 0x10000] == apply(base, copy(256, 0x10000 & 0xFFFF), 0, 0x10000)[0]


def test_what_ends_early_is_broken() -> None:
    with pytest.raises(IndexError):
        apply(b"0123", b"\x91", 0, 9)


LINES = [b"%2d %b\n" % (n, b"x" * 60) for n in range(30)]
TEXT = b"".join(LINES)


def test_new_lines_come_with_those_around_them() -> None:
    at = TEXT.index(b"15 ")

    assert b"".join(LINES[15 - NEIGHBOURS : 16 + NEIGHBOURS]) == new_lines(TEXT, [at, at + 1])
    assert b"".join(LINES[: 1 + NEIGHBOURS]) == new_lines(TEXT, [0, 0])
    assert b"".join(LINES[-NEIGHBOURS:]) == new_lines(TEXT, [len(TEXT), len(TEXT)])
    assert b"" == new_lines(TEXT, [])


def test_an_empty_line_stands_between_those_that_are_apart() -> None:
    first, near, far = (TEXT.index(b"%2d " % n) for n in (4, 10, 25))

    assert new_lines(TEXT, [first, first + 1, far, far + 1]) == b"\n".join(
        b"".join(LINES[n - NEIGHBOURS : n + 1 + NEIGHBOURS]) for n in (4, 25)
    )
    assert new_lines(TEXT, [first, first + 1, near, near + 1]) == b"".join(
        LINES[4 - NEIGHBOURS : 11 + NEIGHBOURS]
    )


def test_lines_are_whole_however_long() -> None:
    long = b"x" * 100_000

    assert long == new_lines(long, [50_000, 50_001])


@given(
    lines=st.lists(st.binary(max_size=12).map(lambda b: b.replace(b"\n", b"")), max_size=60),
    spans=st.lists(st.tuples(st.integers(0, 800), st.integers(0, 40)), max_size=8),
)
def test_every_line_near_a_span_is_there_in_its_order(
    lines: list[bytes], spans: list[tuple[int, int]]
) -> None:
    # Numbered, so that each can be told from the others.
    numbered = [b"%d:%b\n" % (i, text) for i, text in enumerate(lines)]
    data = b"".join(numbered)
    at, flat = 0, []
    for skip, size in sorted(spans):
        start = min(len(data), max(at, skip))
        at = min(len(data), start + size)
        flat += [start, at]
    given_lines = [b"%b\n" % one for one in new_lines(data, flat).split(b"\n")[:-1]]

    wanted = set()
    for start, end in zip(flat[::2], flat[1::2], strict=True):
        first, last = data.count(b"\n", 0, start), data.count(b"\n", 0, end)
        wanted |= set(range(first - NEIGHBOURS, last + NEIGHBOURS + 1))
    given_lines = [line for line in given_lines if line != b"\n"]
    near = [line for i, line in enumerate(numbered) if i in wanted]
    assert set(near) <= set(given_lines)
    assert sorted(set(given_lines), key=numbered.index) == given_lines
