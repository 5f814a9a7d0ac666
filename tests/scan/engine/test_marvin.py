"""Tests for strongroom.scan.engine.marvin."""

import pytest

from strongroom.scan.engine.marvin import marvin32

SEED = 0x004FB61A001BDBCC


@pytest.mark.parametrize(
    ("data", "pair"),
    [
        (b"", 0x30ED35C100CD3C7D),
        (b"\xaf", 0x48E73FC77D75DDC1),
        (b"\xe7\x0f", 0xB5F6E1FC485DBFF8),
        (b"\x37\xf4\x95", 0xF0B07C789B8CF7E8),
        (b"\x86\x42\xdc\x59", 0x7008F2E87E9CF556),
    ],
    ids=["0", "1", "2", "3", "4"],
)
def test_it_hashes_as_its_makers_do(data: bytes, pair: int) -> None:
    """The vectors of .NET's own tests; the 32-bit hash is one half against the other."""
    assert marvin32(data, SEED) == (pair >> 32) ^ (pair & 0xFFFFFFFF)
