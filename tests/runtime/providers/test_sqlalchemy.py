"""P-5.8: SQLAlchemy follows a rotated password without a restart, whatever the driver."""

import asyncio
import secrets as random
import traceback
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from tests.services.mariadb import Mariadb
from tests.services.postgres import Postgres

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.login import Login
from strongroom.runtime.providers.sqlalchemy import follow

Server = Postgres | Mariadb


@pytest.fixture(params=["postgresql+psycopg", "mysql+pymysql"])
def backend(request: pytest.FixtureRequest) -> tuple[str, Server, str]:
    postgres = "postgresql" in request.param
    server: Server = request.getfixturevalue("postgres" if postgres else "mariadb")
    url = f"{request.param}://{{}}@{server.host}:{server.port}/{'postgres' if postgres else ''}"
    return url, server, f"SELECT {'pg_backend_pid' if postgres else 'connection_id'}()"


def test_pooled_connections_are_renewed_and_the_next_one_works(
    backend: tuple[str, Server, str], origin: MemoryOrigin, secrets: Secrets
) -> None:
    url, server, number = backend
    user, old = server.login()
    origin.put("WORD", old)
    login = Login(secrets, password="WORD")
    engine = sqlalchemy.create_engine(url.format(user), pool_size=1, max_overflow=0)
    follow(engine, login)

    def ask() -> Any:
        with engine.connect() as one:
            return one.execute(text(number)).scalar()

    before = ask()
    assert before == ask()
    with engine.connect() as out:
        assert out.execute(text(number)).scalar() == before
        origin.put("WORD", server.change(user))
        secrets.refresh("WORD")
    assert before != ask()

    engine.dispose()
    origin.put("WORD", server.change(user))
    assert ask()
    engine.dispose()


def test_a_password_beyond_latin_1_logs_in(
    backend: tuple[str, Server, str], origin: MemoryOrigin, secrets: Secrets
) -> None:
    url, server, number = backend
    user, _ = server.login()
    origin.put("WORD", server.change(user, "€" + random.token_hex(16)))
    engine = sqlalchemy.create_engine(url.format(user))
    follow(engine, Login(secrets, password="WORD"))
    with engine.connect() as one:
        assert one.execute(text(number)).scalar()
    engine.dispose()


@pytest.mark.parametrize("driver", ["asyncpg", "psycopg"])
def test_asyncio_does_the_same(
    postgres: Postgres, origin: MemoryOrigin, secrets: Secrets, driver: str
) -> None:
    user, old = postgres.login()
    origin.put("WORD", old)
    login = Login(secrets, password="WORD")

    async def run() -> None:
        engine = create_async_engine(
            f"postgresql+{driver}://{user}@{postgres.host}:{postgres.port}/postgres", pool_size=1
        )
        follow(engine, login)

        async def ask() -> Any:
            async with engine.connect() as one:
                return (await one.execute(text("SELECT pg_backend_pid()"))).scalar()

        before = await ask()
        assert before == await ask()
        origin.put("WORD", postgres.change(user))
        await secrets.arefresh("WORD")
        assert before != await ask()
        await engine.dispose()
        origin.put("WORD", postgres.change(user))
        assert await ask()
        await engine.dispose()

    asyncio.run(asyncio.wait_for(run(), 30))


def test_a_login_that_fails_for_good_shows_no_value(
    backend: tuple[str, Server, str], origin: MemoryOrigin, secrets: Secrets
) -> None:
    """P-9.9."""
    url, server, _ = backend
    user, old = server.login()
    origin.put("WORD", old)
    server.change(user)
    engine = sqlalchemy.create_engine(url.format(user))
    follow(engine, Login(secrets, password="WORD"))
    with pytest.raises(sqlalchemy.exc.OperationalError) as caught:
        engine.connect()
    shown = "".join(traceback.format_exception(caught.value)) + repr(engine) + repr(engine.url)
    assert old not in shown
