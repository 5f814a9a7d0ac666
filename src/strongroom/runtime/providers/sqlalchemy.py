"""SQLAlchemy 2, plain and asyncio: connections that log in with what is valid when they are made.

    engine = create_engine("postgresql+psycopg://app@db/main")
    follow(engine, login)

After a change, each pooled connection is replaced when it is next taken from the pool. `dispose` would
forget those that are in use.
"""

from collections.abc import Callable
from typing import Any, Final

from strongroom.runtime.providers import pymysql
from strongroom.runtime.providers.login import Credentials, Login

STAMP: Final = "strongroom"


def follow(engine: Any, login: Login) -> Callable[[], None]:
    """Have an `Engine` or an `AsyncEngine` log in by `login`; gives what ends the replacing.

    The driver must call user and password `user` and `password`, as psycopg, asyncpg, PyMySQL and
    mysqlclient do.
    """
    from sqlalchemy import event, exc  # noqa: PLC0415 - the application has it
    from sqlalchemy.util import await_only  # noqa: PLC0415

    engine = getattr(engine, "sync_engine", engine)
    changes = [0]

    def connect(dialect: Any, record: Any, words: Any, options: dict[str, Any]) -> Any:
        record.info[STAMP] = changes[0]  # before the password is read: a change in between is seen

        def made(credentials: Credentials) -> Any:
            said = pymysql.options if dialect.driver == "pymysql" else Credentials.options
            return dialect.connect(*words, **{**options, **said(credentials)})

        async def amade(credentials: Credentials) -> Any:
            # SQLAlchemy's adapters wait inside of a greenlet, which `await_only` left.
            from sqlalchemy.util import greenlet_spawn  # noqa: PLC0415

            return await greenlet_spawn(made, credentials)

        if dialect.is_async:
            return await_only(login.aattempt(amade))
        return login.attempt(made)

    def taken(_connection: Any, record: Any, _proxy: Any) -> None:
        if record.info.get(STAMP) != changes[0]:
            raise exc.DisconnectionError("the credential has changed")

    def changed() -> None:
        changes[0] += 1

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "checkout", taken)
    return login.on_change(changed)
