"""One thread that asks an origin, so that nobody else is held up by it for longer than he will wait.

What is to be asked stands in a queue. The thread comes with the first question, goes when nothing
was asked for a while, and comes again; in a child of a fork too.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from threading import Condition, Thread, current_thread
from typing import Any, Final, TypeVar

from strongroom.errors import StrongroomError, UpstreamError

T = TypeVar("T")
IDLE_S: Final = 30.0


class Desk:
    """Threads may share it. `after_fork` makes it anew in a child."""

    def __init__(self, idle_s: float = IDLE_S) -> None:
        self._idle_s = idle_s
        self.after_fork()

    def after_fork(self) -> None:
        """In a child there is no thread, and the lock may have been another one's."""
        self._changed = Condition()
        self._waiting: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self._thread: Thread | None = None

    def call(self, work: Callable[[], T]) -> "Future[T | StrongroomError]":
        """Have `work` done; the future gives its outcome and raises nothing."""
        future: Future[T | StrongroomError] = Future()
        future.set_running_or_notify_cancel()  # who waits may give up; the work goes on
        if current_thread() is self._thread or not self._queue(work, future):
            future.set_result(outcome(work))
        return future

    def _queue(self, work: Callable[[], Any], future: "Future[Any]") -> bool:
        with self._changed:
            if self._thread is None:
                thread = Thread(target=self._run, name="strongroom-origin", daemon=True)
                try:
                    thread.start()
                except RuntimeError:  # the interpreter is going down, or there are too many
                    return False
                self._thread = thread
            self._waiting.append((work, future))
            self._changed.notify()
        return True

    def _run(self) -> None:
        while True:
            with self._changed:
                if not self._changed.wait_for(lambda: bool(self._waiting), self._idle_s):
                    self._thread = None
                    return
                work, future = self._waiting.popleft()
            future.set_result(outcome(work))
            del work, future


def outcome(work: Callable[[], T]) -> T | StrongroomError:
    """What `work` gives, or the error that it raises, without the frames that it came through.

    Those, and the errors of libraries, may hold an answer with values in it.
    """
    try:
        return work()
    except StrongroomError as error:
        return error.with_traceback(None)
    except BaseException as error:  # noqa: BLE001 - somebody waits for this
        kind = type(error).__name__
    return UpstreamError("origin-failed", f"the origin of the secrets failed unexpectedly: {kind}")
