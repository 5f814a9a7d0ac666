"""Things of a repository's modules, found by the names that other modules call them. Pure."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class ByEnd(Generic[T]):
    """By full name, `src.app.base.Common`; asked for as `app.base.Common`, or `app.Common`."""

    def __init__(self) -> None:
        self._known: dict[str, T] = {}
        self._by_end: dict[str, list[str]] = {}

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __getitem__(self, name: str) -> T:
        return self._known[name]

    def items(self) -> Iterator[tuple[str, T]]:
        """Every full name and what it is."""
        yield from tuple(self._known.items())

    def add(self, name: str, one: T) -> None:
        """Keep one thing; a later one of the same name wins."""
        if name not in self._known:
            self._by_end.setdefault(name.rpartition(".")[2], []).append(name)
        self._known[name] = one

    def words(self) -> frozenset[str]:
        """The last words of all names."""
        return frozenset(self._by_end)

    def find(self, dotted: str) -> str | None:
        """The full name that is meant, or None where none or more than one could be."""
        if dotted in self._known:
            return dotted
        owner, dot, last = dotted.rpartition(".")
        found = self._by_end.get(last)
        if not dot or not found:
            return None
        near = [n for n in found if n.endswith(f".{dotted}")]
        # A package hands on what its modules have.
        near = near or [n for n in found if f".{owner}." in f".{n}"]
        return near[0] if len(near) == 1 else None

    def get(self, dotted: str) -> T | None:
        """What is meant, or None."""
        found = self.find(dotted)
        return None if found is None else self._known[found]
