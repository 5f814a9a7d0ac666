"""P-5.8: asyncpg follows a rotated password without a restart."""

import asyncio
import traceback
from typing import Any

import asyncpg
import pytest
from tests.services.postgres import Postgres

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.asyncpg import connect, follow
from strongroom.runtime.providers.login import Login


def where(postgres: Postgres, user: str) -> dict[str, Any]:
    return {"host": postgres.host, "port": postgres.port, "user": user, "database": "postgres"}


def test_the_next_connection_works_and_a_pool_is_renewed(
    postgres: Postgres, origin: MemoryOrigin, secrets: Secrets
) -> None:
    user, old = postgres.login()
    origin.put("WORD", old)
    login = Login(secrets, password="WORD")

    async def run() -> None:
        pool = await asyncpg.create_pool(
            **where(postgres, user), connect=connect(login), min_size=1, max_size=2
        )
        follow(pool, login)
        before = await pool.fetchval("SELECT pg_backend_pid()")
        assert before == await pool.fetchval("SELECT pg_backend_pid()")
        origin.put("WORD", postgres.change(user))
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(**where(postgres, user), password=old)
        await secrets.arefresh("WORD")
        while await pool.fetchval("SELECT pg_backend_pid()") == before:  # noqa: ASYNC110 - it is a task of the provider's
            await asyncio.sleep(0)
        await pool.close()
        origin.put("WORD", postgres.change(user))
        one = await connect(login)(**where(postgres, user))
        assert await one.fetchval("SELECT current_user") == user
        await one.close()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_login_that_fails_for_good_shows_no_value(
    postgres: Postgres, origin: MemoryOrigin, secrets: Secrets
) -> None:
    """P-9.9."""
    user, old = postgres.login()
    origin.put("WORD", old)
    postgres.change(user)
    with pytest.raises(asyncpg.InvalidPasswordError) as caught:
        asyncio.run(connect(Login(secrets, password="WORD"))(**where(postgres, user)))  # type: ignore[arg-type]
    assert old not in "".join(traceback.format_exception(caught.value))
