"""PyMySQL: connections that log in with what is valid when they are made.

connection = connect(login, host="db", user="app", database="main")
"""

from typing import Any, Final

from strongroom.runtime.providers.login import Login

# Access denied: by password, by a plugin without one.
REFUSALS: Final = frozenset({1045, 1698})


def connect(login: Login, **options: Any) -> Any:
    """A connection; user and password come from `login`, all else is said as to `pymysql.connect`."""
    import pymysql  # noqa: PLC0415 - the application has it

    return login.attempt(lambda c: pymysql.connect(**{**options, **c.options()}), refused)


def refused(error: BaseException) -> bool:
    """Whether a login was refused."""
    return bool(error.args) and error.args[0] in REFUSALS
