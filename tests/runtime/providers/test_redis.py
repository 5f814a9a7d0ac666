"""P-5.8: redis-py follows a rotated password without a restart."""

import asyncio
import traceback
from contextlib import closing

import pytest
import redis
import redis.asyncio
from tests.services.redis_server import Redis

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers import redis as live
from strongroom.runtime.providers.login import Login


@pytest.fixture
def login(redis_server: Redis, origin: MemoryOrigin, secrets: Secrets) -> Login:
    user, word = redis_server.login()
    origin.put("LOGIN", user)
    origin.put("WORD", word)
    return Login(secrets, username="LOGIN", password="WORD")


def rotated(redis_server: Redis, origin: MemoryOrigin, login: Login) -> None:
    user = login.read().username
    assert user is not None
    origin.put("LOGIN", user)  # fields of one secret share its version
    origin.put("WORD", redis_server.change(user))


def bare(redis_server: Redis) -> str:
    return f"redis://{redis_server.host}:{redis_server.port}/0"


def test_the_next_connection_works_after_a_rotation(
    redis_server: Redis, origin: MemoryOrigin, login: Login
) -> None:
    before = login.read()
    with closing(redis.Redis.from_url(bare(redis_server), **live.options(login))) as client:
        assert client.ping()
        rotated(redis_server, origin, login)
        redis_server.end_sessions(before.username or "")
        assert client.ping()
    old = redis_server.url(before.username or "", before.password)
    with closing(redis.Redis.from_url(old)) as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_open_connections_are_renewed(
    redis_server: Redis, origin: MemoryOrigin, secrets: Secrets, login: Login
) -> None:
    with closing(redis.Redis.from_url(bare(redis_server), **live.options(login))) as client:
        live.follow(client, login)
        before = client.client_id()
        assert before == client.client_id()
        rotated(redis_server, origin, login)
        secrets.refresh("WORD")
        assert before != client.client_id()


def test_asyncio_does_the_same(
    redis_server: Redis, origin: MemoryOrigin, secrets: Secrets, login: Login
) -> None:
    async def run() -> None:
        client = redis.asyncio.Redis.from_url(bare(redis_server), **live.async_options(login))
        live.async_follow(client, login)
        before = await client.client_id()
        rotated(redis_server, origin, login)
        await secrets.arefresh("WORD")
        while await client.client_id() == before:  # noqa: ASYNC110 - it is a task of the provider's
            await asyncio.sleep(0)
        rotated(redis_server, origin, login)
        await client.connection_pool.disconnect()
        assert await client.ping()
        await client.aclose()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_refusal_counts_though_another_connection_was_given_another_password_meanwhile(
    redis_server: Redis, origin: MemoryOrigin, secrets: Secrets, login: Login
) -> None:
    login.read()
    rotated(redis_server, origin, login)
    tries = []

    class Refused(redis.Connection):  # type: ignore[misc]
        def on_connect(self) -> None:
            tries.append(1)
            try:
                super().on_connect()
            except redis.AuthenticationError:
                secrets.refresh("LOGIN")
                secrets.refresh("WORD")
                with closing(client.connection_pool.make_connection()) as other:
                    other.connect()
                raise

        def close(self) -> None:
            self.disconnect()

    pool = redis.ConnectionPool(
        connection_class=Refused, host=redis_server.host, port=redis_server.port, **live.options(login)
    )  # fmt: skip
    with closing(redis.Redis(connection_pool=pool)) as client:
        assert client.ping()
    pool.disconnect()
    assert len(tries) == 3


def test_a_login_that_fails_for_good_shows_no_value(redis_server: Redis, login: Login) -> None:
    """P-9.9."""
    before = login.read()
    redis_server.change(before.username or "")
    with (
        closing(redis.Redis.from_url(bare(redis_server), **live.options(login))) as client,
        pytest.raises(redis.AuthenticationError) as caught,
    ):
        client.ping()
    shown = "".join(traceback.format_exception(caught.value)) + repr(client.connection_pool)
    assert before.password not in shown
