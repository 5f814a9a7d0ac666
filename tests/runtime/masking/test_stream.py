"""A stream is masked as its whole would be, in whatever pieces it comes."""

import secrets
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from strongroom.runtime.masking.masker import Masker
from strongroom.runtime.masking.patterns import OCTETS_MAX
from strongroom.runtime.masking.stream import Stream

ONE, TWO = "abcdefgh-12345", "12345-stuvwxyz-long"
LONG = secrets.token_hex(300)
LINES = "\n".join(secrets.token_hex(16) for _ in range(5))


def known() -> Masker:
    masker = Masker()
    for name, value in {"A": ONE, "B": TWO, "LONG": LONG, "LINES": LINES}.items():
        masker.add(name, value)
    return masker


MASKER = known()
PARTS = st.one_of(
    st.sampled_from([ONE, TWO, LONG, LINES, ONE[:-1], ONE[:7], TWO[:12], LONG[:200], LONG[50:]]),
    st.text("abc \n-12345", max_size=12),
)


def through(pieces: list[bytes], masker: Masker = MASKER) -> bytes:
    stream = Stream(masker)
    given_ = b"".join(stream.feed(piece) for piece in pieces)
    return given_ + stream.close()


@given(st.lists(PARTS, max_size=6), st.lists(st.integers(0, 900), max_size=8))
def test_the_pieces_do_not_matter(parts: list[str], cuts: list[int]) -> None:
    data = "".join(parts).encode()
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    pieces = [data[a:b] for a, b in pairwise(places)]

    assert through(pieces) == MASKER.data(data)


@given(st.lists(PARTS, max_size=6))
def test_one_byte_at_a_time_is_the_same(parts: list[str]) -> None:
    data = "".join(parts).encode()

    assert through([data[i : i + 1] for i in range(len(data))]) == MASKER.data(data)


def test_binary_data_passes_unchanged() -> None:
    data = secrets.token_bytes(100_000)

    assert through([data[i : i + 777] for i in range(0, len(data), 777)]) == data


def test_without_values_everything_passes() -> None:
    assert through([b"abcdefgh-12345"], Masker()) == b"abcdefgh-12345"


def test_a_text_that_is_no_start_of_a_value_is_given_at_once() -> None:
    stream = Stream(MASKER)

    assert stream.feed(b"Your name? ") == b"Your name? "
    assert not stream.holds


def test_little_is_held_back_and_only_what_says_nothing_is_let_go_when_idle() -> None:
    stream = Stream(MASKER)

    assert stream.feed(b"say a") == b"say "
    assert stream.holds
    assert stream.idle() == b"a"
    assert stream.feed(b" " + ONE[:10].encode()) == b" "
    assert stream.idle() == b""
    assert stream.feed(ONE[10:].encode() + b"!") == b"[A]!"


def test_a_stream_of_one_value_again_and_again_holds_no_more_than_a_piece() -> None:
    stream = Stream(MASKER)
    given_ = b""
    for _ in range(1000):
        given_ += stream.feed(LONG.encode())
        assert len(stream._held) < OCTETS_MAX

    assert given_ + stream.close() == b"[LONG]"


def test_a_value_that_becomes_known_is_masked_from_then_on() -> None:
    masker = Masker()
    stream = Stream(masker)
    value = secrets.token_hex(16)
    before = stream.feed(b"x" + value.encode())
    masker.add("NEW", value)

    assert before == b"x" + value.encode()
    assert stream.feed(b"y" + value.encode()) + stream.close() == b"y[NEW]"
