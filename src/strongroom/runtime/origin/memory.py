"""An origin in memory: for tests of an application, and for the contract that all origins keep."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from strongroom.runtime.origin.interface import Delivery

if TYPE_CHECKING:
    from strongroom.errors import StrongroomError


class MemoryOrigin:
    """Holds what `put` was given. `failure`, while it is set, is raised by every call."""

    label = "memory"

    def __init__(self, **texts: str) -> None:
        self.failure: StrongroomError | None = None
        self.used: dict[str, dict[str, int]] = {}
        self._held: dict[str, list[Delivery]] = {}
        self._seq = count(1)
        self._mark = 0
        for name, text in texts.items():
            self.put(name, text)

    def put(
        self, name: str, text: str, *, expires_us: int | None = None, due_us: int | None = None
    ) -> int:
        """A new current version; the one before it is in grace. Gives its number."""
        held = self._held.setdefault(name, [])
        version = held[0].version + 1 if held else 1
        fresh = Delivery(
            name, text, version, f"memory/{name}", expires_us=expires_us, due_us=due_us
        )
        held[:] = [fresh, *(replace(one, current=False) for one in held[:1])]
        self._mark = next(self._seq)
        return version

    def remove(self, name: str) -> None:
        """Forget a name."""
        self._held.pop(name, None)
        self._mark = next(self._seq)

    def fetch(self, names: Iterable[str] | None = None) -> Mapping[str, Delivery]:
        """As the interface says."""
        self._check()
        wanted = self._held if names is None else names
        return {name: self._held[name][0] for name in wanted if name in self._held}

    def versions(self, name: str) -> tuple[Delivery, ...]:
        """As the interface says."""
        self._check()
        return tuple(self._held.get(name, ()))

    def mark(self) -> str:
        """As the interface says."""
        self._check()
        return str(self._mark)

    def acknowledge(self, instance: str, used: Mapping[str, int]) -> None:
        """Kept in `used`, by instance."""
        self._check()
        if used:
            self.used[instance] = dict(used)
        else:
            self.used.pop(instance, None)

    def close(self) -> None:
        """There is nothing to let go of."""

    def _check(self) -> None:
        if self.failure is not None:
            raise self.failure
