"""A login that changes while the application runs: who logs in, with which password, right now.

    login = Login(secrets, password="DATABASE_PASSWORD")
    login = Login(secrets, username="DATABASE_USERNAME", password="DATABASE_PASSWORD")
    login = Login(secrets, url="DATABASE_URL")

It is asked before each connection. A refusal is answered by asking the secrets' origin anew, at most
once in `ASK_AGAIN_S` for all connections together, and one more try if there is something new: so a
password that was changed a moment ago costs one try, and a database that refuses everybody does not become
a storm on the room.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn, TypeVar

from strongroom.errors import ConfigError, StrongroomError
from strongroom.runtime.providers import address
from strongroom.runtime.providers.anew import Anew
from strongroom.runtime.providers.interface import Holder
from strongroom.runtime.rejected import rejected
from strongroom.runtime.secret import Secret

T = TypeVar("T")
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
        self._anew = Anew(ASK_AGAIN_S, clock)
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
            StrongroomError: as `Secrets.get`, `secret-url-invalid`, or `secret-undecodable`.
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
        with suppress(StrongroomError):  # then the refusal itself is what is said
            self._anew.ask(lambda: [self._secrets.refresh(name) for name in self._names])
        with suppress(StrongroomError):
            return self._other(refused, [self._secrets.get(name) for name in self._names])
        return None

    async def aagain(self, refused: Credentials) -> Credentials | None:
        """`again` in asyncio."""
        with suppress(StrongroomError):
            await self._anew.aask(self._arefresh)
        with suppress(StrongroomError):
            return self._other(refused, [await self._secrets.aget(name) for name in self._names])
        return None

    def attempt(self, connect: Callable[[Credentials], T]) -> T:
        """What `connect` gives; it is called once more with other credentials when these are refused.

        Raises:
            ConfigError: `login-unencodable`: the library cannot write them as it writes text.
            StrongroomError: as `read`.
        """
        credentials = self.read()
        try:
            return self._connected(connect, credentials)
        except Exception as error:
            other = self.again(credentials) if rejected(error) else None
            if other is None:
                raise
        return self._connected(connect, other)

    async def aattempt(self, connect: Callable[[Credentials], Awaitable[T]]) -> T:
        """`attempt` in asyncio."""
        credentials = await self.aread()
        try:
            return await self._aconnected(connect, credentials)
        except Exception as error:
            other = await self.aagain(credentials) if rejected(error) else None
            if other is None:
                raise
        return await self._aconnected(connect, other)

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
        for one in found:
            one.reveal_bytes()  # what no library can encode is refused here, where it has a name
        if self._url is None:
            *user, word = (one.reveal() for one in found)
            return Credentials(user[0] if user else None, word)
        parts = address.split(found[0].reveal(), self._url)
        return Credentials(parts.username, parts.password or "")

    async def _arefresh(self) -> None:
        for name in self._names:
            await self._secrets.arefresh(name)

    def _other(self, refused: Credentials, found: list[Secret]) -> Credentials | None:
        made = self._made(found)
        return None if made == refused else made

    def _connected(self, connect: Callable[[Credentials], T], credentials: Credentials) -> T:
        with suppress(UnicodeEncodeError):  # it holds what could not be encoded
            return connect(credentials)
        raise self._unencodable()

    async def _aconnected(
        self, connect: Callable[[Credentials], Awaitable[T]], credentials: Credentials
    ) -> T:
        with suppress(UnicodeEncodeError):
            return await connect(credentials)
        raise self._unencodable()

    def _unencodable(self) -> ConfigError:
        return ConfigError(
            "login-unencodable",
            f"the library cannot encode user or password of {self!r}",
            fix="use a password of ASCII characters: strongroom generate password",
        )


def _versions(found: list[Secret]) -> tuple[int | None, ...]:
    return tuple(one.version for one in found)
