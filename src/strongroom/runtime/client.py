"""`Secrets`: the live secrets of an application, from beside it or from its origin.

Values are remembered, asked for again when their time is over, and serve on within a bound while the
origin is away. One thread asks the origin; everybody else waits no longer than `deadline`.
"""

import asyncio
import os
import time
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from secrets import randbelow
from types import TracebackType
from typing import Final, NoReturn, Self

from strongroom.errors import StrongroomError
from strongroom.runtime import application as applications
from strongroom.runtime import cache
from strongroom.runtime.acknowledging import Used
from strongroom.runtime.application import Application
from strongroom.runtime.asking import Asking, Key, Versions
from strongroom.runtime.cache import Failure, Held, Rules
from strongroom.runtime.environment import Environment, current
from strongroom.runtime.keeping import Keeping
from strongroom.runtime.last_good import LastGood, of_process
from strongroom.runtime.listeners import LOG, Callback, Listeners
from strongroom.runtime.nearby import Nearby
from strongroom.runtime.origin.choose import origin_of
from strongroom.runtime.origin.interface import Origin
from strongroom.runtime.problems import missing
from strongroom.runtime.rejected import rejected
from strongroom.runtime.retrying import Retrying, When
from strongroom.runtime.secret import Secret
from strongroom.runtime.sources import checked
from strongroom.runtime.watcher import Watcher

DEADLINE_S: Final = 10.0
POLL_S: Final = 15.0
POLL_MAX_S: Final = 240.0
CLOSE_S: Final = 2.0
_DRAWS: Final = 1_000


class Secrets:
    """The secrets of one application in one environment. Threads and tasks may share it.

    By default everything comes from the process: `strongroom.toml` and variables say which
    application this is and what its origin is, `STRONGROOM_ENVIRONMENT` where it runs. Times are
    seconds. `ttl`: from when on a value is asked for again. `max_stale`: how old it may be while
    the origin is away; 0 is not at all, None what `strongroom.toml` says of the environment, or a day. `deadline`: how long anybody waits. `poll`: how often the
    watcher looks for changes. `changed` is called with each name that the origin gives another
    value of, or no value any more, in the thread that asks it; it must not wait. `last_good`:
    whether values are kept sealed on this machine, so that an outage stops no start.

    Raises:
        ConfigError: `application-invalid`, from `strongroom.toml`.
    """

    def __init__(
        self,
        origin: Origin | None = None,
        *,
        application: Application | None = None,
        environment: Environment | str | None = None,
        ttl: float = cache.TTL_S,
        max_stale: float | None = None,
        deadline: float = DEADLINE_S,
        poll: float = POLL_S,
        folder: Path | None = None,
        changed: Callable[[str], object] | None = None,
        last_good: LastGood | bool | None = True,
    ) -> None:
        folder = folder or Path()
        if isinstance(environment, str):
            environment = Environment(environment)
        self.environment = environment or current(os.environ)
        self.application = application or applications.load(os.environ, folder)
        if max_stale is None:
            max_stale = self.application.max_stale_s(self.environment)
        self._poll_s = poll
        self._given = origin
        self._origin = origin
        self._outgrown: list[Origin] = []
        self._nearby = Nearby(self.environment, folder)
        self._asking: Asking | None = None
        if origin is not None or self.application.origin is not None:
            if last_good is True:
                last_good = of_process(os.environ, self.application, self.environment, max_stale)
            self._asking = Asking(
                self._connect,
                Rules(ttl, max_stale),
                deadline_s=deadline,
                clock=_clock,
                draw=_draw,
                changed=changed,
                keeping=Keeping(last_good) if last_good else None,
            )
        self._listeners = Listeners(self.peek)
        self._watcher = Watcher(self)
        self._used = Used()
        self._mark: str | None = None
        self._failures = 0
        _clients.add(self)

    def find(self, name: str) -> Secret | None:
        """The current value of `name`, or None when it is nowhere.

        Raises:
            InvalidError: `secret-name-invalid`.
            ConfigError: a file that holds it cannot be used.
            StrongroomError: the origin refused or failed, and nothing may serve in its place.
        """
        near = self._near(name)
        if near is not None or self._asking is None:
            return near or self._nearby.dotenv(name)
        return self._given_out(name, self._held((name, False)))

    def from_origin(self, name: str) -> Secret | None:
        """The current value of `name` at the origin, whatever lies beside the process.

        Raises:
            InvalidError: `secret-name-invalid`.
            StrongroomError: the origin refused or failed, and nothing may serve in its place.
        """
        if self._asking is None:
            return None
        held = self._held((checked(name), False))
        if held.error is not None:
            raise held.error.with_traceback(None)
        return self._given_out(name, held)

    def get(self, name: str) -> Secret:
        """The current value of `name`.

        Raises:
            MissingSecretError: (a ValueError) `secret-missing`: it is nowhere.
            StrongroomError: as `find`.
        """
        return self.find(name) or self._missing(name)

    def refresh(self, name: str) -> Secret:
        """The value of `name` as it is now, past all that is remembered.

        While the origin is away that is the value it gave last, as long as that may serve
        (`max_stale`): a refresh that fails takes no value away. After a refusal nothing serves.

        Raises:
            StrongroomError: as `get`.
        """
        self._nearby.forget()
        if self._near(name) is None and self._asking is not None:
            self._held((name, False), anew=True)
        secret = self.get(name)
        self._listeners.announce(name)
        return secret

    def versions(self, name: str) -> Versions:
        """All values of `name` that are still to be accepted: the current one, then those in grace.

        Raises:
            StrongroomError: as `find`.
        """
        near = self._near(name)
        if near is None and self._asking is not None:
            return self._all(name, self._held((name, True)))
        found = near or self._nearby.dotenv(name)
        return () if found is None else (found,)

    @property
    def ttl(self) -> float:
        """How long a value is held before the origin is asked for it again; 0 where there is none."""
        return 0.0 if self._asking is None else self._asking.rules.ttl_s

    def age(self, name: str) -> float:
        """How many seconds ago the origin last said what `get` gives; 0 for what lies beside the process.

        More than `ttl` only while the origin is away. Nobody is asked.
        """
        if self._asking is None or self._nearby.peek(name) is not None:
            return 0.0
        held = self._asking.peek((name, False))
        return 0.0 if held is None else max(0.0, _clock() - held.said_at)

    async def afind(self, name: str) -> Secret | None:
        """`find` in asyncio; no thread waits meanwhile."""
        near = self._near(name)
        if near is not None or self._asking is None:
            return near or self._nearby.dotenv(name)
        return self._given_out(name, await self._aheld((name, False)))

    async def aget(self, name: str) -> Secret:
        """`get` in asyncio."""
        return await self.afind(name) or self._missing(name)

    async def arefresh(self, name: str) -> Secret:
        """`refresh` in asyncio; callbacks run in another thread."""
        self._nearby.forget()
        if self._near(name) is None and self._asking is not None:
            await self._aheld((name, False), anew=True)
        secret = await self.aget(name)
        await asyncio.to_thread(self._listeners.announce, name)
        return secret

    async def aversions(self, name: str) -> Versions:
        """`versions` in asyncio."""
        if self._near(name) is None and self._asking is not None:
            return self._all(name, await self._aheld((name, True)))
        return self.versions(name)

    def on_rotate(self, name: str, callback: Callback) -> Callable[[], None]:
        """Call `callback` with each new value of `name`, from now on; gives what ends that.

        It is called in the thread that noticed, mostly the watcher's, which is started. What it
        raises is logged by its type.

        Raises:
            InvalidError: `secret-name-invalid`.
        """
        end = self._listeners.add(checked(name), callback)
        self.watch()
        return end

    def retry_on_auth_error(self, name: str, *, when: When = rejected) -> Retrying:
        """Decorate a function, or coroutine function, that uses `name`, to be called once more.

        That is when it fails with an error that says the credential was refused (`when`; by default
        the errors of the usual clients are known by their codes) and there is another value by now.

        Raises:
            InvalidError: `secret-name-invalid`.
        """
        return Retrying(self, checked(name), when)

    def peek(self, name: str) -> Secret | None:
        """What was given last, if anything; nobody is asked."""
        near = self._nearby.peek(name)
        if near is not None or self._asking is None:
            return near
        held = self._asking.peek((name, False))
        return held.value[0] if held is not None and held.value else None

    def watch(self) -> None:
        """Look for changes from now on, in a thread of its own, and say which versions are in use."""
        self._watcher.start()

    def close(self) -> None:
        """Stop the watcher, take back what was said to the origin, let go of it. Using it opens it."""
        self._watcher.stop(CLOSE_S)
        if self._asking is None:
            return
        self._asking.flush()
        if self._used.to_take_back:
            used, self._used = self._used, Used()
            self._asking.call(lambda origin: origin.acknowledge(used.instance, {}), CLOSE_S)
        self._asking.call(lambda origin: origin.close(), CLOSE_S)

    def __enter__(self) -> Self:
        self.watch()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        self.watch()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self.close)

    def __repr__(self) -> str:
        return f"<Secrets of {self.application.name} in {self.environment.name}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("Secrets are neither copied nor pickled")

    def tick(self) -> float:
        """What the watcher does; gives the seconds until the next time. Raises nothing."""
        for name in self._nearby.changed():
            try:
                self._nearby.find(name)
            except StrongroomError as error:
                LOG.warning("the file of %s cannot be used (%s)", name, error.code)
        if self._asking is not None:
            self._look(self._asking)
        for name in self._listeners.names():
            self._listeners.announce(name)
        if self._asking is not None:
            self._acknowledge(self._asking)
            self._asking.flush()
        soon = self._used.seconds_left(_clock())
        longest = max(POLL_MAX_S, self._poll_s)
        pause = min(self._poll_s * float(1 << min(self._failures, 8)), longest)
        return min(pause * (1 - cache.JITTER * _draw()), soon)

    def _look(self, asking: Asking) -> None:
        """Ask for everything when something changed, otherwise for what is due."""
        mark = asking.call(lambda origin: origin.mark(), asking.deadline_s)
        failed = isinstance(mark, StrongroomError)
        self._failures = self._failures + 1 if failed else 0
        if isinstance(mark, StrongroomError) and cache.kind(mark) is not Failure.DECIDED:
            return
        everything = failed or mark != self._mark
        self._mark = None if failed else str(mark)
        held = asking.everything()
        wanted = [key for key, one in held.items() if one.value and (everything or asking.due(one))]
        # Who wants to know of a change may not have asked for a value yet.
        wanted += [
            (name, False)
            for name in self._listeners.names()
            if (name, False) not in held and self._nearby.peek(name) is None
        ]
        waiting = [(key, asking.begin(key, anew=True)) for key in wanted]
        for key, asked in waiting:
            if isinstance(asked, Future):
                asking.wait(key, asked)

    def _acknowledge(self, asking: Asking) -> None:
        """Never anybody's trouble: rotation waits for what is not said."""
        for (name, every), held in asking.everything().items():
            # An outage says nothing: what was given out before is still in use.
            if not every and held.error and cache.kind(held.error) is Failure.DECIDED:
                self._used.drop(name)
        used = self._used.due(_clock())
        if used is None:
            return
        me = self._used.instance
        answer = asking.call(lambda origin: origin.acknowledge(me, used), asking.deadline_s)
        if answer is not None:
            LOG.info("the versions in use could not be acknowledged (%s)", answer.code)
        self._used.said(used, _clock(), heard=answer is None)

    def _near(self, name: str) -> Secret | None:
        near = self._nearby.find(name)
        if near is not None and self._used.notes(name):
            self._used.note(name, None, _clock())
        return near

    def _held(self, key: Key, *, anew: bool = False) -> Held[Versions]:
        asking = self._asked()
        held = None if anew else asking.fresh(key)
        if held is not None:
            return held
        asked = asking.begin(key, anew=anew)
        if not isinstance(asked, Future):
            return asked
        held = asking.wait(key, asked)
        self._listeners.announce(key[0])
        return held

    async def _aheld(self, key: Key, *, anew: bool = False) -> Held[Versions]:
        asking = self._asked()
        held = None if anew else asking.fresh(key)
        if held is not None:
            return held
        asked = asking.begin(key, anew=anew)
        if not isinstance(asked, Future):
            return asked
        try:
            held = await asyncio.wait_for(asyncio.wrap_future(asked), asking.deadline_s)
        except TimeoutError:
            held = asking.late(key)
        await asyncio.to_thread(self._listeners.announce, key[0])
        return held

    def _asked(self) -> Asking:
        assert self._asking is not None
        self._watcher.ensure()
        return self._asking

    def _given_out(self, name: str, held: Held[Versions]) -> Secret | None:
        found = self._all(name, held)
        return found[0] if found else None

    def _all(self, name: str, held: Held[Versions]) -> Versions:
        if held.value:
            self._used.note(name, held.value[0].version, _clock())
            return held.value
        # On a developer's machine the origin need not be there.
        last = self._nearby.dotenv(name)
        if last is None and held.error is not None:
            raise held.error.with_traceback(None)
        return () if last is None else (last,)

    def _missing(self, name: str) -> NoReturn:
        where = "" if self._asking is None else ", or put it into the origin of the secrets"
        raise missing(name, f"set {name}, or {name}_FILE to a file that holds it{where}")

    def _connect(self) -> Origin:
        """The origin; called by the thread that asks, so that a start waits for nobody."""
        if self._origin is None:
            found = origin_of(self.application, self.environment)
            assert found is not None
            self._origin = found
        return self._origin

    def after_fork(self) -> None:
        """In a child: locks and threads anew, another instance, another origin if we may make one."""
        if self._given is None and self._origin is not None:
            # Not closed, and not collected either, which may close it: the parent uses it.
            self._outgrown.append(self._origin)
            self._origin = None
        if self._asking is not None:
            self._asking.after_fork()
        self._listeners.after_fork()
        self._watcher.after_fork()
        self._used = self._used.in_child(_clock())
        self._mark = None


def _clock() -> float:
    """Seconds that go on while the machine sleeps, where there is such a clock."""
    return time.clock_gettime(_CLOCK)


def _draw() -> float:
    # From the system, so that the children of a fork draw differently.
    return randbelow(_DRAWS) / _DRAWS


def _after_fork() -> None:
    for one in list(_clients):
        one.after_fork()


_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_clients: Final["weakref.WeakSet[Secrets]"] = weakref.WeakSet()
os.register_at_fork(after_in_child=_after_fork)
