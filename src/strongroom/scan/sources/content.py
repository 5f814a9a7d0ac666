"""From the bytes of one thing to its pieces: windows, text of what is none, archives opened.

Whoever has bytes (a file, a blob, a stream, a member of an archive) gives a function that
reads on: it returns as many octets as it is asked for, fewer only at the end. Memory stays
bounded whatever is read: a window, and what archives may hold (`allowance`).
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import BinaryIO, Final

from strongroom.scan.model import NotScanned, Origin, Piece
from strongroom.scan.sources.allowance import Allowance
from strongroom.scan.sources.text import (
    ARCHIVES,
    STRINGS,
    WIDE,
    WIDE_STRINGS,
    Kind,
    kind_of,
    strings,
    transcoded,
    wide_strings,
)

Read = Callable[[int], bytes]

WINDOW: Final = 4 * 1024 * 1024
OVERLAP: Final = 8 * 1024
MEDIA_HEAD: Final = 64 * 1024  # comments and other facts about a picture are at its front


def look(
    read: Read,
    origin: Origin,
    allowance: Allowance | None = None,
    *,
    seekable: BinaryIO | None = None,
) -> Iterator[Piece | NotScanned]:
    """Everything that `read` gives, as pieces; errors of `read` itself come through.

    `allowance` is what is left for archives, a fresh one for something that is in none.
    `seekable` is the same bytes as a file, which spares holding a ZIP archive.
    """
    head = read(WINDOW)
    if not head:
        return
    kind = kind_of(head)
    if kind is Kind.TEXT and len(head) < WINDOW:
        yield from _plain(Piece(head, origin))
    elif kind in ARCHIVES:
        # Loaded where an archive is met: a staged text file has none.
        from strongroom.scan.sources.archives import opened  # noqa: PLC0415

        yield from opened(head, read, kind, origin, allowance or Allowance(), seekable)
    elif kind is Kind.MEDIA:
        yield from _binary(iter((head[:MEDIA_HEAD],)), origin)
        if len(head) > MEDIA_HEAD:
            yield NotScanned(
                origin.path, "skipped-media", "of a picture, sound or font only the front"
            )
    elif kind is Kind.DATABASE:
        yield from _database(head, read, origin)
    else:
        if kind is Kind.UNSUPPORTED:
            yield NotScanned(
                origin.path, "archive-unsupported", "an archive of a kind that is not opened"
            )
        yield from _chunked(chunks(head, read), kind, origin)


def whole(data: bytes, origin: Origin) -> Iterator[Piece | NotScanned]:
    """`look` for bytes that are in memory."""
    return look(reader(data), origin)


def reader(data: bytes) -> Read:
    """A function that reads `data` on."""
    at = 0

    def read(octets: int) -> bytes:
        nonlocal at
        part = data[at : at + octets]
        at += len(part)
        return part

    return read


def chunks(head: bytes, read: Read) -> Iterator[bytes]:
    """`head`, and then what `read` gives, a window at a time."""
    while head:
        yield head
        head = read(WINDOW - OVERLAP) if len(head) >= WINDOW - OVERLAP else b""


def _chunked(parts: Iterator[bytes], kind: Kind, origin: Origin) -> Iterator[Piece]:
    if kind is Kind.TEXT:
        for piece in windows(parts, origin):
            yield from _plain(piece)
    elif kind in WIDE:
        yield from windows(transcoded(parts, kind), origin._replace(encoding=kind.value))
    else:
        yield from _binary(parts, origin)


def _plain(piece: Piece) -> Iterator[Piece]:
    """A text; what some program has written behind it with two octets a character is seen, too."""
    yield piece
    if b"\0" in piece.data and (found := wide_strings(piece.data)):
        yield Piece(found, piece.origin._replace(encoding=WIDE_STRINGS))


def _database(head: bytes, read: Read, origin: Origin) -> Iterator[Piece]:
    from strongroom.scan.sources import database  # noqa: PLC0415 - as archives

    parts, octets = [head], len(head)
    while octets <= database.OCTETS_MAX and len(parts[-1]) == WINDOW:
        parts.append(read(WINDOW))
        octets += len(parts[-1])
    if octets <= database.OCTETS_MAX:
        for found in database.values(b"".join(parts)):
            yield Piece(found, origin._replace(encoding=Kind.DATABASE.value))
    yield from _binary(chain(parts, iter(lambda: read(WINDOW), b"")), origin)


def _binary(parts: Iterator[bytes], origin: Origin) -> Iterator[Piece]:
    narrow = Origin(origin.path, origin.medium, origin.oid, STRINGS)
    for piece in windows(parts, origin):
        yield Piece(strings(piece.data), narrow, piece.first_line, piece.first_column)
        if found := wide_strings(piece.data):
            yield Piece(found, origin._replace(encoding=WIDE_STRINGS))


def windows(parts: Iterator[bytes], origin: Origin) -> Iterator[Piece]:
    """Pieces that overlap by `OVERLAP` octets, from the start of a line where there is one."""
    line, column, data = 1, 0, b""
    for part in filter(None, parts):
        held = b""
        if data:  # only now: most things are one window
            cut = max(0, len(data) - OVERLAP)
            if (end := data.find(b"\n", cut, len(data) - 1)) >= 0:
                cut = end + 1
            if passed := data.count(b"\n", 0, cut):
                line, column = line + passed, cut - data.rfind(b"\n", 0, cut) - 1
            else:
                column += cut
            held = data[cut:]
        data = held + part if held else part
        yield Piece(data, origin, line, column)
