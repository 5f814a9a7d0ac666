"""Looks at what is no value, on their way through a flush."""

from strongroom.gate.decision import Ask, Verdict, may_list
from strongroom.gate.desk import Desk
from strongroom.gate.operation import Caller, Done
from strongroom.gate.pending import Pending
from strongroom.model.principal import Verb


class View:
    """A look at what is no value: what it needs, and how it looks. Subclasses are frozen."""

    verb: Verb = Verb.METADATA
    lists: bool = False  # asks about a name inside a folder that nobody has

    @property
    def environment(self) -> str | None:
        """Where, None for the room as a whole."""
        return None

    @property
    def path(self) -> str | None:
        """What, None for an environment as a whole."""
        return None

    def admits(self, verdict: Verdict) -> bool:
        """Whether this verdict lets it through: as a read, but a folder needs no secret."""
        return may_list(verdict) if self.lists else verdict.allowed

    def look(self, desk: Desk) -> object:
        """What is seen."""
        raise NotImplementedError


class PendingView(Pending):
    """A look at names, owners, dates, rules or the log."""

    __slots__ = ("_seen", "_view")

    def __init__(self, caller: Caller, view: View, reason: str) -> None:
        super().__init__(
            caller, Ask(caller, view.verb, view.environment, view.path, bool(reason)), reason
        )
        self._view = view
        self._seen: object = None
        self.kind = type(view).__name__.lower()

    def allowed(self, verdict: Verdict) -> bool:
        """As the view says."""
        return self._view.admits(verdict)

    def stands(self, desk: Desk, prepared_head: int) -> bool:
        """Only at the very head: the answer names its place in the order."""
        return prepared_head == desk.snapshot.head and super().stands(desk, prepared_head)

    def get_ready(self, desk: Desk) -> None:
        """Look."""
        self._seen = self._view.look(desk)

    def drop(self) -> None:
        """Forget what was seen."""
        self._seen = None

    def detail(self) -> dict[str, str]:
        """As for others; a folder goes by its own name."""
        found = super().detail()
        if self._view.lists and "path" in found:
            found["path"] = found["path"].removesuffix("-")
        return found

    def hand_over(self, release_by_ns: int) -> Done[object]:
        """What was seen."""
        del release_by_ns
        return Done(self._seen, self.change_seq)
