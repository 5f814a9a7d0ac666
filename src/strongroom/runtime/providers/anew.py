"""A question that many have at once, and that is asked once in a while for all of them."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock


class Anew:
    """Threads and tasks share it. Times are seconds of `clock`.

    Whoever comes while somebody asks waits for the answer, though not longer than `pause_s`; whoever
    comes within `pause_s` after a question was begun does not ask.
    """

    def __init__(self, pause_s: float, clock: Callable[[], float]) -> None:
        self._pause_s = pause_s
        self._clock = clock
        self._lock = Lock()
        self._asked_at = 0.0
        self._answer: Future[None] | None = None

    def ask(self, question: Callable[[], object]) -> None:
        """Have `question` asked, by us or by somebody else. Raises what it raises."""
        answer, ours = self._begin()
        if not ours:
            with suppress(TimeoutError):
                answer.result(self._pause_s)
            return
        try:
            question()
        finally:
            answer.set_result(None)

    async def aask(self, question: Callable[[], Awaitable[object]]) -> None:
        """`ask` in asyncio; no thread waits."""
        answer, ours = self._begin()
        if not ours:
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.wrap_future(answer), self._pause_s)
            return
        try:
            await question()
        finally:
            answer.set_result(None)

    def _begin(self) -> "tuple[Future[None], bool]":
        with self._lock:
            now, answer = self._clock(), self._answer
            if answer is not None and now - self._asked_at < self._pause_s:
                return answer, False
            answer = Future()
            answer.set_running_or_notify_cancel()  # one who waits must not cancel it for all
            self._asked_at, self._answer = now, answer
            return answer, True
