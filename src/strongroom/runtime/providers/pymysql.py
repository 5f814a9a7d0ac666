"""PyMySQL: connections that log in with what is valid when they are made.

connection = connect(login, host="db", user="app", database="main")
"""

from typing import Any

from strongroom.runtime.providers.login import Credentials, Login


def connect(login: Login, **given: Any) -> Any:
    """A connection; user and password come from `login`, all else is said as to `pymysql.connect`."""
    import pymysql  # noqa: PLC0415 - the application has it

    return login.attempt(lambda c: pymysql.connect(**{**given, **options(c)}))


def options(credentials: Credentials) -> dict[str, Any]:
    """As keyword arguments of `pymysql.connect`.

    It writes a password as Latin-1, which servers do not, and whose error would hold it: so it is given bytes.
    """
    return {**credentials.options(), "password": credentials.password.encode("utf-8")}
