"""asyncpg: connections that log in with what is valid when they are made.

pool = await asyncpg.create_pool("postgresql://app@db/main", connect=connect(login))
follow(pool, login)
"""

from collections.abc import Awaitable, Callable
from typing import Any

from strongroom.runtime.providers.login import Login


def connect(login: Login) -> Callable[..., Awaitable[Any]]:
    """`asyncpg.connect` with user and password from `login`; for `create_pool` from asyncpg 0.30 on."""
    import asyncpg  # noqa: PLC0415 - the application has it

    async def live(*addresses: Any, **options: Any) -> Any:
        return await login.aattempt(
            lambda c: asyncpg.connect(*addresses, **{**options, **c.options()})
        )

    return live


def follow(pool: Any, login: Login) -> Callable[[], None]:
    """After each change, replace the pool's connections as they are used; called in its event loop.

    Gives what ends that.
    """
    return login.on_change_here(pool.expire_connections)
