"""A stream (standard input), as it comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from strongroom.scan.model import Medium, NotScanned, Origin, Piece
from strongroom.scan.sources.content import look
from strongroom.scan.sources.disk import exactly, reason
from strongroom.scan.sources.interface import Extent


@dataclass(frozen=True, slots=True)
class Stream:
    """What the open file `descriptor` gives until its end; it is source and only part in one."""

    descriptor: int
    name: str = "<stdin>"

    @property
    def extent(self) -> Extent:
        """Unknown."""
        return Extent()

    def parts(self, jobs: int) -> Sequence["Stream"]:  # noqa: ARG002 - nothing to share
        """Itself: a descriptor stays in its process."""
        return (self,)

    def pieces(self) -> Iterator[Piece | NotScanned]:
        """What comes, in windows."""
        try:
            yield from look(
                lambda octets: exactly(self.descriptor, octets), Origin(self.name, Medium.STREAM)
            )
        except OSError as error:
            yield NotScanned(self.name, *reason(error))
