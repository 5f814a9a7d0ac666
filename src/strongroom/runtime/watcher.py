"""A thread that comes by now and then, as long as somebody holds what it watches."""

import weakref
from contextlib import suppress
from threading import Event, Lock, Thread, current_thread
from typing import Final, Protocol

FIRST_S: Final = 2.0


class Watched(Protocol):
    """What is watched."""

    def tick(self) -> float:
        """Do what is due; gives the seconds until the next time. Raises nothing."""
        ...


class Watcher:
    """Started and stopped by anybody; there is one thread at most. The first visit has time."""

    def __init__(self, watched: Watched, first_s: float = FIRST_S) -> None:
        self._watched = weakref.ref(watched)
        self._first_s = first_s
        self._wanted = False
        self.after_fork()

    def after_fork(self) -> None:
        """In a child there is no thread; `ensure` starts one if there was to be one."""
        self._lock = Lock()
        self._wake = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Come by from now on."""
        self._wanted = True
        self.ensure()

    def ensure(self) -> None:
        """Start the thread, if there is to be one and is none."""
        if not self._wanted or self._thread is not None:
            return
        with self._lock, suppress(RuntimeError):  # the interpreter is going down
            if self._thread is None:
                thread = Thread(target=self._run, name="strongroom-watch", daemon=True)
                self._thread = thread
                thread.start()

    def wake(self) -> None:
        """Come by now."""
        self._wake.set()

    def stop(self, wait_s: float) -> None:
        """Come by no more; waits for a visit that is under way."""
        self._wanted = False
        with self._lock:
            thread, self._thread = self._thread, None
        self._wake.set()
        if thread is not None and thread is not current_thread():
            thread.join(wait_s)

    def _run(self) -> None:
        pause_s = self._first_s
        while True:
            self._wake.wait(pause_s)
            self._wake.clear()
            watched = self._watched()
            if watched is None or self._thread is not current_thread():
                return
            pause_s = watched.tick()
            del watched  # between visits it may go
