"""Reading on from a file of the disk, and what its errors mean."""

import errno
import os
from collections.abc import Callable
from typing import Final

from strongroom.scan.sources.content import WINDOW

_REASONS: Final = {
    errno.ENOENT: ("vanished", "it went away meanwhile"),
    errno.ESTALE: ("vanished", "it went away meanwhile"),
    errno.EACCES: ("no-permission", "no permission to read it"),
    errno.EPERM: ("no-permission", "no permission to read it"),
    errno.ELOOP: ("skipped-link", "a symbolic link, not followed"),
    errno.ENXIO: ("not-a-file", "nothing that can be read"),
    errno.ENAMETOOLONG: ("name-too-long", "its path is longer than the system takes"),
    errno.EAGAIN: ("not-a-file", "reading from it would wait"),
}

Read = Callable[[int], bytes]


def reason(error: OSError) -> tuple[str, str]:
    """The stable code and the words for what the system refused."""
    known = _REASONS.get(error.errno or 0)
    return known or ("read-failed", f"it cannot be read: {error.strerror or 'unknown'}")


def reading(handle: int, found: os.stat_result) -> Read:
    """A function that reads an open file on, holes left out.

    The function raises OSError.
    """
    size = found.st_size
    if 0 < size < WINDOW:
        return _Once(handle, size).read
    if found.st_blocks * 512 < size:
        return _Sparse(handle).read
    return _Plain(handle).read


def exactly(handle: int, octets: int) -> bytes:
    """Read until there are `octets`, or the end."""
    data = os.read(handle, octets)
    if len(data) == octets or not data:
        return data
    parts = [data]
    missing = octets - len(data)
    while missing and (data := os.read(handle, missing)):
        parts.append(data)
        missing -= len(data)
    return b"".join(parts) if len(parts) > 1 else parts[0]


class _Once:
    """A small file in one read, without room for a window first."""

    def __init__(self, handle: int, size: int) -> None:
        self._handle = handle
        self._size = size

    def read(self, octets: int) -> bytes:
        if not self._size:
            return b""
        # One more would tell of growth; whoever opened it compares sizes afterwards anyway.
        octets = min(octets, self._size)
        data = exactly(self._handle, octets)
        self._size = self._size - len(data) if len(data) == octets else 0
        return data


class _Plain:
    def __init__(self, handle: int) -> None:
        self._handle = handle

    def read(self, octets: int) -> bytes:
        return exactly(self._handle, octets)


class _Sparse:
    """A file with holes: a terabyte of nothing takes no time. One NUL stands for a hole."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._at = self._end = 0

    def read(self, octets: int) -> bytes:
        parts: list[bytes] = []
        missing = octets
        while missing:
            if self._at >= self._end:
                if not self._seek():
                    break
                if parts:
                    parts.append(b"\0")
                    missing -= 1
                    continue
            data = os.read(self._handle, min(missing, self._end - self._at))
            if not data:
                break
            self._at += len(data)
            missing -= len(data)
            parts.append(data)
        return b"".join(parts)

    def _seek(self) -> bool:
        try:
            self._at = os.lseek(self._handle, self._end, os.SEEK_DATA)
            self._end = os.lseek(self._handle, self._at, os.SEEK_HOLE)
            os.lseek(self._handle, self._at, os.SEEK_SET)
        except OSError as error:
            if error.errno == errno.ENXIO:
                return False
            raise
        return True
