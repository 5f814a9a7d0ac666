"""Each server starts, lets its logins in with their passwords only, and leaves nothing behind."""

import os
from contextlib import closing
from pathlib import Path

import psycopg
import pymysql
import pytest
import redis

from tests.services import process
from tests.services.mariadb import Mariadb
from tests.services.openbao import Openbao
from tests.services.postgres import Postgres
from tests.services.redis_server import Redis


def test_postgres_knows_a_login_by_its_newest_password(postgres: Postgres) -> None:
    user, old = postgres.login()
    new = postgres.change(user)
    with psycopg.connect(postgres.dsn(user, new)) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (user,)
    with pytest.raises(psycopg.OperationalError, match="authentication failed"):
        psycopg.connect(postgres.dsn(user, old))


def test_mariadb_knows_a_login_by_its_newest_password(mariadb: Mariadb) -> None:
    user, old = mariadb.login()
    new = mariadb.change(user)
    with closing(mariadb.connect(user, new, database=mariadb.database(user))) as connection:
        connection.query("CREATE TABLE t (n INT)")
    with pytest.raises(pymysql.OperationalError, match="Access denied"):
        mariadb.connect(user, old)


def test_redis_knows_a_login_by_its_newest_password(redis_server: Redis) -> None:
    user, old = redis_server.login()
    both = redis_server.change(user, overlap=True)
    for password in (old, both):
        with closing(redis.Redis.from_url(redis_server.url(user, password))) as client:
            assert client.ping()
    redis_server.change(user)
    with (
        closing(redis.Redis.from_url(redis_server.url(user, old))) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()
    assert redis_server.run("ACL", "SAVE") == "OK"


def test_openbao_keeps_what_it_is_given(openbao: Openbao) -> None:
    openbao.call("POST", "secret/data/app", {"data": {"key": "fake"}})
    assert openbao.call("GET", "secret/data/app")["data"]["data"] == {"key": "fake"}


def test_a_server_that_does_not_start_says_what_its_log_ends_with(tmp_path: Path) -> None:
    cwd = tmp_path / "server"
    cwd.mkdir()
    command = ["/bin/sh", "-c", "echo the disk is gone >&2; exit 3"]
    with (
        pytest.raises(process.NotStartedError, match="the disk is gone"),
        process.running(lambda _: command, process.listens, owner=None, environ={}, cwd=cwd),
    ):
        pass
    assert list(tmp_path.iterdir()) == [cwd]


def test_a_server_is_ended_with_its_block(tmp_path: Path) -> None:
    cwd = tmp_path / "server"
    cwd.mkdir()
    command = ["/bin/sh", "-c", "echo $$ > pid; exec sleep 100"]
    pid = cwd / "pid"
    with process.running(
        lambda _: command, lambda _: pid.exists(), owner=None, environ={}, cwd=cwd
    ):
        number = int(pid.read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_a_missing_program_skips_its_test_with_the_line_that_helps() -> None:
    with pytest.raises(pytest.skip.Exception, match="make services"):
        process.program("no-such-program-is-here")
