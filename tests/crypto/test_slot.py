"""Tests for strongroom.crypto.slot."""

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crypto.promises import code

from strongroom.crypto import slot
from strongroom.crypto.slot import KeyName, Slot, Use
from strongroom.errors import TamperedError

IDS = st.binary(min_size=16, max_size=16)
ENVIRONMENTS = st.from_regex(r"[A-Za-z0-9._-]{1,12}", fullmatch=True)
NAMES = (
    st.just(KeyName(Use.ROOM))
    | st.builds(KeyName, st.just(Use.KEK), ENVIRONMENTS, IDS)
    | st.builds(KeyName, st.sampled_from([Use.LOG, Use.HOLDER]), st.just(""), IDS)
    | st.builds(KeyName, st.just(Use.ANCHOR), of=st.sampled_from(["room", "log"]))
    | st.builds(KeyName, st.just(Use.ANCHOR), of=ENVIRONMENTS.map("kek:{}".format))
)
SLOTS = st.builds(
    Slot,
    IDS,
    st.integers(0, 255),
    NAMES.map(str),
    st.binary(max_size=40),
    st.binary(max_size=200),
)
SLOT = Slot(bytes(range(16)), 1, "room", b"params", b"blob")


@given(NAMES)
def test_a_name_reads_back(name: KeyName) -> None:
    assert name == KeyName.parse(str(name))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rooms",
        "room\n",
        "kek:a:b",
        f"kek::{'0' * 32}",
        f"kek:a:{'A' * 32}",
        f"log:{'0' * 31}",
        "anchor:",
        "anchor:kek:",
        "anchor:holder",
        f"holder:{'0' * 31}",
    ],
)
def test_no_other_name_is_read(text: str) -> None:
    with pytest.raises(ValueError, match="a key is named"):
        KeyName.parse(text)


@given(SLOTS)
def test_a_slot_reads_back_whatever_its_kind(made: Slot) -> None:
    assert made == slot.decode(slot.encode(made))


@given(SLOTS, SLOTS)
def test_two_slots_never_share_an_encoding(one: Slot, two: Slot) -> None:
    assert (one == two) == (slot.encode(one) == slot.encode(two))


@given(SLOTS, st.data())
def test_no_part_of_a_slot_is_a_slot(made: Slot, data: st.DataObject) -> None:
    whole = slot.encode(made)
    cut = data.draw(st.integers(0, len(whole) - 1))

    assert code(lambda: slot.decode(whole[:cut])).startswith("slot-")
    assert "slot-malformed" == code(lambda: slot.decode(whole + b"\0"))


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    for start in (b"", b"\x61"):
        try:
            read = slot.decode(start + data)
        except TamperedError:
            continue
        assert start + data == slot.encode(read)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id": bytes(15)}, "slot id is 16"),
        ({"params": bytes(1025)}, "at most 1024"),
        ({"blob": bytes(4097)}, "1024, 4096"),
        ({"key_name": "other"}, "a key is named"),
    ],
)
def test_sizes_are_bounded_when_written(changes: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        slot.encode(replace(SLOT, **changes))  # type: ignore[arg-type]


def test_the_longest_name_reads_back() -> None:
    longest = replace(SLOT, key_name=str(KeyName(Use.KEK, "e" * 128, bytes(16))))

    assert slot.KEY_NAME_CHARS_MAX == len(longest.key_name)
    assert longest == slot.decode(slot.encode(longest))


def test_sizes_are_bounded_when_read() -> None:
    start = b"\x61\x01" + bytes(16)
    long_name = start + b"\x00\xa6" + bytes(166) + bytes(4)
    long_params = start + b"\x00\x04room" + b"\x04\x01" + bytes(1025) + bytes(2)

    for data in (long_name, long_params):
        assert "slot-malformed" == code(partial(slot.decode, data))
    largest = replace(SLOT, params=bytes(1024), blob=bytes(4096))
    assert largest == slot.decode(slot.encode(largest))
    with pytest.raises(OverflowError):
        slot.encode(replace(SLOT, kind=256))
