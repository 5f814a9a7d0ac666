"""Where in some bytes a pattern may match: fast and rough, before anything is confirmed.

Two matchers answer alike. Vectorscan does it in one pass for all patterns; the plain one
looks for the patterns' anchors, for machines without the `hyperscan` package.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

STEP: Final = 1024  # octets of a long line for which one event of a pattern is enough


class Kind(StrEnum):
    """Which matcher."""

    AUTO = "auto"  # Vectorscan where its package is installed
    VECTORSCAN = "vectorscan"
    PLAIN = "plain"


class Pattern(NamedTuple):
    """One expression to look for.

    `ident` is what an event says; several expressions may share one. `anchors` are lower-case
    texts one of which stands in each match, or near it where `around` is true; none: the expression itself is run.
    `one_line` is whether what is looked for is to stand in one line, though a match goes over many.
    """

    ident: int
    expression: str
    anchors: tuple[str, ...] = ()
    literal: bool = False
    exact: bool = False  # it is not confirmed by anybody, so nothing coarser is looked for
    around: bool = False  # the anchors are near it, and rarer than what it begins with
    one_line: bool = False


class Event(NamedTuple):
    """A pattern may match so that the match ends at `end`, or around it.

    At least one for each line, and in a line of more than `STEP` octets for each `STEP` of it.
    """

    end: int
    ident: int


class Matcher(Protocol):
    """Finds events; never misses the line of a match."""

    def events(self, data: bytes) -> Sequence[Event]:
        """In the order of `end`."""
        ...
