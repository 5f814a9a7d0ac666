"""What a repository expects, one row for each name. No value, nor a part of one, is in it."""

from dataclasses import dataclass

from strongroom.discover.interface import How, Scope, Trouble
from strongroom.discover.sorts import Confidence, Sort
from strongroom.source.seen import NotLookedAt
from strongroom.source.values import Value


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that expects a name."""

    path: str
    line: int
    how: How
    scope: Scope
    note: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """What the policy misses about a name: the clause, the words, and where, if it is somewhere."""

    clause: str
    message: str
    path: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Item:
    """One name. `kind` is ours, `type` the policy's id; None where nothing fits.

    `default` is the kind of the worst default that a place brings. `environments` are those
    that places name. `period_days` is None too where only a compromise rotates it.
    """

    name: str
    sort: Sort
    confidence: Confidence
    why: str
    scopes: tuple[Scope, ...]
    required: bool | None
    places: tuple[Spot, ...]
    default: Value | None = None
    composed_of: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    public: bool = False
    kind: str | None = None
    type: str | None = None
    period_days: int | None = None
    owner: str | None = None
    gaps: tuple[Gap, ...] = ()

    @property
    def runtime(self) -> bool:
        """Whether a program needs it when it runs, and not only a test or a pipeline."""
        return Scope.RUNTIME in self.scopes


@dataclass(frozen=True, slots=True)
class Composite:
    """A URL that the code puts together itself: nobody sets it, its parts are."""

    name: str
    path: str
    line: int
    composed_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything, by sort and name."""

    items: tuple[Item, ...]
    composites: tuple[Composite, ...]
    troubles: tuple[Trouble, ...]
    not_looked_at: tuple[NotLookedAt, ...]
    files: int

    def of(self, *sorts: Sort) -> tuple[Item, ...]:
        """The items of these sorts."""
        return tuple(item for item in self.items if item.sort in sorts)
