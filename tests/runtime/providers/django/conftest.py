"""Django with a database by one of our engines, as a request's thread has it."""

from collections.abc import Callable, Iterator
from typing import Any

import django
import django.db.utils
import pymysql
import pytest
from django.apps import apps
from django.conf import settings
from tests.services.mariadb import Mariadb
from tests.services.postgres import Postgres

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.login import Login

Connect = Callable[..., Any]


@pytest.fixture
def server(request: pytest.FixtureRequest, engine: str) -> Postgres | Mariadb:
    """The server that `engine` is for."""
    found: Postgres | Mariadb = request.getfixturevalue(
        "postgres" if engine == "postgresql" else "mariadb"
    )
    return found


@pytest.fixture
def user(server: Postgres | Mariadb, origin: MemoryOrigin) -> str:
    name, word = server.login()
    origin.put("WORD", word)
    return name


@pytest.fixture
def connect(
    server: Postgres | Mariadb, engine: str, secrets: Secrets, user: str
) -> Iterator[Connect]:
    """A connection of `engine`; `PASSWORD` is a `Login` if nothing else is said."""
    pymysql.install_as_MySQLdb()
    if not settings.configured:
        settings.configure()
    if not apps.ready:
        django.setup()
    handlers = []

    def made(**more: Any) -> Any:
        handler = django.db.utils.ConnectionHandler({
            "default": {
                "ENGINE": f"strongroom.runtime.providers.django.{engine}",
                "NAME": "postgres" if engine == "postgresql" else "information_schema",
                "USER": user, "HOST": server.host, "PORT": server.port,
                "PASSWORD": Login(secrets, password="WORD"), "CONN_MAX_AGE": None, **more,
            }
        })  # fmt: skip
        handlers.append(handler)
        return handler["default"]

    yield made
    for handler in handlers:
        handler.close_all()


def number(connection: Any) -> Any:
    """The server's number for the session."""
    asked = "pg_backend_pid" if connection.vendor == "postgresql" else "connection_id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked}()")
        return cursor.fetchone()[0]
