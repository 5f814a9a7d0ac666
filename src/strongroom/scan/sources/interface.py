"""What a source of pieces is.

A source is asked for its parts first: each part is picklable, opens what it needs by
itself, and is walked in a process of its own, so that two cores have work. Nothing that a
part could not look at is dropped: it is yielded as `NotScanned` among the pieces. Whatever
raises is our own mistake; a source that cannot begin at all raises `StrongroomError`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from strongroom.scan.model import NotScanned, Piece


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to do, as far as it is known beforehand; for progress."""

    items: int = 0
    octets: int = 0


class Part(Protocol):
    """A share of a source."""

    @property
    def extent(self) -> Extent:
        """Its size, as far as it is known."""
        ...

    def pieces(self) -> Iterator[Piece | NotScanned]:
        """Everything in it, in its order. Memory stays bounded: one piece at a time."""
        ...


class Source(Protocol):
    """Something to scan."""

    def parts(self, jobs: int) -> Sequence[Part]:
        """At most `jobs` shares of about equal size; small inputs give one.

        Raises:
            StrongroomError: it cannot be looked at at all.
        """
        ...
