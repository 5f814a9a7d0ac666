"""The engine for MySQL and MariaDB is Django's, with passwords as servers write them."""

import secrets as random

import pytest
from tests.runtime.providers.django.conftest import Connect, number
from tests.services.mariadb import Mariadb

from strongroom.errors import ConfigError
from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin


@pytest.fixture
def engine() -> str:
    return "mysql"


def test_it_is_djangos(connect: Connect) -> None:
    from django.db.backends.mysql import base  # it needs a driver, which a fixture sees to

    connection = connect()
    assert isinstance(connection, base.DatabaseWrapper)
    assert connection.vendor == "mysql"


def test_a_password_beyond_latin_1_logs_in(
    mariadb: Mariadb, origin: MemoryOrigin, connect: Connect, user: str
) -> None:
    origin.put("WORD", mariadb.change(user, "€" + random.token_hex(16)))
    assert number(connect())


def test_a_password_that_cannot_be_encoded_is_one_error_without_it(
    origin: MemoryOrigin, secrets: Secrets, connect: Connect
) -> None:
    """P-9.9."""
    origin.put("WORD", random.token_hex(16) + "\ud800")
    secrets.refresh("WORD")
    with pytest.raises(ConfigError) as caught:
        number(connect())
    assert caught.value.code == "secret-undecodable"
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)


def test_another_driver_is_given_text(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    """mysqlclient takes no bytes."""
    from django.db.backends.mysql import base

    connection = connect()
    assert isinstance(connection.get_connection_params()["password"], bytes)
    monkeypatch.setattr(base.Database, "__name__", "MySQLdb")
    assert isinstance(connection.get_connection_params()["password"], str)
