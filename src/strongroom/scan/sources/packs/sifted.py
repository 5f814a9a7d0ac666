"""Versions as pieces, without those in which nothing is.

A version differs from another in some lines. Where nothing was found in the other, and nothing
is in those lines with the lines around them, nothing is in this version. Where anything is, or
might come together with what is elsewhere in it, all of it is looked at.
"""

from collections.abc import Iterator
from typing import Final

from strongroom.scan.model import Medium, NotScanned, Origin, Passed, Piece
from strongroom.scan.sources.content import whole
from strongroom.scan.sources.interface import IsQuiet
from strongroom.scan.sources.packs.families import BASE_ONLY, COMMIT, TAG, Share
from strongroom.scan.sources.packs.versions import Version, versions
from strongroom.scan.sources.text import Kind, kind_of

_TOLD_OCTETS: Final = 1024 * 1024
_MESSAGES: Final = {COMMIT: Medium.COMMIT_MESSAGE, TAG: Medium.TAG_MESSAGE}


def sifted(
    share: Share, is_quiet: IsQuiet, left: bytearray
) -> Iterator[Piece | NotScanned | Passed]:
    """What of `share` may hold something; raw ids that git must be asked for are put to `left`.

    Raises:
        OSError: the pack cannot be opened or read; what was given before may be given again.
    """
    items = octets = 0
    for version in versions(share, left.extend):
        kind, data = version.kind, version.data
        if not data:
            version.quiet = True
            continue
        if kind in _MESSAGES:
            data = data.partition(b"\n\n")[2]
            if not data:
                continue
            if not is_quiet(data, True):
                yield Piece(data, Origin("", _MESSAGES[kind], version.oid.hex()))
                continue
        elif kind_of(data) is Kind.TEXT and b"\0" not in data:
            version.quiet = _is_quiet(version, is_quiet)
            if kind == BASE_ONLY:
                continue
            if not version.quiet:
                yield Piece(data, Origin("", Medium.BLOB, version.oid.hex()))
                continue
        else:
            if kind != BASE_ONLY:
                yield from whole(data, Origin("", Medium.BLOB, version.oid.hex()))
            continue
        items += 1
        octets += len(data)
        if octets >= _TOLD_OCTETS:
            yield Passed(items, octets)
            items = octets = 0
    yield Passed(items, octets)


def _is_quiet(version: Version, is_quiet: IsQuiet) -> bool:
    # What was found in one is nearly always in the next: all of it is looked at.
    if version.base is False:
        return False
    new = version.new
    return (new is not None and is_quiet(new, False)) or is_quiet(version.data, True)
