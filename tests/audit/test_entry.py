"""Tests for strongroom.audit.entry."""

import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.logs import entry

from strongroom.audit.entry import (
    ENTRY_BYTES_MAX,
    NUMBER_MAX,
    Entry,
    Outcome,
    decode,
    encode,
    order_of,
)
from strongroom.errors import AuditBrokenError

NUMBERS = st.integers(0, NUMBER_MAX)
ENTRIES = st.builds(
    lambda change, kind, code, outcome, **rest: Entry(
        change_seq=change[1],
        changes=min(change[0], change[1]),
        object_kind=kind[0],
        object_id=kind[1],
        reason=code or ("" if outcome is Outcome.GRANTED else "no-rule"),
        outcome=outcome,
        **rest,
    ),
    change=st.tuples(st.integers(0, 2**32 - 1), NUMBERS),
    kind=st.one_of(
        st.just(("", b"")),
        st.tuples(st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True), st.binary(max_size=64)),
    ),
    code=st.from_regex(r"([a-z][a-z0-9-]{0,63})?", fullmatch=True),
    outcome=st.sampled_from(Outcome),
    lane=st.binary(min_size=16, max_size=16),
    seq=st.integers(1, NUMBER_MAX),
    at_us=NUMBERS,
    verb=st.from_regex(r"[a-z][a-z0-9-]{0,31}", fullmatch=True),
    principal=st.binary(min_size=16, max_size=16),
    secret=st.binary(min_size=16, max_size=16),
    environment=st.from_regex(r"[A-Za-z0-9_-]{0,128}", fullmatch=True),
    version=st.integers(0, 2**32 - 1),
    policy=st.binary(min_size=8, max_size=8),
    detail=st.binary(min_size=32, max_size=32),
)
# Asymmetric numbers, so that neither an order of bytes nor of fields can be mistaken.
KNOWN = Entry(
    lane=bytes(range(16)),
    seq=0x0102,
    change_seq=0x0304,
    at_us=1_790_000_000_123_456,
    verb="read",
    outcome=Outcome.REFUSED,
    reason="no-rule",
    changes=5,
    principal=bytes(range(16, 32)),
    secret=bytes(range(32, 48)),
    environment="production",
    version=0x0607,
    object_kind="version",
    object_id=b"\x08\x09",
    policy=bytes(range(48, 56)),
    detail=bytes(range(64, 96)),
)
OFFSETS = {"outcome": 1, "seq": 6, "change_seq": 14, "at_us": 22, "object_id_bytes": 122}


def test_known_answer() -> None:
    """The format is frozen."""
    expected = (
        "0102"
        "00000005"
        "0000000000000102"
        "0000000000000304"
        "00065bfeda27c240"
        "000102030405060708090a0b0c0d0e0f"
        "101112131415161718191a1b1c1d1e1f"
        "202122232425262728292a2b2c2d2e2f"
        "3031323334353637"
        "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
        "00000607"
        "02"
        "0809"
        "0472656164"
        "076e6f2d72756c65"
        "0a70726f64756374696f6e"
        "0776657273696f6e"
    )

    assert expected == encode(KNOWN).hex()


@given(ENTRIES)
def test_what_is_encoded_is_decoded(one: Entry) -> None:
    leaf = encode(one)

    assert len(leaf) <= ENTRY_BYTES_MAX
    assert one == decode(leaf)
    assert order_of(leaf) == (
        one.lane, one.seq, one.change_seq, one.changes, one.at_us, one.detail
    )  # fmt: skip


@given(ENTRIES, st.data())
def test_no_two_leaves_are_of_one_entry(one: Entry, data: st.DataObject) -> None:
    """Whatever decodes encodes to itself: there is no second spelling of an entry."""
    leaf = bytearray(encode(one))
    at = data.draw(st.integers(0, len(leaf) - 1))
    leaf[at] ^= data.draw(st.integers(1, 255))
    try:
        changed = decode(bytes(leaf))
    except AuditBrokenError:
        return

    assert changed != one
    assert bytes(leaf) == encode(changed)


@given(st.binary(max_size=600))
def test_any_bytes_decode_or_are_refused(raw: bytes) -> None:
    codes = set()
    for leaf in (raw, b"\x01" + raw):
        try:
            assert leaf == encode(decode(leaf))
        except AuditBrokenError as error:
            codes.add(error.code)

    assert codes <= {"leaf-format", "leaf-length", "leaf-field"}


@pytest.mark.parametrize("format_byte", [0, 2, 255])
def test_an_unknown_format_is_refused(format_byte: int) -> None:
    with pytest.raises(AuditBrokenError) as broken:
        decode(bytes([format_byte]) + encode(KNOWN)[1:])

    assert "leaf-format" == broken.value.code


@pytest.mark.parametrize("cut", range(1, 160, 7))
def test_missing_bytes_are_refused(cut: int) -> None:
    with pytest.raises(AuditBrokenError):
        decode(encode(KNOWN)[:-cut])


def test_bytes_left_over_are_refused() -> None:
    with pytest.raises(AuditBrokenError) as broken:
        decode(encode(KNOWN) + b"\x00")

    assert "leaf-length" == broken.value.code


def test_an_object_id_longer_than_the_leaf_is_refused() -> None:
    leaf = bytearray(encode(KNOWN))
    leaf[OFFSETS["object_id_bytes"]] = 255
    with pytest.raises(AuditBrokenError) as broken:
        decode(bytes(leaf))

    assert "leaf-length" == broken.value.code


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("outcome", b"\x00"),
        ("outcome", b"\x04"),
        ("seq", bytes(8)),
        ("seq", b"\x80" + bytes(7)),
        ("change_seq", b"\xff" * 8),
        ("change_seq", struct.pack(">Q", 4)),  # below the number of changes made
        ("at_us", b"\xff" * 8),
    ],
)
def test_a_field_out_of_its_range_is_refused(field: str, value: bytes) -> None:
    leaf = bytearray(encode(KNOWN))
    leaf[OFFSETS[field] : OFFSETS[field] + len(value)] = value
    with pytest.raises(AuditBrokenError) as broken:
        decode(bytes(leaf))

    assert "leaf-field" == broken.value.code


@pytest.mark.parametrize(
    "fields",
    [
        {"lane": b"short"},
        {"principal": b"x" * 17},
        {"secret": b""},
        {"policy": b"seven by"[:7]},
        {"detail": b"x" * 31},
        {"seq": 0},
        {"seq": -1},
        {"seq": NUMBER_MAX + 1},
        {"change_seq": 2**64},
        {"at_us": NUMBER_MAX + 1},
        {"changes": 1, "change_seq": 0},
        {"changes": 2**32, "change_seq": 2**40},
        {"version": 2**32},
        {"outcome": 9},
        {"outcome": Outcome.REFUSED, "reason": ""},
        {"outcome": Outcome.FAILED, "reason": ""},
        {"verb": ""},
        {"verb": "Read"},
        {"verb": "r" * 33},
        {"reason": "no rule"},
        {"reason": "x" * 65},
        {"environment": ".."},
        {"environment": "a/b"},
        {"environment": "prod\n"},
        {"environment": "prοduction"},
        {"object_kind": "", "object_id": b"x"},
        {"object_id": b"x" * 65},
        {"object_id": b"x" * 300},
    ],
)
def test_an_entry_that_cannot_be_meant_is_not_written(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        encode(entry(**fields))


def test_the_largest_entry_fits() -> None:
    largest = entry(
        verb="v" * 32,
        reason="r" * 64,
        environment="e" * 128,
        object_kind="k" * 32,
        object_id=b"i" * 64,
    )

    assert len(encode(largest)) == 447
    assert largest == decode(encode(largest))


def test_a_leaf_has_no_room_for_a_value() -> None:
    """Every field is a number, a pseudonym, a digest or a word of a small alphabet."""
    spoken = {"verb", "reason", "environment", "object_kind"}
    value = "correct horse battery staple"

    for name in spoken:
        with pytest.raises(ValueError, match="alphabet") as refused:
            encode(entry(**{name: value}))
        assert value not in str(refused.value)
    assert hashlib.sha256(value.encode()).digest() not in encode(KNOWN)
