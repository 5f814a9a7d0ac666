"""P-5.8: Django follows a rotated password without a restart, whatever the engine."""

import traceback

import django.db.utils
import pytest
from tests.runtime.providers.django.conftest import Connect, number
from tests.services.mariadb import Mariadb
from tests.services.postgres import Postgres

from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin


@pytest.fixture(params=["postgresql", "mysql"])
def engine(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def test_a_kept_connection_is_renewed_with_the_next_request(
    server: Postgres | Mariadb, origin: MemoryOrigin, secrets: Secrets, connect: Connect, user: str
) -> None:
    connection = connect()
    before = number(connection)
    connection.close_if_unusable_or_obsolete()
    assert before == number(connection)
    origin.put("WORD", server.change(user))
    secrets.refresh("WORD")
    connection.close_if_unusable_or_obsolete()
    assert before != number(connection)


def test_a_new_connection_works_though_nobody_told_of_the_rotation(
    server: Postgres | Mariadb, origin: MemoryOrigin, connect: Connect, user: str
) -> None:
    connection = connect()
    number(connection)
    connection.close()
    origin.put("WORD", server.change(user))
    assert number(connection)
    assert connection.copy().settings_dict["PASSWORD"] is connection.settings_dict["PASSWORD"]


def test_a_login_that_fails_for_good_shows_no_value(
    server: Postgres | Mariadb, secrets: Secrets, connect: Connect, user: str
) -> None:
    """P-9.9."""
    server.change(user)
    connection = connect()
    with pytest.raises(django.db.utils.OperationalError) as caught:
        number(connection)
    shown = "".join(traceback.format_exception(caught.value)) + repr(connection.settings_dict)
    assert secrets.get("WORD").reveal() not in shown


def test_a_password_that_is_said_is_used_as_ever(secrets: Secrets, connect: Connect) -> None:
    connection = connect(PASSWORD=secrets.get("WORD").reveal())
    before = number(connection)
    connection.close_if_unusable_or_obsolete()
    assert before == number(connection)
