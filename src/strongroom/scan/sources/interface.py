"""What a source of pieces is.

A source is asked for its parts first: each part is picklable, opens what it needs by
itself, and is walked in a process of its own, so that two cores have work. Nothing that a
part could not look at is dropped: it is yielded as `NotScanned` among the pieces. Whatever
raises is our own mistake; a source that cannot begin at all raises `StrongroomError`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Protocol

from strongroom.scan.model import NotScanned, Passed, Piece

# Whether an engine would find nothing in a text; `Engine.is_quiet` says it whole.
IsQuiet = Callable[[bytes, bool], bool]
Sifted = Callable[[IsQuiet], Iterator[Piece | NotScanned | Passed]]


class Extent(NamedTuple):
    """How much there is to do, as far as it is known beforehand; for progress."""

    items: int = 0
    octets: int = 0


class Part(Protocol):
    """A share of a source.

    One that can tell what was looked at before, if it may ask the engine, may have a method
    `sifted` besides, a `Sifted`: as `pieces`, but only what may hold something; of the rest, how
    much it was.
    """

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

        A source of which a share costs nothing to begin, and which takes a while to see how much
        there is, may have a method `walked` besides: it gives many small parts as they are seen, so
        that others begin before it has ended and nobody waits for the slowest.

        Raises:
            StrongroomError: it cannot be looked at at all.
        """
        ...
