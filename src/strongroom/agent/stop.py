"""Somebody says stop: a signal, in the middle of whatever this process is at."""

from contextlib import suppress
from queue import Empty, SimpleQueue


class Stop:
    """Whether somebody said stop, and a wait that ends when somebody does.

    A handler may say it, and a second one while the first is at it: there is no lock to wait for. An
    `Event` has one, which the handler's own thread may hold, and then waits for itself for ever.
    """

    def __init__(self) -> None:
        self._said = False
        self._news: SimpleQueue[None] = SimpleQueue()

    def say(self) -> None:
        """It stays said."""
        self._said = True
        self._news.put(None)

    def said(self) -> bool:
        """Whether somebody did."""
        return self._said

    def wait(self, seconds: float) -> bool:
        """Until somebody says stop, for so many seconds at most; True when somebody did."""
        if not self._said:
            with suppress(Empty):
                self._news.get(timeout=max(seconds, 0))
        return self._said
