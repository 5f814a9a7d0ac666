"""What people write into commits and tags."""

from collections.abc import Iterator
from typing import Final

from strongroom.scan.model import Medium, NotScanned, Origin, Piece
from strongroom.scan.sources.content import look
from strongroom.scan.sources.objects import Object

MEDIA: Final = {b"commit": Medium.COMMIT_MESSAGE, b"tag": Medium.TAG_MESSAGE}


def message(found: Object) -> Iterator[Piece | NotScanned]:
    """The message of a commit or tag; of other objects nothing."""
    medium = MEDIA.get(found.kind)
    if medium is None:
        return
    origin = Origin("", medium, found.oid)
    if found.read is not None:  # megabytes of it: what git wrote above it doesn't matter
        yield from look(found.read, origin)
    elif text := found.data.partition(b"\n\n")[2]:
        yield Piece(text, origin)
