"""Which versions a process was given, and when that is to be said to the origin. Nothing is said here.

A process is taken to use what it was given last: it may hold on to a value that it was given once.
"""

import os
import re
from collections.abc import Mapping
from secrets import token_hex
from typing import Final

# Changes that come together are said together; half of an origin's lease of a day; after a failure.
TOGETHER_S: Final = 2.0
RENEW_S: Final = 43_200.0
AGAIN_S: Final = 60.0
_OTHER: Final = re.compile(r"[^A-Za-z0-9._-]")


def instance() -> str:
    """Tells this process from every other one: machines and containers share names and numbers."""
    node = _OTHER.sub("-", os.uname().nodename)[:64]
    return f"{node}-{os.getpid()}-{token_hex(4)}"


class Used:
    """What is in use and what was said of it. Times are seconds of one clock."""

    def __init__(self) -> None:
        self.instance = instance()
        self._used: dict[str, int] = {}
        self._said: Mapping[str, int] = {}
        self._due_at: float | None = None

    def note(self, name: str, version: int | None, now: float) -> None:
        """What was given out just now; None is a value that no origin gave."""
        if self._used.get(name) == version:
            return
        if version is None:
            del self._used[name]
        else:
            self._used[name] = version
        later = now + TOGETHER_S
        self._due_at = later if self._due_at is None else min(later, self._due_at)

    def notes(self, name: str) -> bool:
        """Whether a version of it is noted."""
        return name in self._used

    def in_child(self, now: float) -> "Used":
        """In a child of a fork: the same values, and an instance of its own that says so."""
        child = Used()
        child._used = dict(self._used)
        child._due_at = now + TOGETHER_S if child._used else None
        return child

    def seconds_left(self, now: float) -> float:
        """Until something is to be said; a long time when nothing is."""
        return RENEW_S if self._due_at is None else max(0.0, self._due_at - now)

    def drop(self, name: str) -> None:
        """The origin does not give it any more, and would not hear of it."""
        self._used.pop(name, None)

    def due(self, now: float) -> Mapping[str, int] | None:
        """What to say now, if anything."""
        if self._due_at is None or now < self._due_at:
            return None
        return dict(self._used)

    def said(self, used: Mapping[str, int], now: float, *, heard: bool) -> None:
        """It was said, and heard or not."""
        if heard:
            self._said = used
        again = RENEW_S if heard and used == self._used else TOGETHER_S if heard else AGAIN_S
        self._due_at = now + again

    @property
    def to_take_back(self) -> bool:
        """Whether the origin believes that this process uses anything."""
        return bool(self._said)
