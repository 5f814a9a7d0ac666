"""Every version in a share of a pack, put together, with what is new in it."""

import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from strongroom.scan.sources.content import WINDOW
from strongroom.scan.sources.packs.delta import apply, new_lines, sizes
from strongroom.scan.sources.packs.families import BASE_ONLY, Share

_SMALL: Final = 32 * 1024  # of data so small no bomb can be made
_BROKEN: Final = (zlib.error, IndexError, ValueError)


@dataclass(slots=True)
class Version:
    """An object. `new` are its lines that differ from a quiet one; None: all of it may be new.

    Whoever looks at it says by `quiet` that nothing was found in all of it. `base` is whether
    what it differs from is quiet; None where it is kept whole.
    """

    oid: bytes
    kind: int  # as in `Share`
    children: int  # that are still to come
    data: bytes = field(default=b"", repr=False)
    new: bytes | None = field(default=None, repr=False)
    quiet: bool = False
    base: bool | None = None
    broken: bool = False


def versions(share: Share, left: Callable[[bytes], None]) -> Iterator[Version]:
    """All that `share` has, in its order; raw ids of what only git can read go to `left`.

    Raises:
        OSError: the pack cannot be opened.
    """
    handle = os.open(share.pack, os.O_RDONLY | os.O_CLOEXEC)
    above: list[Version] = []  # those that others still to come differ from
    ids, width, at = share.ids, share.width, 0
    rows = zip(share.kinds, share.children, share.begins, share.ends, strict=True)
    try:
        for kind, children, begin, end in rows:
            version = Version(ids[at : at + width], kind, children)
            at += width
            base = None
            if above:
                base = above[-1]
                base.children -= 1
                if not base.children:
                    above.pop()
            try:
                _read(version, base, os.pread(handle, end - begin, begin))
            except _BROKEN:
                version.broken = True
                if kind != BASE_ONLY:
                    left(version.oid)
            else:
                yield version
            if children:
                above.append(version)
    finally:
        os.close(handle)


def _read(version: Version, base: Version | None, packed: bytes) -> None:
    raw = _unpacked(packed)
    if base is None:
        version.data = raw
        return
    of_base, size, at = sizes(raw)
    if base.broken or of_base != len(base.data) or size >= WINDOW:
        raise ValueError
    version.data, spans = apply(base.data, raw, at, size)
    version.base = base.quiet
    if base.quiet:
        version.new = new_lines(version.data, spans)


def _unpacked(packed: bytes) -> bytes:
    if len(packed) <= _SMALL:
        return zlib.decompress(packed)
    stream = zlib.decompressobj()
    data = stream.decompress(packed, WINDOW)
    if not stream.eof:
        raise ValueError
    return data
