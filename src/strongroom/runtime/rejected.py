"""Whether an error says that a credential was not accepted: by names and codes, nothing imported.

A wrapper such as SQLAlchemy's or Django's is looked through. The one place that knows: what is retried by
`retry_on_auth_error` and by the providers is the same.
"""

import re
from collections.abc import Iterator
from typing import Final

_DEPTH_MAX: Final = 8
# PostgreSQL's codes for a wrong password and for a role that may not log in.
_SQLSTATES: Final = frozenset({"28P01", "28000"})
# MySQL's and MariaDB's: access denied, by password or by plugin.
_MYSQL: Final = frozenset({1045, 1698})
_MYSQL_PACKAGES: Final = frozenset(
    {"pymysql", "MySQLdb", "mysql", "aiomysql", "asyncmy", "mariadb"}
)
AWS_CODES: Final = frozenset({
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
})  # fmt: skip
_CLASSES: Final = frozenset({
    "AccessRefused",  # amqp's, which kombu uses
    "AuthenticationError",  # redis-py
    "InvalidPasswordError",  # asyncpg
    "InvalidAuthorizationSpecificationError",
    "SMTPAuthenticationError",
})  # fmt: skip
UNAUTHORIZED: Final = 401
# libpq has no code for what happens before there is a session, only the server's text in its language.
_TEXT: Final = re.compile(r"\b(?:NOAUTH|WRONGPASS)\b|password authentication failed for user")
# What PostgreSQL says when the password was right.
_AFTERWARDS: Final = re.compile(
    r'FATAL: +(?:database ".*" (?:does not exist|is not currently accepting connections)'
    r"|permission denied for database|too many connections for|sorry, too many clients"
    r"|remaining connection slots)"
)
_QUOTES: Final = "\"'`´«»‹›„“”‚‘’「」『』"
_TEXT_PACKAGES: Final = frozenset({"psycopg", "psycopg2", "redis"})


def rejected(error: BaseException) -> bool:
    """Whether the other side refused the credential: what `retry_on_auth_error` retries by default."""
    return any(_one(each) for each in _chain(error))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """It, and what it wraps; what merely happened while another was handled is left out."""
    seen: BaseException | None = error
    for _ in range(_DEPTH_MAX):
        if seen is None:
            return
        yield seen
        wrapped = getattr(seen, "orig", None)
        seen = wrapped if isinstance(wrapped, BaseException) else seen.__cause__


def _one(error: BaseException) -> bool:
    kinds = type(error).__mro__
    packages = {kind.__module__.partition(".")[0] for kind in kinds}
    if any(kind.__name__ in _CLASSES for kind in kinds):
        return True
    if {getattr(error, "sqlstate", None), getattr(error, "pgcode", None)} & _SQLSTATES:
        return True
    if "psycopg" in packages and _no_session(getattr(error, "pgconn", None), str(error)):
        return True
    if packages & _MYSQL_PACKAGES and error.args and error.args[0] in _MYSQL:
        return True
    if packages & _TEXT_PACKAGES and _TEXT.search(str(error)):
        return True
    return _answer(error)


def _no_session(pgconn: object, text: str) -> bool:
    """Whether PostgreSQL asked for a password, was told one, and began no session.

    A session that was lost later had a number. A right password may have been of no use, since the database
    is not there or full: that is told by the words in English, and in any language by the names, as a
    refusal names the user. What is left in doubt counts as a refusal, at the price of one question.
    """
    asked = getattr(pgconn, "used_password", False)
    if not asked or getattr(pgconn, "backend_pid", None) != 0 or _AFTERWARDS.search(text):
        return False
    user, database = (_named(getattr(pgconn, name, b""), text) for name in ("user", "db"))
    return user or not database


def _named(name: object, text: str) -> bool:
    """Whether `text` has this name in quotes, of whatever language."""
    if not isinstance(name, bytes) or not name:
        return False
    word = re.escape(name.decode("utf-8", "replace"))
    return re.search(rf"[{_QUOTES}]\s?{word}\s?[{_QUOTES}]", text) is not None


def _answer(error: BaseException) -> bool:
    """An answer over HTTP, as requests, httpx, urllib, aiohttp and botocore keep it."""
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        said = response.get("Error")
        return isinstance(said, dict) and said.get("Code") in AWS_CODES
    status = getattr(response, "status_code", None)
    if status is None:
        # urllib's `code`, aiohttp's `status`; other libraries give these words other meanings.
        name = "code" if type(error).__module__ == "urllib.error" else "status"
        status = getattr(error, name, None)
    return status == UNAUTHORIZED
