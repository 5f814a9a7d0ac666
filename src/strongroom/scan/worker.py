"""What scans one part, wherever it runs: in the process that was asked, or in one of its own."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from strongroom.scan.findings import found as finds
from strongroom.scan.findings.found import Found
from strongroom.scan.model import Medium, NotScanned, Passed
from strongroom.scan.ruleset.model import RuleSet
from strongroom.scan.sources.interface import Part, Sifted

if TYPE_CHECKING:
    from strongroom.scan.engine.engine import Engine
    from strongroom.scan.own.interface import OwnValues
    from strongroom.scan.own.prints import PrintSet

TOLD_OCTETS: Final = 1024 * 1024  # how often progress is told
# Names are of what is counted itself, and whoever saw a configuration alone saw nothing.
_UNCOUNTED: Final = frozenset({Medium.FILE_NAME, Medium.GIT_CONFIG})


class Recipe(NamedTuple):
    """How an engine is made, wherever it is made. `rules` None means those that we ship."""

    rules: RuleSet | None = None
    cache: Path | None = None
    own: "PrintSet | None" = None
    keep: bool = False  # keep hits with their lines as they are


class Progress(NamedTuple):
    """How much more was looked at since the last one."""

    items: int
    octets: int


Message = Sequence[Found] | NotScanned | Progress
Emit = Callable[[Message], None]


class Worker:
    """An engine, kept for all parts that one process looks at."""

    __slots__ = ("_engine", "recipe")

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._engine: Engine | None = None

    def warm(self) -> "Engine":
        """The engine, made when it is asked for first."""
        if self._engine is None:
            from strongroom.scan.engine.engine import Engine  # noqa: PLC0415 - it loads Vectorscan

            self._engine = Engine(self._rules(), own=self._own(), cache=self.recipe.cache)
        return self._engine

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
        from strongroom.scan.engine import engine, expressions  # noqa: PLC0415 - as above

        rules, cache = self._rules(), self.recipe.cache
        if not engine.is_kept(rules, cache):
            self.warm()
        if cache is not None:
            expressions.keep(cache, engine.key(rules), rules.rules)

    def look(self, part: Part, emit: Emit) -> None:
        """Give everything of a part to `emit`: what was found, what was not scanned, progress."""
        engine, keep = self.warm(), self.recipe.keep
        scan = engine.scan
        items = octets = 0
        last = None
        sifted: Sifted | None = getattr(part, "sifted", None)
        for piece in sifted(engine.is_quiet) if sifted else part.pieces():
            if isinstance(piece, NotScanned):
                emit(piece)
                continue
            if isinstance(piece, Passed):
                emit(Progress(piece.items, piece.octets))
                continue
            hits = scan(piece)
            if hits and (found := finds.of(piece, hits, keep=keep)):
                emit(found)
            if piece.origin.medium in _UNCOUNTED:
                continue
            if piece.origin is not last and piece.origin != last:  # windows of one thing are one
                items += 1
            last = piece.origin
            octets += len(piece.data)
            if octets >= TOLD_OCTETS:
                emit(Progress(items, octets))
                items = octets = 0
        emit(Progress(items, octets))
