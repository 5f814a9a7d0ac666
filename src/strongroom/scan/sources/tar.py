"""Tar archives read on as a stream: nothing is put on disk, and no header is believed.

Python's own module reads a header's extension whole, however large it says that it is.
Formats: POSIX ustar and pax, GNU's long names and numbers.
"""

from collections.abc import Callable, Iterator
from typing import Final

BLOCK: Final = 512
EXTENSION_OCTETS_MAX: Final = 1024 * 1024
_PATH: Final = slice(0, 100)
_SIZE: Final = slice(124, 136)
_SUM: Final = slice(148, 156)
_PREFIX: Final = slice(345, 500)
_FILES: Final = (b"0", b"\0", b"7", b"S", b"1")
_SKIP: Final = 64 * 1024

Read = Callable[[int], bytes]


class BrokenTarError(Exception):
    """It is no tar archive from here on."""


class Member:
    """One file in it; `read` gives its bytes until the next one is asked for."""

    __slots__ = ("_left", "_padding", "_read", "path")

    def __init__(self, path: str, read: Read, octets: int) -> None:
        self.path = path
        self._read = read
        self._left = octets
        self._padding = -octets % BLOCK

    def read(self, octets: int) -> bytes:
        """At most `octets`, fewer at the end.

        Raises:
            BrokenTarError: the archive ends before the file does.
        """
        data = self._read(min(octets, self._left))
        if not data and self._left and octets:
            raise BrokenTarError
        self._left -= len(data)
        return data

    def _pass(self) -> None:
        while self._left:
            self.read(_SKIP)
        if len(self._read(self._padding)) < self._padding:
            raise BrokenTarError


def members(read: Read) -> Iterator[Member]:
    """The files of an archive, in their order; folders, links and devices have no bytes.

    Raises:
        BrokenTarError: it ends or breaks off in the middle.
    """
    path, size = b"", -1
    while True:
        header = read(BLOCK)
        if not header.strip(b"\0"):
            return
        _check(header)
        stated = _number(header[_SIZE])
        sort = header[156:157]
        if sort in {b"L", b"x", b"g", b"K"}:
            extension = _extension(read, stated)
            if sort == b"L":
                path = extension.rstrip(b"\0")
            elif sort == b"x":
                path, size = _pax(extension, path, size)
            continue
        if size < 0:
            size = stated
        if sort in {b"2", b"3", b"4", b"5", b"6"}:
            path, size = b"", -1
            continue
        if sort == b"1":  # a hard link has bytes in some archives and none in most
            size = stated
        name = (path or _name(header)).decode("utf-8", "surrogateescape")
        member = Member(name, read, size)
        yield member
        member._pass()  # noqa: SLF001 - ours
        path, size = b"", -1


def _check(header: bytes) -> None:
    if len(header) < BLOCK:
        raise BrokenTarError
    stated = _number(header[_SUM])
    if stated != sum(header) - sum(header[_SUM]) + 8 * 0x20:
        raise BrokenTarError


def _name(header: bytes) -> bytes:
    name = header[_PATH].partition(b"\0")[0]
    prefix = header[_PREFIX].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _number(digits: bytes) -> int:
    if digits[0] & 0x80:
        number = int.from_bytes(bytes((digits[0] & 0x7F,)) + digits[1:], "big")
    else:
        try:
            number = int(digits.strip(b" \0") or b"0", 8)
        except ValueError:
            raise BrokenTarError from None
    return number


def _extension(read: Read, size: int) -> bytes:
    if size > EXTENSION_OCTETS_MAX:
        raise BrokenTarError
    data = read(size + -size % BLOCK)
    if len(data) < size:
        raise BrokenTarError
    return data[:size]


def _pax(records: bytes, path: bytes, size: int) -> tuple[bytes, int]:
    while records:
        length, space, _ = records.partition(b" ")
        if not space or not length.isdigit() or not len(length) < int(length) <= len(records):
            raise BrokenTarError
        key, _, value = records[len(length) + 1 : int(length) - 1].partition(b"=")
        records = records[int(length) :]
        if key == b"path":
            path = value
        elif key == b"size":
            if not value.isdigit():
                raise BrokenTarError
            size = int(value)
    return path, size
