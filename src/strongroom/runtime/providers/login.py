"""A login that changes while the application runs: who logs in, with which password, right now.

    login = Login(secrets, password="DATABASE_PASSWORD")
    login = Login(secrets, username="DATABASE_USERNAME", password="DATABASE_PASSWORD")
    login = Login(secrets, url="DATABASE_URL")

It is asked before each connection. A refusal is answered by asking the secrets' origin anew, at most
once in `ASK_AGAIN_S`, and one more try if there is something new: so a password that was changed a moment
ago costs one try, and a database that refuses everybody does not become a storm on the room.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, NoReturn, TypeVar

from strongroom.errors import ConfigError, StrongroomError
from strongroom.runtime.providers import address
from strongroom.runtime.providers.interface import Holder
from strongroom.runtime.secret import Secret

T = TypeVar("T")
Refused = Callable[[BaseException], bool]
ASK_AGAIN_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """`username` is None where the library is told it otherwise, as a fixed one."""

    username: str | None
    password: str = field(repr=False)

    def options(self) -> dict[str, str]:
        """As keyword arguments of a function that connects."""
        words = {} if self.username is None else {"user": self.username}
        return {**words, "password": self.password}


class Login:
    """Threads and tasks share it.

    Names are the secrets'. With `username`, both should be fields of one secret, so that they change
    together; with `url`, both come out of one URL.
    """

    def __init__(
        self,
        secrets: Holder,
        *,
        password: str | None = None,
        username: str | None = None,
        url: str | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if (password is None) == (url is None) or (url is not None and username is not None):
            raise ValueError("either `url`, or `password` with or without `username`")
        self._secrets = secrets
        self._url = url
        self._names = tuple(name for name in (url, username, password) if name is not None)
        self._clock = clock
        self._lock = Lock()
        self._asked_at = float("-inf")
        # Versions of a user name and a password that differ though both were asked for anew: they
        # are two secrets, and are not asked for each time.
        self._apart: tuple[int | None, ...] | None = None

    def __repr__(self) -> str:
        return f"Login({', '.join(self._names)})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Login is made where it is used")

    def __deepcopy__(self, memo: object) -> "Login":
        return self  # settings are copied with what is in them

    @property
    def address(self) -> str:
        """The URL without user and password, where there is one.

        Raises:
            ConfigError: `login-without-url`.
            StrongroomError: the secret cannot be had, or is no URL.
        """
        if self._url is None:
            raise ConfigError(
                "login-without-url", f"{self!r} knows no address", fix="name one: Login(url=…)"
            )
        return address.split(self._secrets.get(self._url).reveal(), self._url).address

    def read(self) -> Credentials:
        """What is valid now.

        Raises:
            StrongroomError: as `Secrets.get`, or `secret-url-invalid`.
        """
        found = [self._secrets.get(name) for name in self._names]
        if self._torn(found):
            found = [self._secrets.refresh(name) for name in self._names]
            self._apart = _versions(found)
        return self._made(found)

    async def aread(self) -> Credentials:
        """`read` in asyncio."""
        found = [await self._secrets.aget(name) for name in self._names]
        if self._torn(found):
            found = [await self._secrets.arefresh(name) for name in self._names]
            self._apart = _versions(found)
        return self._made(found)

    def again(self, refused: Credentials) -> Credentials | None:
        """After these were refused: others, if there are."""
        return self._other(refused, self._refresh() if self._may_ask() else None)

    async def aagain(self, refused: Credentials) -> Credentials | None:
        """`again` in asyncio."""
        return self._other(refused, await self._arefresh() if self._may_ask() else None)

    def attempt(self, connect: Callable[[Credentials], T], refused: Refused) -> T:
        """What `connect` gives; it is called once more with other credentials when these are refused."""
        credentials = self.read()
        try:
            return connect(credentials)
        except Exception as error:
            other = self.again(credentials) if refused(error) else None
            if other is None:
                raise
        return connect(other)

    async def aattempt(self, connect: Callable[[Credentials], Awaitable[T]], refused: Refused) -> T:
        """`attempt` in asyncio."""
        credentials = await self.aread()
        try:
            return await connect(credentials)
        except Exception as error:
            other = await self.aagain(credentials) if refused(error) else None
            if other is None:
                raise
        return await connect(other)

    def on_change(self, callback: Callable[[], object]) -> Callable[[], None]:
        """Call `callback` after each change, in some thread; gives what ends that."""
        ends = [self._secrets.on_rotate(name, lambda _: callback()) for name in self._names]

        def end() -> None:
            for one in ends:
                one()

        return end

    def on_change_here(
        self, callback: Callable[[], Coroutine[Any, Any, object]]
    ) -> Callable[[], None]:
        """`on_change` for the event loop that runs now: `callback` is run there as a task."""
        loop = asyncio.get_running_loop()
        running: set[asyncio.Task[object]] = set()

        def start() -> None:
            task = loop.create_task(callback())
            running.add(task)  # a loop keeps none of its tasks alive
            task.add_done_callback(running.discard)

        def tell() -> None:
            with suppress(RuntimeError):  # the loop is closed, and with it what it held
                loop.call_soon_threadsafe(start)

        return self.on_change(tell)

    def _torn(self, found: list[Secret]) -> bool:
        """Whether a user name and a password may be of two moments."""
        versions = _versions(found)
        return len(set(versions)) > 1 and None not in versions and versions != self._apart

    def _made(self, found: list[Secret]) -> Credentials:
        if self._url is None:
            *user, word = (one.reveal() for one in found)
            return Credentials(user[0] if user else None, word)
        parts = address.split(found[0].reveal(), self._url)
        return Credentials(parts.username, parts.password or "")

    def _may_ask(self) -> bool:
        with self._lock:
            now = self._clock()
            if now - self._asked_at < ASK_AGAIN_S:
                return False
            self._asked_at = now
            return True

    def _refresh(self) -> Credentials | None:
        with suppress(StrongroomError):  # then the refusal itself is what is said
            return self._made([self._secrets.refresh(name) for name in self._names])
        return None

    async def _arefresh(self) -> Credentials | None:
        with suppress(StrongroomError):
            return self._made([await self._secrets.arefresh(name) for name in self._names])
        return None

    def _other(self, refused: Credentials, asked: Credentials | None) -> Credentials | None:
        """Also without asking: another thread may have, a moment ago."""
        found = asked
        if found is None:
            with suppress(StrongroomError):
                found = self._made([self._secrets.get(name) for name in self._names])
        return None if found is None or found == refused else found


def _versions(found: list[Secret]) -> tuple[int | None, ...]:
    return tuple(one.version for one in found)
