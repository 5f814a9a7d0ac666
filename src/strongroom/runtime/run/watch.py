"""What goes on beside the command: the origin is told what is in use, and asked what has changed.

One thread asks; what has come of it is fetched by the process in front when it is told to.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Thread

from strongroom.errors import DeniedError, StrongroomError, UnauthenticatedError
from strongroom.runtime.acknowledging import Used
from strongroom.runtime.origin.interface import Origin
from strongroom.runtime.run.plan import Plan
from strongroom.runtime.run.supervise import Changed


class Watch:
    """See the module. `again` asks for everything anew, `use` puts it in its place.

    `first` is done once, beside the command that has just been started.
    """

    def __init__(
        self,
        origin: Origin,
        planned: Plan,
        mark: str | None,
        interval: float | None,
        again: Callable[[], Plan],
        use: Callable[[Plan], Changed | None],
        say: Callable[[str], None],
        first: Callable[[], None] = lambda: None,
        denied: Callable[[], None] = lambda: None,
    ) -> None:
        self._origin = origin
        self._planned = planned
        self._interval = interval
        self._again = again
        self._use = use
        self._say = say
        self._first = first
        self._denied = denied
        self._used = Used()
        self._said = ""
        self._mark = mark
        self._stop = Event()
        self._queue: SimpleQueue[Changed] = SimpleQueue()
        self.fd, self._told = os.pipe()
        self._thread = Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """The command runs with what was planned."""
        if not self._thread.is_alive():
            self._note(Plan({}), self._planned)
            self._thread.start()

    def read(self) -> Changed | None:
        """The newest of what has come."""
        os.read(self.fd, 64)
        found = None
        while not self._queue.empty():
            found = self._queue.get()
        return found

    def close(self) -> None:
        """The command has ended: nothing is in use any more."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self._used.to_take_back:
            with suppress(StrongroomError):
                self._origin.acknowledge(self._used.instance, {})
        self._let_go()
        os.close(self.fd)
        os.close(self._told)

    def _run(self) -> None:
        self._first()
        if self._interval is None:
            self._let_go()  # only now: the command does not wait for it
        while True:
            wait = self._used.seconds_left(time.monotonic())
            if self._interval is not None:
                wait = min(wait, self._interval)
            if self._stop.wait(wait):
                return
            try:
                self._acknowledge()
                if self._interval is not None:
                    self._look()
                self._said = ""
            except StrongroomError as error:
                if isinstance(error, DeniedError | UnauthenticatedError):
                    self._denied()  # a right that was taken away is away, offline too
                self._once(f"{error.message} [{error.code}]; the command goes on with what it has")
            except Exception as error:  # noqa: BLE001 - a traceback would show values
                self._once(f"a fault of ours: {type(error).__name__}")

    def _let_go(self) -> None:
        with suppress(StrongroomError):
            self._origin.close()

    def _acknowledge(self) -> None:
        used = self._used.due(time.monotonic())
        if used is None:
            return
        heard = False
        try:
            self._origin.acknowledge(self._used.instance, used)
            heard = True
        finally:
            self._used.said(used, time.monotonic(), heard=heard)
            if self._interval is None:
                self._let_go()

    def _look(self) -> None:
        mark = self._origin.mark()
        if mark == self._mark:
            return
        planned = self._again()
        before, self._planned = self._planned, planned
        self._mark = mark
        if planned.values == before.values:
            return
        changed = self._use(planned)
        self._note(before, planned)
        if changed is not None:
            self._queue.put(changed)
            os.write(self._told, b".")

    def _note(self, before: Plan, planned: Plan) -> None:
        now = time.monotonic()
        for name in before.versions.keys() - planned.versions.keys():
            self._used.note(name, None, now)
        for name, version in planned.versions.items():
            self._used.note(name, version, now)

    def _once(self, text: str) -> None:
        if text != self._said:
            self._said = text
            self._say(text)
