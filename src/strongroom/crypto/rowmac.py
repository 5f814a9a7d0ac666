"""The MAC on every row that decides something, so that its table need not be trusted.

It covers the table, the key, every column and the `change_seq` of the change that wrote it.
What it cannot show: that an older state of the same row was put back whole, with its older
`change_seq`; `fsck` finds that by replaying the log. Byte format: docs/spec/row-mac.md.
"""

import hmac
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, TypeAlias

from strongroom.crypto.encoding import head, u64
from strongroom.errors import TamperedError

MAC_BYTES: Final = 32
NAME_BYTES_MAX: Final = 255
CHANGE_SEQ_MAX: Final = 2**63 - 1

Value: TypeAlias = int | str | bytes | None

_HEAD: Final = head(b"strongroom/row/v1")
_NULL, _INT, _TEXT, _BYTES = b"\x00", b"\x01", b"\x02", b"\x03"


def row_mac(
    key: bytes,
    table: str,
    primary_key: tuple[Value, ...],
    content: Mapping[str, Value],
    change_seq: int,
) -> bytes:
    """HMAC-SHA256 over a row, 32 bytes. `content` is every column but the MAC itself.

    Integers are signed 64-bit, as both databases have them; text is compared as it is,
    nothing is normalised; a truth value is stored and passed as 0 or 1.

    Raises:
        TypeError: a value is neither `int`, `str`, `bytes` nor None.
        ValueError: `change_seq` is negative, or a name is empty or longer than 255 bytes.
        OverflowError: an integer does not fit 64 bits.
    """
    return hmac.digest(key, _encode(table, primary_key, content, change_seq), "sha256")


def recheck_row(
    key: bytes,
    table: str,
    primary_key: tuple[Value, ...],
    content: Mapping[str, Value],
    change_seq: int,
    mac: bytes | None,
    changes: Mapping[str, Value],
    new_change_seq: int,
) -> bytes:
    """Check a row as `check_row`, and make the MAC that it has after `changes` to its content.

    Raises:
        TamperedError: as `check_row`, of the row before.
    """
    pieces = _pieces(table, primary_key, content, change_seq)
    _compare(key, table, b"".join(pieces), mac)
    pieces[2] = u64(new_change_seq)
    # Before the columns stand five pieces and one for each part of the key; a column has two.
    start, places = 6 + len(primary_key), _places(tuple(content))
    for column, value in changes.items():
        pieces[start + places[column]] = _value(value)
    return hmac.digest(key, b"".join(pieces), "sha256")


def check_row(
    key: bytes,
    table: str,
    primary_key: tuple[Value, ...],
    content: Mapping[str, Value],
    change_seq: int,
    mac: bytes | None,
) -> None:
    """Refuse a row that we did not write in exactly this form and place.

    Raises:
        TamperedError: `row-tampered`, also for a row without a MAC.
    """
    _compare(key, table, _encode(table, primary_key, content, change_seq), mac)


def _compare(key: bytes, table: str, row: bytes, mac: bytes | None) -> None:
    expected = hmac.digest(key, row, "sha256")
    if mac is None or not hmac.compare_digest(expected, mac):
        raise TamperedError(
            "row-tampered",
            f"a row of {table} was not written by this room, or was changed since",
            fix="run `strongroom fsck`, and ask who wrote to the database",
        )


def _encode(
    table: str, primary_key: tuple[Value, ...], content: Mapping[str, Value], change_seq: int
) -> bytes:
    return b"".join(_pieces(table, primary_key, content, change_seq))


def _pieces(
    table: str, primary_key: tuple[Value, ...], content: Mapping[str, Value], change_seq: int
) -> list[bytes]:
    if not 0 <= change_seq <= CHANGE_SEQ_MAX:
        raise ValueError("a change_seq is not negative and fits 63 bits")
    pieces = [_HEAD, _name(table), u64(change_seq), len(primary_key).to_bytes(1, "big")]
    pieces += [_value(value) for value in primary_key]
    pieces.append(len(content).to_bytes(1, "big"))
    for column, name in _columns(tuple(content)):
        value = content[column]
        # What most columns hold, without a call for each: every write and every read pays this.
        if type(value) is str:
            data = value.encode()
            pieces += (name, _TEXT + len(data).to_bytes(4, "big") + data)
        elif type(value) is bytes:
            pieces += (name, _BYTES + len(value).to_bytes(4, "big") + value)
        else:
            pieces += (name, _value(value))
    return pieces


# Tables and columns are ours, a few hundred, and never a caller's: both caches stay small.
@lru_cache(maxsize=512)
def _columns(names: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
    # Sorting by code point is sorting by UTF-8 bytes; a database has an order of its own.
    return tuple((name, _name(name)) for name in sorted(names))


@lru_cache(maxsize=512)
def _places(names: tuple[str, ...]) -> dict[str, int]:
    return {name: 2 * n for n, (name, _) in enumerate(_columns(names))}


@lru_cache(maxsize=512)
def _name(text: str) -> bytes:
    name = text.encode()
    if not 1 <= len(name) <= NAME_BYTES_MAX:
        raise ValueError(f"a table or column name is 1 to {NAME_BYTES_MAX} bytes")
    return len(name).to_bytes(1, "big") + name


def _value(value: Value) -> bytes:
    # By exact type: True and 1 are equal in Python and one column in a database.
    kind = type(value)
    if kind is str:
        data = value.encode()  # type: ignore[union-attr]
        return _TEXT + len(data).to_bytes(4, "big") + data
    if kind is int:
        return _INT + value.to_bytes(8, "big", signed=True)  # type: ignore[union-attr]
    if kind is bytes:
        return _BYTES + len(value).to_bytes(4, "big") + value  # type: ignore[arg-type,operator]
    if value is None:
        return _NULL
    raise TypeError(f"a column holds int, str, bytes or None, not {kind.__name__}")
