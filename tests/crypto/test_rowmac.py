"""Tests for strongroom.crypto.rowmac."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.crypto.promises import code

from strongroom.crypto import rowmac
from strongroom.crypto.rowmac import Value, check_row, row_mac

KEY = bytes(range(32))
VALUES: st.SearchStrategy[Value] = (
    st.none()
    | st.integers(-3, 3)
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(codec="utf-8"), max_size=3)
    | st.binary(max_size=3)
)
NAMES = st.sampled_from(["a", "ab", "b", "owner", "ü"])
ROWS = st.tuples(
    NAMES,
    st.lists(VALUES, max_size=2).map(tuple),
    st.dictionaries(NAMES, VALUES, max_size=3),
    st.integers(0, 3) | st.integers(0, 2**63 - 1),
)
Row = tuple[str, tuple[Value, ...], dict[str, Value], int]


def typed(row: Row) -> object:
    table, key, content, change_seq = row
    cells = sorted((name, type(value).__name__, value) for name, value in content.items())
    return table, [(type(value).__name__, value) for value in key], cells, change_seq


@settings(max_examples=300)
@given(ROWS, ROWS)
def test_two_rows_never_share_an_encoding(one: Row, two: Row) -> None:
    """Equal in Python is not enough: `1` and `"1"` are two rows."""
    assert (typed(one) == typed(two)) == (rowmac._encode(*one) == rowmac._encode(*two))


@given(ROWS)
def test_a_row_checks_and_the_order_of_columns_does_not_matter(row: Row) -> None:
    table, key, content, change_seq = row
    turned = dict(reversed(content.items()))

    mac = row_mac(KEY, *row)

    assert rowmac.MAC_BYTES == len(mac)
    check_row(KEY, table, key, turned, change_seq, mac)


@given(ROWS, st.integers(0, 255))
def test_any_flipped_bit_of_a_mac_is_refused(row: Row, bit: int) -> None:
    mac = bytearray(row_mac(KEY, *row))
    mac[bit // 8] ^= 1 << bit % 8

    assert "row-tampered" == code(lambda: check_row(KEY, *row, bytes(mac)))


@pytest.mark.parametrize("value", [True, 1.0, bytearray(b"x"), ["x"]])
def test_only_what_a_column_holds(value: object) -> None:
    """`True` is stored as 1: a row with it would be refused when it is read back."""
    with pytest.raises(TypeError, match=f"not {type(value).__name__}"):
        row_mac(KEY, "t", (), {"a": value}, 1)  # type: ignore[dict-item]


def test_limits() -> None:
    for change_seq in (-1, 2**63):
        with pytest.raises(ValueError, match="63 bits"):
            row_mac(KEY, "t", (), {}, change_seq)
    for name in ("", "x" * 256):
        with pytest.raises(ValueError, match="1 to 255"):
            row_mac(KEY, name, (), {}, 1)
        with pytest.raises(ValueError, match="1 to 255"):
            row_mac(KEY, "t", (), {name: 1}, 1)
    for number in (2**63, -(2**63) - 1):
        with pytest.raises(OverflowError):
            row_mac(KEY, "t", (number,), {}, 1)
    with pytest.raises(OverflowError):
        row_mac(KEY, "t", (), {str(n): n for n in range(256)}, 1)


def test_the_refusal_names_the_table_and_no_column() -> None:
    with pytest.raises(
        Exception, match="a row of principal was not written by this room"
    ) as refused:
        check_row(KEY, "principal", (1,), {"name": "somebody"}, 1, None)
    assert "somebody" not in str(refused.value)
