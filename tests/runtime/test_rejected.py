"""Which errors say that a credential was refused: those of the real clients."""

import smtplib
import urllib.error
from email.message import Message
from typing import Any

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


def caused(outer: Exception, inner: Exception) -> Exception:
    outer.__cause__ = inner
    return outer


LIBPQ = 'connection failed: FATAL:  password authentication failed for user "app"'
DENIED = pymysql.err.OperationalError(1045, "Access denied for user")
REFUSED = {
    "psycopg at connect": psycopg.OperationalError(LIBPQ),
    "psycopg by code": psycopg.errors.InvalidPassword("x"),
    "asyncpg": asyncpg.InvalidPasswordError("x"),
    "asyncpg role": asyncpg.InvalidAuthorizationSpecificationError("x"),
    "redis": redis.AuthenticationError("x"),
    "redis NOAUTH": redis.ResponseError("NOAUTH Authentication required."),
    "redis WRONGPASS": redis.ResponseError("WRONGPASS invalid username-password pair"),
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
