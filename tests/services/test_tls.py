"""A server is believed only by its authority and its name, and a plain one never by either."""

import ssl
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import psycopg
import pymysql
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.services.mariadb import Mariadb
from tests.services.postgres import Postgres
from tests.services.process import HOST
from tests.services.redis_server import Redis
from tests.services.tls import OTHER_NAME, Authority

WRONG = pytest.mark.parametrize("wrong", ["name", "authority", "no-tls"])


S = TypeVar("S")


def _dials(good: S, plain: S, authority: Authority, wrong: str) -> tuple[S, str, Path]:
    """The server, the host and the authority that one wrong thing is about."""
    host = OTHER_NAME if wrong == "name" else HOST
    ca = authority.stranger if wrong == "authority" else authority.ca
    return plain if wrong == "no-tls" else good, host, ca


def _postgres(server: Postgres, host: str, ca: Path) -> None:
    with psycopg.connect(
        host=host, port=server.port, dbname="postgres", user="admin", password=server.password,
        sslmode="verify-full", sslrootcert=str(ca),
    ) as connection:  # fmt: skip
        assert connection.pgconn.ssl_in_use


def test_postgres_is_believed(postgres_tls: Postgres, authority: Authority) -> None:
    _postgres(postgres_tls, HOST, authority.ca)


@WRONG
def test_another_postgres_is_refused(
    postgres_tls: Postgres, postgres: Postgres, authority: Authority, wrong: str
) -> None:
    with pytest.raises(psycopg.OperationalError, match=r"certificate|does not support SSL"):
        _postgres(*_dials(postgres_tls, postgres, authority, wrong))


def _mariadb(server: Mariadb, host: str, ca: Path) -> None:
    with closing(
        pymysql.connect(
            host=host, port=server.port, user="root", password=server.password,
            ssl=ssl.create_default_context(cafile=ca),
        )
    ) as connection, connection.cursor() as cursor:  # fmt: skip
        cursor.execute("SHOW STATUS LIKE 'Ssl_cipher'")
        assert cursor.fetchone()[1]


def test_mariadb_is_believed(mariadb_tls: Mariadb, authority: Authority) -> None:
    _mariadb(mariadb_tls, HOST, authority.ca)


@WRONG
def test_another_mariadb_is_refused(
    mariadb_tls: Mariadb, mariadb: Mariadb, authority: Authority, wrong: str
) -> None:
    with pytest.raises(pymysql.OperationalError, match=r"CERTIFICATE_VERIFY_FAILED|t support"):
        _mariadb(*_dials(mariadb_tls, mariadb, authority, wrong))


def _redis(server: Redis, host: str, ca: Path) -> None:
    with closing(
        redis.Redis(
            host=host, port=server.port, username="admin", password=server.password, ssl=True,
            ssl_ca_certs=str(ca), socket_timeout=3, retry=Retry(NoBackoff(), 0),
        )
    ) as client:  # fmt: skip
        assert client.ping()


def test_redis_is_believed(redis_tls: Redis, authority: Authority) -> None:
    _redis(redis_tls, HOST, authority.ca)
    assert redis_tls.run("PING")


@WRONG
def test_another_redis_is_refused(
    redis_tls: Redis, redis_server: Redis, authority: Authority, wrong: str
) -> None:
    # A plain one waits for the end of the line, whatever it is sent.
    refused = redis.TimeoutError if wrong == "no-tls" else redis.ConnectionError
    with pytest.raises(refused):
        _redis(*_dials(redis_tls, redis_server, authority, wrong))
