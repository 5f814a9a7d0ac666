"""Which errors say that a credential was refused: those of the real clients."""

import os
import smtplib
import socket
import urllib.error
from email.message import Message
from typing import Any

import amqp  # type: ignore[import-untyped]
import asyncpg
import botocore.exceptions
import httpx
import psycopg
import pymysql
import pytest
import redis
import requests
import sqlalchemy.exc
from django.db import OperationalError as DjangoError
from tests.services.postgres import Postgres

from strongroom.runtime.rejected import rejected


def http(kind: str, status: int) -> Any:
    if kind == "requests":
        answer = requests.Response()
        answer.status_code = status
        return requests.HTTPError("no", response=answer)
    if kind == "urllib":
        return urllib.error.HTTPError("http://h", status, "no", Message(), None)
    request = httpx.Request("GET", "http://h")
    return httpx.HTTPStatusError("no", request=request, response=httpx.Response(status))


def aws(code: str) -> Any:
    return botocore.exceptions.ClientError({"Error": {"Code": code}}, "GetThing")


def ended(session: int, *, asked: bool = True, database: bytes = b"main") -> Any:
    """What psycopg keeps of a connection that failed; `session` is the server's number for it."""
    return psycopg.errors.FinishedPGconn(
        used_password=asked, backend_pid=session, user=b"app", db=database
    )


def after(text: str, database: bytes = b"main") -> Any:
    """PostgreSQL ended it before there was a session, and said so."""
    at = 'connection failed: connection to server at "db.example", port 5432 failed: '
    return psycopg.OperationalError(at + text, pgconn=ended(0, database=database))


def caused(outer: Exception, inner: Exception) -> Exception:
    outer.__cause__ = inner
    return outer


LIBPQ = 'connection failed: FATAL:  password authentication failed for user "app"'
TRANSLATED = "connection failed: Passwort-Authentifizierung fehlgeschlagen"
DENIED = pymysql.err.OperationalError(1045, "Access denied for user")
REFUSED = {
    "psycopg at connect": psycopg.OperationalError(LIBPQ),
    "psycopg by code": psycopg.errors.InvalidPassword("x"),
    "psycopg in another language": psycopg.OperationalError(TRANSLATED, pgconn=ended(0)),
    "psycopg names the user": after("FATAL:  Passwort falsch, Benutzer »app«, Datenbank »main«"),
    "psycopg, both of one name": after("FATAL:  Passwort des Benutzers »app« ist falsch", b"app"),
    "asyncpg": asyncpg.InvalidPasswordError("x"),
    "asyncpg role": asyncpg.InvalidAuthorizationSpecificationError("x"),
    "redis": redis.AuthenticationError("x"),
    "redis NOAUTH": redis.ResponseError("NOAUTH Authentication required."),
    "redis WRONGPASS": redis.ResponseError("WRONGPASS invalid username-password pair"),
    "amqp": amqp.AccessRefused(reply_text="ACCESS_REFUSED - Login was refused"),
    "PyMySQL": DENIED,
    "SQLAlchemy": sqlalchemy.exc.OperationalError("SELECT 1", {}, DENIED),
    "Django": caused(DjangoError("x"), psycopg.OperationalError(LIBPQ)),
    "requests": http("requests", 401),
    "httpx": http("httpx", 401),
    "urllib": http("urllib", 401),
    "SMTP": smtplib.SMTPAuthenticationError(535, b"no"),
    **{f"AWS {code}": aws(code) for code in ("InvalidClientTokenId", "ExpiredToken")},
}
OTHERS = {
    "psycopg": psycopg.OperationalError("connection refused"),
    "psycopg without a password": psycopg.OperationalError(
        TRANSLATED, pgconn=ended(0, asked=False)
    ),
    "psycopg's lost session": psycopg.OperationalError("closed", pgconn=ended(4711)),
    "psycopg's missing database": after('FATAL:  database "main" does not exist'),
    "psycopg's missing database of the user's name": after(
        'FATAL:  database "app" does not exist', b"app"
    ),
    "psycopg's missing database, in German": after("FATAL:  Datenbank »main« existiert nicht"),
    "psycopg's missing database, in French": after("FATAL:  la base « main » n'existe pas"),
    "psycopg's full role": after('FATAL:  too many connections for role "app"'),
    "a text of the application": ValueError(LIBPQ),
    "redis": redis.ResponseError("WRONGTYPE Operation against a key"),
    "PyMySQL": pymysql.err.OperationalError(2003, "Can't connect"),
    "a number": ValueError(1045),
    "requests": http("requests", 403),
    "httpx": http("httpx", 500),
    "urllib": http("urllib", 404),
    "AWS": aws("ThrottlingException"),
    "no answer": requests.HTTPError("no"),
    "SystemExit": SystemExit(401),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_credential_is_recognised(case: str) -> None:
    assert rejected(REFUSED[case])


@pytest.mark.parametrize("case", OTHERS)
def test_other_failures_are_not_taken_for_one(case: str) -> None:
    assert not rejected(OTHERS[case])


def test_what_merely_happened_before_is_no_reason() -> None:
    later = ValueError("x")
    later.__context__ = DENIED
    assert not rejected(later)


def test_errors_that_cause_one_another_come_to_an_end() -> None:
    one, other = ValueError("x"), ValueError("y")
    one.__cause__, other.__cause__ = other, one
    assert not rejected(one)


def test_what_psycopg_keeps_of_a_refusal_says_so_whatever_the_text(postgres: Postgres) -> None:
    """`lc_messages` is the server's affair: there is no code before there is a session."""
    user, word = postgres.login()
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(postgres.dsn(user, word + "x"))
    assert caught.value.sqlstate is None
    assert rejected(psycopg.OperationalError(TRANSLATED, pgconn=caught.value.pgconn))


def test_a_right_password_for_a_database_that_is_not_there_is_no_refusal(
    postgres: Postgres,
) -> None:
    user, word = postgres.login()
    with pytest.raises(psycopg.OperationalError) as caught:
        psycopg.connect(postgres.dsn(user, word, "no_such_database"))
    assert not rejected(caught.value)
    translated = "FATAL:  Datenbank »no_such_database« existiert nicht"
    assert not rejected(psycopg.OperationalError(translated, pgconn=caught.value.pgconn))


def test_a_session_that_is_lost_is_no_refusal(postgres: Postgres) -> None:
    """What ran may have been done: it must not run twice."""
    user, word = postgres.login()
    with psycopg.connect(postgres.dsn(user, word)) as connection:
        with socket.socket(fileno=os.dup(connection.fileno())) as wire:
            wire.shutdown(socket.SHUT_RDWR)
        with pytest.raises(psycopg.OperationalError) as caught:
            connection.execute("SELECT 1")
        assert not rejected(caught.value)
    with psycopg.connect(postgres.dsn(user, word)) as connection:
        postgres.end_sessions(user)
        with pytest.raises(psycopg.OperationalError) as caught:
            connection.execute("SELECT 1")
        assert not rejected(caught.value)
