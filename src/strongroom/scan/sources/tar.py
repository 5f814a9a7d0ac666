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
_LINK: Final = slice(157, 257)
_LINKS: Final = frozenset({b"1", b"2"})
_NO_FILES: Final = frozenset({b"2", b"3", b"4", b"5", b"6"})  # links, devices, folders
_SPARSE_GOES_ON: Final = 482  # where the header of a file with holes says so
_HOLES_GO_ON: Final = 504  # where a block of more holes does
_HOLES_MAX: Final = 65536  # blocks of them
_SKIP: Final = 64 * 1024

Read = Callable[[int], bytes]


class BrokenTarError(Exception):
    """It is no tar archive from here on."""


class Member:
    """What is in it; `read` gives its bytes, if it is a file, until the next one is asked for.

    `link` is what it is a link to, if it is one.
    """

    __slots__ = ("_left", "_padding", "_read", "link", "path")

    def __init__(self, path: str, link: str, read: Read, octets: int) -> None:
        self.path = path
        self.link = link
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
    """What is in an archive, and in others behind it, in order; folders, links and devices have no bytes.

    Raises:
        BrokenTarError: it ends or breaks off in the middle, or something else is behind it.
    """
    path, link, size = b"", b"", -1
    while header := read(BLOCK):
        if not header.strip(b"\0"):
            continue
        _check(header)
        stated = _number(header[_SIZE])
        sort = header[156:157]
        if sort in {b"L", b"x", b"g", b"K"}:
            extension = _extension(read, stated)
            if sort == b"L":
                path = extension.rstrip(b"\0")
            elif sort == b"K":
                link = extension.rstrip(b"\0")
            elif sort == b"x":
                path, link, size = _pax(extension, path, link, size)
            continue
        if size < 0:
            size = stated
        if sort in _NO_FILES:
            size = 0
        elif sort == b"1":  # a hard link has bytes in some archives and none in most
            size = stated
        elif sort == b"S" and header[_SPARSE_GOES_ON]:
            _pass_holes(read)
        if sort in _LINKS:
            link = link or header[_LINK].partition(b"\0")[0]
        name, target = (
            text.decode("utf-8", "surrogateescape") for text in (path or _name(header), link)
        )
        member = Member(name, target, read, size)
        yield member
        member._pass()  # noqa: SLF001 - ours
        path, link, size = b"", b"", -1


def _pass_holes(read: Read) -> None:
    """Where a sparse file has its bytes: they come behind one another anyway."""
    for _ in range(_HOLES_MAX):
        block = read(BLOCK)
        if len(block) < BLOCK:
            raise BrokenTarError
        if not block[_HOLES_GO_ON]:
            return
    raise BrokenTarError


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


def _pax(records: bytes, path: bytes, link: bytes, size: int) -> tuple[bytes, bytes, int]:
    while records:
        length, space, _ = records.partition(b" ")
        if not space or not length.isdigit() or not len(length) < int(length) <= len(records):
            raise BrokenTarError
        key, _, value = records[len(length) + 1 : int(length) - 1].partition(b"=")
        records = records[int(length) :]
        if key == b"path":
            path = value
        elif key == b"linkpath":
            link = value
        elif key == b"size":
            if not value.isdigit():
                raise BrokenTarError
            size = int(value)
    return path, link, size
