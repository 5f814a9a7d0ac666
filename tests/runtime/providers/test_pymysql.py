"""P-5.8: PyMySQL follows a rotated password without a restart."""

import secrets as random
import traceback
from contextlib import closing

import pymysql
import pytest
from tests.services.mariadb import Mariadb

from strongroom.errors import ConfigError
from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.runtime.providers.login import Login
from strongroom.runtime.providers.pymysql import connect


def test_the_next_connection_works_after_a_rotation(
    mariadb: Mariadb, origin: MemoryOrigin, secrets: Secrets
) -> None:
    user, old = mariadb.login()
    origin.put("WORD", old)
    login, where = Login(secrets, password="WORD"), {"host": mariadb.host, "port": mariadb.port}
    connect(login, user=user, **where).close()
    origin.put("WORD", mariadb.change(user))
    with pytest.raises(pymysql.OperationalError):
        mariadb.connect(user, old)
    with closing(connect(login, user=user, **where)) as one, one.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchall() == ((1,),)


def test_a_password_beyond_latin_1_logs_in(
    mariadb: Mariadb, origin: MemoryOrigin, secrets: Secrets
) -> None:
    """PyMySQL's own way of writing it would fail, with an error that holds it."""
    user, _ = mariadb.login()
    login = Login(secrets, password="WORD")
    for part in ("ä", "€", "密"):
        origin.put("WORD", mariadb.change(user, part + random.token_hex(16)))
        secrets.refresh("WORD")
        connect(login, user=user, host=mariadb.host, port=mariadb.port).close()


def test_a_password_that_cannot_be_encoded_is_one_error_without_it(
    mariadb: Mariadb, origin: MemoryOrigin, secrets: Secrets
) -> None:
    """P-9.9."""
    word = random.token_hex(16)
    origin.put("WORD", word + "\ud800")
    with pytest.raises(ConfigError) as caught:
        connect(Login(secrets, password="WORD"), user="app", host=mariadb.host, port=mariadb.port)
    error = caught.value
    assert error.code == "secret-undecodable"
    assert (error.__context__, error.__cause__) == (None, None)
    assert word not in "".join(traceback.format_exception(error)) + repr(error.args)


def test_a_login_that_fails_for_good_shows_no_value(
    mariadb: Mariadb, origin: MemoryOrigin, secrets: Secrets
) -> None:
    """P-9.9."""
    user, old = mariadb.login()
    origin.put("WORD", old)
    mariadb.change(user)
    with pytest.raises(pymysql.OperationalError) as caught:
        connect(Login(secrets, password="WORD"), user=user, host=mariadb.host, port=mariadb.port)
    assert old not in "".join(traceback.format_exception(caught.value))
