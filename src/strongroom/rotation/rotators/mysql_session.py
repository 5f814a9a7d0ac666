"""Connections to MariaDB and MySQL that end in time, and what their errors mean for a rotation."""

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Final, Protocol

import pymysql
from pymysql.constants import CR

from strongroom.rotation.rotators import logins
from strongroom.rotation.rotators.interface import (
    Job,
    TargetDeniedError,
    TargetError,
    TargetRejectedError,
    TargetTlsError,
    TargetUnreachableError,
)

PORT: Final = 3306
ACCESS: Final = frozenset({1045, 1698, 3118, 4151})  # refused, or the account is locked
BUSY: Final = frozenset({1040, 1053, 1203, 1205, 1213, 1226, 1317, 3159, 3169})
PRIVILEGE: Final = frozenset({1044, 1095, 1142, 1143, 1227, 1370})
READ_ONLY: Final = frozenset({1290, 1792, 1836})
TOO_WEAK: Final = frozenset({1819, 4052})
HASH_REFUSED: Final = frozenset({1290, 1827, 1372})
NO_SUCH: Final = 1396
GONE: Final = 1094
LOST: Final = frozenset({CR.CR_SERVER_LOST, CR.CR_SERVER_GONE_ERROR, CR.CR_CONN_HOST_ERROR})


class SessionGoneError(TargetDeniedError):
    """A session that was to be ended has ended by itself."""

    def __init__(self) -> None:
        super().__init__("target-denied", "there is no such session any more")


class Session(Protocol):
    """What a rotator needs of a connection."""

    def run(self, statement: str, *words: object) -> list[tuple[Any, ...]]:
        """One statement, in autocommit; its rows."""
        ...

    def warned(self) -> set[int]:
        """The numbers of what the last statement was warned of."""
        ...


Open = Callable[[Job, str, str], AbstractContextManager[Session]]


class PlainRefused:
    """Answers nobody who asks for the password itself."""

    def __init__(self, connection: object) -> None:
        del connection

    def authenticate(self, packet: object) -> object:
        """Refuse."""
        del packet
        raise pymysql.err.OperationalError(CR.CR_AUTH_PLUGIN_CANNOT_LOAD, "")


NEVER: Final = dict.fromkeys(
    (b"mysql_clear_password", b"dialog", b"mysql_old_password"), PlainRefused
)


class Driver:
    """A session by PyMySQL."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def run(self, statement: str, *words: object) -> list[tuple[Any, ...]]:
        """One statement; its rows.

        Raises:
            TargetError: any of them.
        """
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement, words or None)
                return list(cursor.fetchall())
        except pymysql.Error as error:
            if number(error) == NO_SUCH:
                raise meant(NO_SUCH, "", self.warned()) from None
            raise meant(number(error), str(error)) from None

    def warned(self) -> set[int]:
        """The numbers of what the last statement was warned of."""
        with self._connection.cursor() as cursor:
            cursor.execute("SHOW WARNINGS")
            return {row[1] for row in cursor.fetchall()}


@contextmanager
def session(job: Job, user: str, password: str) -> Iterator[Session]:
    """Log in.

    Raises:
        LoginRefusedError: user and password do not fit. TargetError: any other.
    """
    connection = _connect(job, user, password)
    try:
        yield Driver(connection)
    finally:
        connection.close()


def number(error: BaseException) -> int:
    """The number of an error of the driver's; 0 for one that has none."""
    first = error.args[0] if error.args else 0
    return first if isinstance(first, int) else 0


def meant(code: int, text: str, warned: set[int] | frozenset[int] = frozenset()) -> TargetError:
    """The error for a statement that failed; `text` is the driver's own and goes nowhere."""
    if code in LOST and "timed out" in text:
        return TargetUnreachableError("target-slow", "the server did not answer in time")
    if code in LOST or not code:
        return TargetUnreachableError("target-unreachable", "the connection to the server broke")
    if code in BUSY:
        return TargetUnreachableError(
            "target-busy", f"the server could not do it now ({code})", fix="try again"
        )
    if code == GONE:
        return SessionGoneError()
    if code in TOO_WEAK or warned & TOO_WEAK:
        return TargetRejectedError(
            "target-rejected",
            "the server's password rules refuse this one",
            fix="--option length=40, --option extra=-_",
        )
    if warned & HASH_REFUSED:
        return TargetDeniedError(
            "target-denied",
            "the server takes no hash, since it wants to look at the password (strict_password_validation)",
            fix="--option send=password, or turn strict_password_validation off",
        )
    if code in READ_ONLY:
        return TargetDeniedError(
            "target-denied",
            "this server takes no changes",
            fix="give the target the address of the primary",
        )
    if code == NO_SUCH:
        return TargetDeniedError(
            "target-denied", "there is no such account", fix="--option account_host=HOST"
        )
    what = "it lacks a privilege" if code in PRIVILEGE else "it was refused"
    return TargetDeniedError("target-denied", f"the server did not do it: {what} ({code})")


def _connect(job: Job, user: str, password: str) -> Any:
    place = logins.place(job, PORT)
    try:
        tls = {"ssl": ssl.create_default_context(cafile=place.ca or None)} if place.tls else {}
        return pymysql.connect(
            host=place.host,
            port=place.port,
            user=user,
            password=password.encode(),
            database=job.option("database") or None,
            connect_timeout=job.timeout_s,
            read_timeout=job.timeout_s,
            write_timeout=job.timeout_s,
            autocommit=True,
            charset="utf8mb4",
            auth_plugin_map=NEVER,
            program_name="strongroom",
            ssl_disabled=not place.tls,
            **tls,
        )
    except pymysql.Error as error:
        raise _refusal(error, place) from None
    except OSError:
        raise _untrusted() from None
    except RuntimeError:
        raise TargetDeniedError(
            "target-denied",
            "this account logs in by a method that is not known here",
            fix="IDENTIFIED VIA mysql_native_password",
        ) from None


def _refusal(error: pymysql.Error, place: logins.Place) -> TargetError:
    code = number(error)
    if code in ACCESS:
        return logins.LoginRefusedError()
    if place.tls and (
        code == CR.CR_SSL_CONNECTION_ERROR
        or isinstance(getattr(error, "original_exception", None), ssl.SSLError)
    ):
        return _untrusted()
    if code == CR.CR_AUTH_PLUGIN_CANNOT_LOAD:
        return TargetDeniedError(
            "target-denied", "the server wants to see the password itself, and does not get it"
        )
    if code == CR.CR_CONN_HOST_ERROR and "timed out" not in str(error):
        return TargetUnreachableError(
            "target-unreachable", "nobody answers there as MariaDB or MySQL does"
        )
    return meant(code, str(error))


def _untrusted() -> TargetTlsError:
    return TargetTlsError(
        "target-tls",
        "the server's certificate does not verify, or it speaks no TLS",
        fix="--option tls_ca=PATH, the authority that signed its certificate",
    )
