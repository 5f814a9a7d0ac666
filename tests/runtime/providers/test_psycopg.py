"""P-5.8: connections to PostgreSQL follow a rotated password without a restart."""

import asyncio
import traceback
from contextlib import closing
from typing import Any

import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool, ConnectionPool
from tests.services.postgres import Postgres

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.login import Login
from strongroom.runtime.providers.psycopg import (
    async_connection,
    async_follow,
    connection,
    follow,
)

WHO = "SELECT current_user, pg_backend_pid()"


def base(postgres: Postgres, user: str) -> str:
    return f"host={postgres.host} port={postgres.port} user={user} dbname=postgres"


def rotated(postgres: Postgres, origin: MemoryOrigin, user: str) -> str:
    fresh = postgres.change(user)
    origin.put("WORD", fresh)
    return fresh


def test_the_next_connection_works_after_a_rotation_that_nobody_told_of(
    postgres: Postgres, origin: MemoryOrigin, secrets: Secrets
) -> None:
    user, old = postgres.login()
    origin.put("WORD", old)
    live = connection(Login(secrets, password="WORD"))
    with live.connect(base(postgres, user)) as one:
        assert one.execute(WHO).fetchone()[0] == user
    rotated(postgres, origin, user)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres.dsn(user, old))
    with live.connect(base(postgres, user)) as one:
        assert one.execute(WHO).fetchone()[0] == user


def test_a_pool_renews_what_is_idle_and_what_is_out(
    postgres: Postgres, origin: MemoryOrigin, secrets: Secrets
) -> None:
    user, old = postgres.login()
    origin.put("WORD", old)
    login = Login(secrets, password="WORD")
    with ConnectionPool(
        base(postgres, user), connection_class=connection(login), min_size=1, max_size=2, timeout=20
    ) as pool:
        follow(pool, login)
        with pool.connection() as out:
            before = {out.info.backend_pid}
            with pool.connection() as other:
                before.add(other.info.backend_pid)
            rotated(postgres, origin, user)
            secrets.refresh("WORD")
        after = set()
        for _ in range(3):
            with pool.connection() as one:
                after.add(one.execute(WHO).fetchone()[1])
        assert not before & after


def test_both_user_and_password_may_change(
    postgres: Postgres, origin: MemoryOrigin, secrets: Secrets
) -> None:
    first, second = postgres.login(), postgres.login()
    origin.put("URL", postgres.url(*first))
    login = Login(secrets, url="URL")
    live = connection(login)
    with live.connect(login.address) as one:
        assert one.info.user == first[0]
    origin.put("URL", postgres.url(*second))
    postgres.change(first[0])
    with live.connect(login.address) as one:
        assert one.info.user == second[0]


def test_asyncio_does_the_same(postgres: Postgres, origin: MemoryOrigin, secrets: Secrets) -> None:
    user, old = postgres.login()
    origin.put("WORD", old)
    login = Login(secrets, password="WORD")

    async def pid(pool: Any) -> Any:
        async with pool.connection() as one:
            return (await (await one.execute(WHO)).fetchone())[1]

    async def run() -> None:
        async with AsyncConnectionPool(
            base(postgres, user), connection_class=async_connection(login), min_size=1, timeout=20
        ) as pool:
            async_follow(pool, login)
            before = await pid(pool)
            assert before == await pid(pool)
            rotated(postgres, origin, user)
            await secrets.arefresh("WORD")
            while await pid(pool) == before:  # noqa: ASYNC110 - it is a task of the provider's
                await asyncio.sleep(0)
        rotated(postgres, origin, user)
        one = await async_connection(login).connect(base(postgres, user))
        await one.close()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_login_that_fails_for_good_shows_no_value(
    postgres: Postgres, origin: MemoryOrigin, secrets: Secrets
) -> None:
    """P-9.9."""
    user, old = postgres.login()
    origin.put("WORD", old)
    fresh = postgres.change(user)
    with pytest.raises(psycopg.OperationalError) as caught:
        closing(connection(Login(secrets, password="WORD")).connect(base(postgres, user)))
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value.args)
    assert old not in shown
    assert fresh not in shown
