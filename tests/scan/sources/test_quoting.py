"""Tests for strongroom.scan.sources.quoting."""

import pytest

from strongroom.scan.sources.quoting import unquoted


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b"a/b.txt", b"a/b.txt"),
        (b'"a\\tb"', b"a\tb"),
        (b'"a\\nb\\"c\\\\"', b'a\nb"c\\'),
        (b'"\\001\\303\\274"', b"\x01\xc3\xbc"),
        (b'"', b'"'),
        (b'""', b""),
    ],
    ids=["plain", "tab", "line", "octets", "one", "empty"],
)
def test_names_come_back(written: bytes, name: bytes) -> None:
    assert name == unquoted(written)
