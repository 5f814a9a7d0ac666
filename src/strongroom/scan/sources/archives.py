"""Archives, opened in memory and in one another, with limits; nothing is put on disk.

What an archive holds is at `archive!path/in/it`. A path in an archive is only a name here.
"""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, cast

from strongroom.scan.model import INSIDE, Medium, NotScanned, Origin, Piece
from strongroom.scan.sources import content
from strongroom.scan.sources.allowance import MEMBERS_MAX, Allowance, TooLargeError
from strongroom.scan.sources.inflating import MissingPackageError, inflating
from strongroom.scan.sources.tar import BrokenTarError, members
from strongroom.scan.sources.text import Kind, kind_of

Found = Iterator[Piece | NotScanned]
Read = Callable[[int], bytes]

_ENCRYPTED: Final = 0x1
_ENTRY_OCTETS: Final = 46
_TAIL_OCTETS: Final = 22 + 0xFFFF + 20 + 56
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x06"
_GATHERED: Final = 4 * 1024 * 1024
_NAMES_OCTETS: Final = 1024 * 1024  # of one piece of names
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, struct.error,
    NotImplementedError, RuntimeError, ValueError, OverflowError, IndexError, BrokenTarError,
)  # fmt: skip


def opened(
    head: bytes,
    read: Read,
    kind: Kind,
    origin: Origin,
    allowance: Allowance,
    seekable: BinaryIO | None = None,
) -> Found:
    """What is in an archive that begins with `head` and goes on with `read`.

    Never raises for what is in the archive: what couldn't be looked at is named.
    """
    try:
        allowance.enter()
    except TooLargeError as error:
        yield NotScanned(origin.path, "archive-too-deep", error.why)
        return
    source, names = _Source(head, read), _Names(origin)
    try:
        if kind is Kind.ZIP:
            yield from _zip(source, names, allowance, seekable)
        elif kind is Kind.TAR:
            yield from _tar(source.read, names, allowance)
        else:
            yield from _compressed(source.read, kind, origin, allowance)
    except TooLargeError as error:
        yield NotScanned(origin.path, "archive-too-large", error.why)
    except MissingPackageError:
        yield NotScanned(
            origin.path, "archive-unsupported", "Zstandard needs the extra `strongroom[scan]`"
        )
    except _BROKEN:
        # An error of the source itself comes to light here too; it is the source's to say.
        if source.own is not None:
            yield from names.rest()
            raise source.own from None
        yield NotScanned(origin.path, "archive-corrupt", "it breaks off or is damaged")
    finally:
        allowance.depth += 1
    yield from names.rest()


class _Names:
    """What the members are called, a line each: it is shown, and may hold a secret itself."""

    def __init__(self, origin: Origin) -> None:
        self.archive = origin
        self._lines: list[bytes] = []
        self._octets = 0

    def called(self, name: str) -> Iterator[Piece]:
        """Take one more; there is something to look at where they have become many."""
        line = (self.archive.path + INSIDE + name).encode("utf-8", "surrogateescape")
        self._lines.append(line.replace(b"\n", b" "))
        self._octets += len(line)
        if self._octets >= _NAMES_OCTETS:
            yield from self.rest()

    def of(self, name: str) -> Origin:
        """Where the bytes of that member are from."""
        return self.archive._replace(path=self.archive.path + INSIDE + name)

    def rest(self) -> Iterator[Piece]:
        """Those that were not given yet."""
        if self._lines:
            yield Piece(b"\n".join(self._lines), Origin("", Medium.FILE_NAME, self.archive.oid))
        self._lines, self._octets = [], 0


class _Source:
    """The archive's own bytes, and whether it was they that failed."""

    def __init__(self, head: bytes, read: Read) -> None:
        self._head = head
        self._read = read
        self.own: OSError | None = None  # what reading it raised

    def read(self, octets: int) -> bytes:
        """At most `octets`, fewer at the end."""
        data, self._head = self._head[:octets], self._head[octets:]
        if len(data) < octets:
            try:
                rest = self._read(octets - len(data))
            except OSError as error:
                self.own = error
                raise
            data = data + rest if data else rest
        return data


def _zip(source: _Source, names: _Names, allowance: Allowance, seekable: BinaryIO | None) -> Found:
    held = 0
    if seekable is None:
        seekable = io.BytesIO()
        while part := source.read(_GATHERED):
            allowance.hold(len(part))
            held += len(part)
            seekable.write(part)
    # The table of contents is read whole: a list of a million empty files is an attack.
    if _listed(seekable) > allowance.members:
        raise TooLargeError(f"more than {MEMBERS_MAX} members")
    try:
        with zipfile.ZipFile(seekable) as archive:
            for info in archive.infolist():
                yield from names.called(info.filename)
                if info.is_dir() and not info.file_size:
                    continue
                allowance.open()
                inner = names.of(info.filename)
                if info.flag_bits & _ENCRYPTED:
                    yield NotScanned(inner.path, "archive-encrypted", "it needs a password")
                    continue
                yield from _zipped(archive, info, inner, allowance)
            comments = filter(None, (archive.comment, *(i.comment for i in archive.infolist())))
            for comment in comments:
                yield from content.whole(comment, names.archive)
            front = min((info.header_offset for info in archive.infolist()), default=0)
            if front:  # another one, or what unpacks this one
                seekable.seek(0)
                before = _charged(_first(seekable, front), allowance)
                yield from content.look(before, names.archive, allowance)
    finally:
        allowance.hold(-held)


def _listed(archive: BinaryIO) -> int:
    """The most entries that the table of contents has room for."""
    size = archive.seek(0, io.SEEK_END)
    archive.seek(max(0, size - _TAIL_OCTETS))
    tail = archive.read(_TAIL_OCTETS)
    archive.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile
    (table,) = struct.unpack_from("<L", tail, at + 12)
    if (at_64 := tail.rfind(_END_64, 0, at)) >= 0:
        (table,) = struct.unpack_from("<Q", tail, at_64 + 40)
    return int(table) // _ENTRY_OCTETS


def _zipped(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, origin: Origin, allowance: Allowance
) -> Found:
    try:
        with archive.open(info) as member:
            yield from content.look(
                _charged(_filled(cast("BinaryIO", member)), allowance), origin, allowance
            )
    except _BROKEN:
        yield NotScanned(origin.path, "archive-corrupt", "it breaks off or is damaged")


def _tar(read: Read, names: _Names, allowance: Allowance) -> Found:
    for member in members(read):
        allowance.open()
        yield from names.called(member.path)
        if member.link:
            yield from names.called(member.link)
        yield from content.look(_charged(member.read, allowance), names.of(member.path), allowance)


def _compressed(read: Read, kind: Kind, origin: Origin, allowance: Allowance) -> Found:
    stream = inflating(read, kind)
    plain = _charged(stream.read, allowance)
    archive = origin
    head = plain(content.WINDOW)
    if kind_of(head) is not Kind.TAR:  # `a.tar.gz!b` for people, not `a.tar.gz!a.tar!b`
        origin = origin._replace(path=origin.path + INSIDE + _stem(origin.path, kind))
    yield from content.look(_Source(head, plain).read, origin, allowance)
    if stream.behind:
        yield from content.look(_Source(stream.behind, read).read, archive, allowance)


def _stem(path: str, kind: Kind) -> str:
    name = path.rpartition("/")[2].rpartition(INSIDE)[2]
    suffix = "." + kind.value
    return name[: -len(suffix)] if name.lower().endswith(suffix) and name != suffix else "data"


def _first(stream: BinaryIO, octets: int) -> Read:
    """The first `octets` of it, read on."""
    left = octets

    def read(asked: int) -> bytes:
        nonlocal left
        data = stream.read(min(asked, left))
        left -= len(data)
        return data

    return read


def _charged(read: Read, allowance: Allowance) -> Read:
    def charged(octets: int) -> bytes:
        data = read(octets)
        allowance.unpack(len(data))
        return data

    return charged


def _filled(member: BinaryIO) -> Read:
    """Read as much as was asked for: a member gives less where a block of it ends."""

    def read(octets: int) -> bytes:
        data = member.read(octets)
        while data and len(data) < octets:
            more = member.read(octets - len(data))
            if not more:
                break
            data += more
        return data

    return read
