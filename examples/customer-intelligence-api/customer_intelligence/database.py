"""PostgreSQL: a pool whose connections log in with what is valid when they are made."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from strongroom import Secrets
from strongroom.errors import UpstreamError
from strongroom.runtime.providers import psycopg as live
from strongroom.runtime.providers.login import Login

Connection: TypeAlias = psycopg.Connection[Any]
Pool: TypeAlias = ConnectionPool[Connection]
WAIT_S: Final = 10.0
_LOCK: Final = 7_235_911  # one process makes the tables, the others wait
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS account (
    name text PRIMARY KEY,
    password text NOT NULL
);
CREATE TABLE IF NOT EXISTS api_key (
    id text PRIMARY KEY,
    digest text NOT NULL,
    who text NOT NULL,
    scopes text[] NOT NULL,
    expires_s double precision
);
CREATE TABLE IF NOT EXISTS customer (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL
);
CREATE TABLE IF NOT EXISTS purchase (
    customer uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
    at_us bigint NOT NULL,
    cents bigint NOT NULL
);
CREATE INDEX IF NOT EXISTS purchase_customer ON purchase (customer);
"""


@contextmanager
def connected(secrets: Secrets) -> Iterator[Pool]:
    """A pool that is ready. The address comes out of `DATABASE_URL` too, so that may change as well.

    A connection is tried before it is given out: retiring an old password may end its sessions.

    Raises:
        UpstreamError: `database-away`.
    """
    login = Login(secrets, url="DATABASE_URL")
    pool = ConnectionPool(
        lambda: login.address,
        connection_class=live.connection(login),
        kwargs={"connect_timeout": int(WAIT_S)},
        min_size=2,
        max_size=16,
        timeout=WAIT_S,
        check=ConnectionPool.check_connection,
        open=False,
    )
    with pool:
        _wait(pool)
        end = live.follow(pool, login)
        try:
            yield pool
        finally:
            end()


def _wait(pool: Pool) -> None:
    try:
        pool.wait(WAIT_S)
    except PoolTimeout:
        raise UpstreamError(
            "database-away",
            "the database does not let us in",
            fix="look at DATABASE_URL and at the server",
            retryable=True,
        ) from None


def make_tables(pool: Pool) -> None:
    """Those that are not there."""
    with pool.connection() as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        connection.execute(_TABLES)
