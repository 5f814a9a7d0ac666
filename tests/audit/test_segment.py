"""Tiles of a segment: read back exactly, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.logs import honest

from strongroom.audit.segment import decode_tile, encode_tile
from strongroom.audit.verifier import Row
from strongroom.errors import AuditBrokenError

ROWS = [row if n % 3 else row._replace(detail=None) for n, row in enumerate(honest(256).rows)]
DATA = encode_tile(ROWS)


def test_a_tile_is_read_back() -> None:
    assert decode_tile(DATA) == ROWS


@pytest.mark.parametrize(
    "rows", [ROWS[:-1], [*ROWS, ROWS[0]], [Row(bytes(16), 1, None), *ROWS[1:]]]
)
def test_only_a_whole_tile_is_written(rows: list[Row]) -> None:
    with pytest.raises(ValueError, match=r"tile|missing"):
        encode_tile(rows)


@given(st.integers(0, len(DATA) - 1), st.binary(max_size=3))
def test_cut_or_longer_is_refused(cut: int, more: bytes) -> None:
    with pytest.raises(AuditBrokenError):
        decode_tile(DATA[:cut])
    if more:
        with pytest.raises(AuditBrokenError):
            decode_tile(DATA + more)


@given(st.binary(max_size=5_000))
def test_any_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(AuditBrokenError):
        decode_tile(data)
