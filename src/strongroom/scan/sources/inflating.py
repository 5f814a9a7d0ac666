"""Compressed streams, read on with bounded memory."""

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Final, Protocol

from strongroom.scan.sources.allowance import ratio
from strongroom.scan.sources.text import ZSTD_SKIPPED, Kind

IN_OCTETS: Final = 256 * 1024
# A dictionary larger than that is an attack on our memory.
XZ_MEMORY: Final = 96 * 1024 * 1024
ZSTD_WINDOW: Final = 64 * 1024 * 1024

_ZSTD_INPUT: Final = 1024
_BEGINNINGS: Final = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", *ZSTD_SKIPPED)
_LONGEST: Final = max(map(len, _BEGINNINGS))

Read = Callable[[int], bytes]


class MissingPackageError(Exception):
    """What opens this kind of archive is not installed."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes: ...


class _Gzip:
    """zlib's with the face of the two others."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(31)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        out = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        # Output that fills its room may have more behind it, without any input.
        self.needs_input = not self._inner.unconsumed_tail and len(out) < max_length
        return out


class _Zstandard:
    """Fed by little, since it can't be told how much to give: 4 octets may mean 128 KiB."""

    def __init__(self) -> None:
        import zstandard  # noqa: PLC0415 - an extra

        self._broken = zstandard.ZstdError
        self._inner = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW).decompressobj()
        self._input, self._at = b"", 0
        self._output, self._given = b"", 0

    @property
    def eof(self) -> bool:
        return self._inner.eof and self._given == len(self._output)

    @property
    def needs_input(self) -> bool:
        return self._at >= len(self._input) and self._given == len(self._output)

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + self._input[self._at :]

    def decompress(self, data: bytes, max_length: int = -1, /) -> bytes:
        if data:
            self._input, self._at = self._input[self._at :] + data, 0
        if self._given == len(self._output):
            self._output, self._given = self._more(), 0
        part = self._output[self._given : self._given + max_length]
        self._given += len(part)
        return part

    def _more(self) -> bytes:
        try:
            while self._at < len(self._input) and not self._inner.eof:
                little = self._input[self._at : self._at + _ZSTD_INPUT]
                self._at += len(little)
                if output := self._inner.decompress(little):
                    return bytes(output)
        except self._broken:
            raise EOFError from None
        return b""


_MAKERS: Final[dict[Kind, Callable[[], _Decompressor]]] = {
    Kind.GZIP: _Gzip,
    Kind.BZIP2: bz2.BZ2Decompressor,
    Kind.ZSTD: _Zstandard,
    Kind.XZ: lambda: lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=XZ_MEMORY),
}


class Inflating:
    """Several streams behind one another, as `cat a.gz b.gz` makes them, with zeros in between.

    Something else behind them ends it, and its beginning is then `behind`.
    """

    def __init__(self, read: Read, make: Callable[[], _Decompressor]) -> None:
        self._read = read
        self._make = make
        self._inner = make()
        self._pending = b""
        self.behind = b""
        self._taken = self._given = 0
        self._ended = False

    def read(self, octets: int) -> bytes:
        """At most `octets`, fewer at the end.

        Raises:
            EOFError: the input ends in the middle.
            TooLargeError: it is out of all proportion.
            OSError, lzma.LZMAError, zlib.error: it is broken.
        """
        parts: list[bytes] = []
        missing = octets
        while missing and not self._ended:
            part = self._some(min(missing, 1024 * 1024))
            missing -= len(part)
            self._given += len(part)
            ratio(self._taken, self._given)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _some(self, octets: int) -> bytes:
        if self._inner.eof:
            self._next()
            if self._ended:
                return b""
        data, self._pending = self._pending, b""
        if not data and self._inner.needs_input:
            data = self._read(IN_OCTETS)
            self._taken += len(data)
            if not data:
                raise EOFError
        return self._inner.decompress(data, octets)

    def _next(self) -> None:
        rest = self._inner.unused_data.lstrip(b"\0")
        while len(rest) < _LONGEST and (more := self._read(IN_OCTETS)):
            self._taken += len(more)
            rest = (rest + more).lstrip(b"\0")
        if rest.startswith(_BEGINNINGS):
            self._inner, self._pending = self._make(), rest
        else:
            self._ended, self.behind = True, rest


def inflating(read: Read, kind: Kind) -> Inflating:
    """What reads on in what `read` gives, unpacked.

    Raises:
        MissingPackageError: for Zstandard without the extra `scan`.
    """
    try:
        return Inflating(read, _MAKERS[kind])
    except ImportError:
        raise MissingPackageError from None
