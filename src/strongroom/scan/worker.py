"""What scans one part, wherever it runs: in the process that was asked, or in one of its own."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.scan.findings import found as finds
from strongroom.scan.findings.found import Found
from strongroom.scan.model import Hit, NotScanned, Piece
from strongroom.scan.ruleset.model import RuleSet
from strongroom.scan.sources.interface import Part

if TYPE_CHECKING:
    from strongroom.scan.own.interface import OwnValues
    from strongroom.scan.own.prints import PrintSet

TOLD_OCTETS: Final = 1024 * 1024  # how often progress is told


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an engine is made, wherever it is made. `rules` None means those that we ship."""

    rules: RuleSet | None = None
    cache: Path | None = None
    own: "PrintSet | None" = None
    keep: bool = False  # keep hits with their lines as they are


@dataclass(frozen=True, slots=True)
class Progress:
    """How much more was looked at since the last one."""

    items: int
    octets: int


Message = Sequence[Found] | NotScanned | Progress
Emit = Callable[[Message], None]


@dataclass(slots=True)
class Worker:
    """An engine, kept for all parts that one process looks at."""

    recipe: Recipe
    _scan: Callable[[Piece], list[Hit]] | None = field(default=None)

    def warm(self) -> None:
        """Make the engine."""
        if self._scan is None:
            from strongroom.scan.engine.engine import Engine  # noqa: PLC0415 - it loads Vectorscan

            self._scan = Engine(self._rules(), own=self._own(), cache=self.recipe.cache).scan

    def _own(self) -> "OwnValues | None":
        if self.recipe.own is None:
            return None
        from strongroom.scan.own.find import Finder  # noqa: PLC0415 - most have none

        return Finder(self.recipe.own)

    def _rules(self) -> RuleSet:
        if self.recipe.rules is not None:
            return self.recipe.rules
        from strongroom.scan.ruleset.load import builtin  # noqa: PLC0415 - as above

        return builtin()

    def prepare(self) -> None:
        """Compile the rules into the cache where they are not there, so that only one does."""
        from strongroom.scan.engine import engine  # noqa: PLC0415 - it loads Vectorscan

        if not engine.is_kept(self._rules(), self.recipe.cache):
            self.warm()

    def look(self, part: Part, emit: Emit) -> None:
        """Give everything of a part to `emit`: what was found, what was not scanned, progress."""
        self.warm()
        scan, keep = self._scan, self.recipe.keep
        assert scan is not None
        items = octets = 0
        last = None
        for piece in part.pieces():
            if isinstance(piece, NotScanned):
                emit(piece)
                continue
            hits = scan(piece)
            if hits and (found := finds.of(piece, hits, keep=keep)):
                emit(found)
            if piece.origin is not last and piece.origin != last:  # windows of one thing are one
                items += 1
            last = piece.origin
            octets += len(piece.data)
            if octets >= TOLD_OCTETS:
                emit(Progress(items, octets))
                items = octets = 0
        emit(Progress(items, octets))
