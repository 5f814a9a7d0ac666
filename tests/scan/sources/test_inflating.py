"""Tests for strongroom.scan.sources.inflating."""

import bz2
import gzip
import lzma
import sys
import zlib
from collections.abc import Callable

import pytest
import zstandard

from strongroom.scan.sources import allowance
from strongroom.scan.sources.allowance import TooLargeError
from strongroom.scan.sources.content import reader
from strongroom.scan.sources.inflating import MissingPackageError, inflating
from strongroom.scan.sources.text import Kind

Pack = Callable[[bytes], bytes]

PACKERS: dict[Kind, Pack] = {
    Kind.GZIP: gzip.compress,
    Kind.BZIP2: bz2.compress,
    Kind.XZ: lzma.compress,
    Kind.ZSTD: zstandard.compress,
}
EACH = pytest.mark.parametrize("kind", PACKERS, ids=[kind.value for kind in PACKERS])
DATA = b"".join(b"line %d of a text\n" % n for n in range(20_000))


def everything(packed: bytes, kind: Kind, step: int) -> bytes:
    read = inflating(reader(packed), kind).read
    parts = []
    while part := read(step):
        parts.append(part)
    return b"".join(parts)


@EACH
def test_what_was_packed_comes_back_in_steps_of_any_size(kind: Kind) -> None:
    packed = PACKERS[kind](DATA)

    assert DATA == everything(packed, kind, 10_000_000)
    assert DATA == everything(packed, kind, 4096)
    assert everything(PACKERS[kind](b""), kind, 10) == b""


@EACH
def test_streams_behind_one_another_are_one(kind: Kind) -> None:
    pack = PACKERS[kind]
    assert DATA + b"end" == everything(pack(DATA) + pack(b"end"), kind, 100_000)


@pytest.mark.parametrize("kind", [Kind.GZIP, Kind.BZIP2, Kind.XZ], ids=["gz", "bz2", "xz"])
def test_junk_behind_a_stream_is_no_error(kind: Kind) -> None:
    assert b"text" == everything(PACKERS[kind](b"text") + bytes(512), kind, 100)


@EACH
def test_one_that_breaks_off_raises(kind: Kind) -> None:
    packed = PACKERS[kind](DATA)
    with pytest.raises((EOFError, OSError, zlib.error, lzma.LZMAError)):
        everything(packed[: len(packed) // 2] + b"\xff" * 50, kind, 100_000)


@EACH
def test_a_bomb_ends_at_its_proportion(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "RATIO_FREE_OCTETS", 1024 * 1024)
    packed = PACKERS[kind](bytes(4 * 1024 * 1024))
    with pytest.raises(TooLargeError):
        everything(packed, kind, 1024 * 1024)


def test_zstandard_is_an_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingPackageError):
        inflating(reader(b""), Kind.ZSTD)
