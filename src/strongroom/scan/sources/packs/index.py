"""The index of a pack: which objects it has, and where each begins.

Its format is `gitformat-pack` of git, "version 2 pack-*.idx files".
"""

import sys
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG
from typing import Final

MAGIC: Final = b"\xfftOc\x00\x00\x00\x02"
OBJECTS_MAX: Final = 1_000_000  # of more the lists would not fit in memory
_IDS: Final = len(MAGIC) + 256 * 4  # they begin behind a table of the first octets
_LARGE: Final = 1 << 31  # an offset with this bit is the number of one of eight octets


class UnusualError(Exception):
    """It is not as expected, so git is to read it. It never leaves the package."""


@dataclass(frozen=True, slots=True)
class Index:
    """The objects of a pack in the order in which they lie: where each begins, and its raw id."""

    begins: "array[int]"
    width: int
    _ids: bytes = field(repr=False)
    _order: "array[int]" = field(repr=False)

    def ids(self, numbers: Iterable[int]) -> list[bytes]:
        """The raw ids of those."""
        width, ids, order = self.width, self._ids, self._order
        return [ids[(at := order[i] * width) : at + width] for i in numbers]


def read(path: Path, width: int) -> Index:
    """The index at `path`, of ids of `width` octets.

    Raises:
        UnusualError: it is of another version, broken, too large, or cannot be read.
    """
    data, count = _read(path, width)
    ids_end = _IDS + count * width
    small_end = ids_end + count * 8  # a checksum of four octets each stands between
    begins = _numbers("I", data[ids_end + count * 4 : small_end])
    if count and max(begins) >= _LARGE:
        large = _numbers("Q", data[small_end : -2 * width])
        try:
            begins = array("Q", [at if at < _LARGE else large[at - _LARGE] for at in begins])
        except IndexError:
            raise UnusualError("an offset is missing") from None
    order = array("I", sorted(range(count), key=begins.__getitem__))
    return Index(array("Q", [begins[i] for i in order]), width, data[_IDS:ids_end], order)


def names(path: Path, width: int) -> Iterator[bytes]:
    """The raw ids alone, in their own order.

    Raises:
        UnusualError: as `read`.
    """
    data, count = _read(path, width)
    for at in range(_IDS, _IDS + count * width, width):
        yield data[at : at + width]


def _read(path: Path, width: int) -> tuple[bytes, int]:
    """An index that may be whole, and how many objects it has."""
    try:
        about = path.stat()
        if not S_ISREG(about.st_mode):
            raise UnusualError("no file")
        if about.st_size > _IDS + OBJECTS_MAX * (width + 16) + 2 * width:
            raise UnusualError("too many objects")
        data = path.read_bytes()
    except OSError as error:
        raise UnusualError(error.strerror) from None
    count = int.from_bytes(data[_IDS - 4 : _IDS], "big")
    whole = _IDS + count * (width + 8) + 2 * width <= len(data)
    if not data.startswith(MAGIC) or count > OBJECTS_MAX or not whole:
        raise UnusualError("no index of version 2")
    return data, count


def _numbers(code: str, data: bytes) -> "array[int]":
    numbers = array(code)
    numbers.frombytes(data[: len(data) // numbers.itemsize * numbers.itemsize])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
