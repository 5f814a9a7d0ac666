"""redis-py: connections that log in with what is valid when they are made.

    client = redis.Redis.from_url("redis://cache:6379/0", **options(login))
    follow(client, login)

An open connection stays what it was when the password changes at the server, so after each change the
idle ones are closed, and those in use when they are next asked for.
"""

from collections.abc import Callable
from typing import Any

from strongroom.runtime.providers.login import Credentials, Login
from strongroom.runtime.rejected import rejected


def options(login: Login) -> dict[str, Any]:
    """What `redis.Redis`, a pool or a URL take beside the address."""

    def connected(connection: Any) -> None:
        # One for each connection: it says what this one was given, not what another was meanwhile.
        provider = connection.credential_provider = credential_provider(login)
        try:
            connection.on_connect()
        except Exception as error:
            if not rejected(error) or login.again(provider.given) is None:
                raise
        else:
            return
        connection.disconnect()  # after a refusal some versions have closed it
        connection.connect()

    return {"credential_provider": credential_provider(login), "redis_connect_func": connected}


def async_options(login: Login) -> dict[str, Any]:
    """`options` for `redis.asyncio`."""

    async def connected(connection: Any) -> None:
        provider = connection.credential_provider = credential_provider(login)
        try:
            await connection.on_connect()
        except Exception as error:
            if not rejected(error) or await login.aagain(provider.given) is None:
                raise
        else:
            return
        await connection.disconnect()
        await connection.connect()

    return {"credential_provider": credential_provider(login), "redis_connect_func": connected}


def credential_provider(login: Login) -> Any:
    """A `redis.CredentialProvider`, for what takes nothing else: it does not try again."""
    import redis  # noqa: PLC0415 - the application has it

    class LiveCredentialProvider(redis.CredentialProvider):  # type: ignore[misc]
        given = Credentials(None, "")

        def get_credentials(self) -> tuple[str, ...]:
            self.given = login.read()
            return _words(self.given)

        async def get_credentials_async(self) -> tuple[str, ...]:
            self.given = await login.aread()
            return _words(self.given)

    return LiveCredentialProvider()


def follow(client: Any, login: Login) -> Callable[[], None]:
    """After each change, connect anew; gives what ends that."""
    pool = client.connection_pool

    def renew() -> None:
        for connection in list(pool._in_use_connections):  # noqa: SLF001 - redis-py has no other way
            connection.mark_for_reconnect()
        pool.disconnect(inuse_connections=False)

    return login.on_change(renew)


def async_follow(client: Any, login: Login) -> Callable[[], None]:
    """`follow` for `redis.asyncio`; called in its event loop."""
    pool = client.connection_pool

    async def renew() -> None:
        for connection in list(pool._in_use_connections):  # noqa: SLF001
            connection.mark_for_reconnect()
        await pool.disconnect(inuse_connections=False)

    return login.on_change_here(renew)


def _words(credentials: Credentials) -> tuple[str, ...]:
    if credentials.username is None:
        return (credentials.password,)
    return credentials.username, credentials.password
