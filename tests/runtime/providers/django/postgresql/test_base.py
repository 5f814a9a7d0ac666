"""P-5.8: Django follows a rotated password without a restart."""

import traceback
from collections.abc import Iterator
from typing import Any

import django
import django.db.utils
import pytest
from django.apps import apps
from django.conf import settings
from tests.services.postgres import Postgres

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.login import Login


@pytest.fixture
def origin() -> MemoryOrigin:
    return MemoryOrigin()


@pytest.fixture
def secrets(origin: MemoryOrigin) -> Iterator[Secrets]:
    with Secrets(origin, environment="production", poll=3600.0) as held:
        yield held


@pytest.fixture
def user(postgres: Postgres, origin: MemoryOrigin) -> str:
    name, word = postgres.login()
    origin.put("WORD", word)
    return name


@pytest.fixture
def connection(postgres: Postgres, secrets: Secrets, user: str) -> Iterator[Any]:
    if not settings.configured:
        settings.configure()
    if not apps.ready:
        django.setup()
    handler = django.db.utils.ConnectionHandler({
        "default": {
            "ENGINE": "strongroom.runtime.providers.django.postgresql",
            "NAME": "postgres", "USER": user, "HOST": postgres.host, "PORT": postgres.port,
            "PASSWORD": Login(secrets, password="WORD"), "CONN_MAX_AGE": None,
        }
    })  # fmt: skip
    yield handler["default"]
    handler.close_all()


def number(connection: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_kept_connection_is_renewed_with_the_next_request(
    postgres: Postgres, origin: MemoryOrigin, secrets: Secrets, connection: Any, user: str
) -> None:
    before = number(connection)
    connection.close_if_unusable_or_obsolete()
    assert before == number(connection)
    origin.put("WORD", postgres.change(user))
    secrets.refresh("WORD")
    connection.close_if_unusable_or_obsolete()
    assert before != number(connection)


def test_a_new_connection_works_though_nobody_told_of_the_rotation(
    postgres: Postgres, origin: MemoryOrigin, connection: Any, user: str
) -> None:
    number(connection)
    connection.close()
    origin.put("WORD", postgres.change(user))
    assert number(connection)
    assert connection.copy().settings_dict["PASSWORD"] is connection.settings_dict["PASSWORD"]


def test_a_login_that_fails_for_good_shows_no_value(
    postgres: Postgres, secrets: Secrets, connection: Any, user: str
) -> None:
    """P-9.9."""
    postgres.change(user)
    with pytest.raises(django.db.utils.OperationalError) as caught:
        number(connection)
    shown = "".join(traceback.format_exception(caught.value)) + repr(connection.settings_dict)
    assert secrets.get("WORD").reveal() not in shown
