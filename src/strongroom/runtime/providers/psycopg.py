"""psycopg 3: connections that log in with what is valid when they are made.

    Live = connection(login)
    pool = ConnectionPool("host=db user=app dbname=main", connection_class=Live)
    follow(pool, login)

or without a pool `Live.connect("host=db user=app dbname=main")`.
"""

from collections.abc import Callable
from typing import Any

from strongroom.runtime.providers.login import Login


def connection(login: Login) -> Any:
    """A subclass of `psycopg.Connection`; user and password come from `login`."""
    import psycopg  # noqa: PLC0415 - the application has it

    class LiveConnection(psycopg.Connection):  # type: ignore[misc]
        @classmethod
        def connect(cls, conninfo: str = "", **options: Any) -> Any:
            make = super().connect
            return login.attempt(lambda c: make(conninfo, **{**options, **c.options()}))

    return LiveConnection


def async_connection(login: Login) -> Any:
    """A subclass of `psycopg.AsyncConnection`."""
    import psycopg  # noqa: PLC0415

    class LiveAsyncConnection(psycopg.AsyncConnection):  # type: ignore[misc]
        @classmethod
        async def connect(cls, conninfo: str = "", **options: Any) -> Any:
            make = super().connect
            return await login.aattempt(lambda c: make(conninfo, **{**options, **c.options()}))

    return LiveAsyncConnection


def follow(pool: Any, login: Login) -> Callable[[], None]:
    """After each change, replace what is idle in a `ConnectionPool`, and what is out when it returns.

    It needs psycopg_pool 3.3. Gives what ends that.
    """
    return login.on_change(pool.drain)


def async_follow(pool: Any, login: Login) -> Callable[[], None]:
    """`follow` for an `AsyncConnectionPool`; called in its event loop."""
    return login.on_change_here(pool.drain)
