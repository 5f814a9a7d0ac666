"""Connections to PostgreSQL that end in time, and what its errors mean for a rotation.

libpq gives no SQLSTATE for a login that failed, and the server words its refusal in its own language.
So what is not known in English is compared with how it refuses a password that is certainly wrong.
"""

import math
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import psycopg
from psycopg import sql

from strongroom.generate import draw
from strongroom.rotation.rotators import logins
from strongroom.rotation.rotators.interface import (
    Job,
    TargetDeniedError,
    TargetError,
    TargetRejectedError,
    TargetTlsError,
    TargetUnreachableError,
)

PORT: Final = 5432
OPTIONS: Final = frozenset({"database"})
APPLICATION: Final = "strongroom"
# No plain password to whoever asks for one, and none to a server that asks for nothing: it would
# let every password in.
METHODS: Final = "scram-sha-256,md5"
REFUSALS: Final = ("password authentication failed", "is not permitted to log in")
BUSY: Final = (
    "too many clients", "too many connections", "connection slots", "starting up", "shutting down",
    "not accepting connections", "not yet accepting",
)  # fmt: skip
TLS: Final = ("ssl", "certificate", "tls")
GUESS_BYTES: Final = 24


class Session:
    """An open connection, ended by whichever comes first: its block or its time."""

    def __init__(self, connection: Any, timeout_s: float) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._open = True
        self.late = False
        self._timer = threading.Timer(timeout_s, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def run(self, statement: Any, *words: object, sets: bool = False) -> list[tuple[Any, ...]]:
        """One statement, in autocommit; its rows. `sets` when it sets a password.

        Raises:
            TargetError: any of them.
        """
        try:
            cursor = self._connection.execute(statement, words or None, prepare=True)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error as error:
            raise meant(error.sqlstate, late=self.late, sets=sets) from None

    def close(self) -> None:
        """End it; twice is once."""
        with self._lock:
            self._open = False
        self._timer.cancel()
        self._connection.close()

    def _cut(self) -> None:
        with self._lock:
            if self._open:
                self.late = True
                with socket.socket(fileno=os.dup(self._connection.fileno())) as wire:
                    wire.shutdown(socket.SHUT_RDWR)


@contextmanager
def session(job: Job, user: str, password: str) -> Iterator[Session]:
    """Log in.

    Raises:
        LoginRefusedError: user and password do not fit. TargetError: any other.
    """
    opened = Session(_connect(job, user, password), job.timeout_s)
    try:
        yield opened
    finally:
        opened.close()


def meant(sqlstate: str | None, *, late: bool = False, sets: bool = False) -> TargetError:
    """The error for a statement that failed; `sets` when it would have set a password."""
    if late or sqlstate == "57014":
        return TargetUnreachableError("target-slow", "PostgreSQL did not answer in time")
    if sqlstate is None:
        return TargetUnreachableError("target-unreachable", "the connection to PostgreSQL broke")
    if sqlstate == "42501":
        return TargetDeniedError("target-denied", "PostgreSQL says that this role may not do it")
    if sqlstate in {"25006", "25P02"}:
        return TargetDeniedError(
            "target-denied",
            "this PostgreSQL takes no changes: it is a standby, or set read-only",
            fix="give the target the address of the primary",
        )
    if sqlstate == "42704":
        return TargetDeniedError("target-denied", "there is no role of that name")
    if sqlstate[:2] in {"53", "40", "55", "57", "08", "XX"}:
        return TargetUnreachableError(
            "target-busy", f"PostgreSQL could not do it now ({sqlstate})", fix="try again"
        )
    if sets and (sqlstate[:2] in {"22", "28"} or sqlstate == "P0001"):
        return TargetRejectedError(
            "target-rejected", f"PostgreSQL's own rules refuse this password ({sqlstate})"
        )
    return TargetDeniedError("target-denied", f"PostgreSQL refused the statement ({sqlstate})")


def text(statement: Any, *names: str) -> str:
    """A statement for people, with the names of roles quoted in it."""
    return str(sql.SQL(statement).format(*map(sql.Identifier, names)).as_string(None))


def _connect(job: Job, user: str, password: str) -> Any:
    text, asked = "", False
    try:
        return psycopg.connect(**_words(job, user, password))
    except psycopg.errors.ConnectionTimeout:
        raise TargetUnreachableError("target-slow", "PostgreSQL did not answer in time") from None
    except psycopg.OperationalError as error:
        text, asked = str(error), error.pgconn is not None and error.pgconn.used_password
    except psycopg.Error:
        raise TargetDeniedError("target-denied", "the login cannot be sent") from None
    low = text.lower()
    if asked and any(words in low for words in REFUSALS):
        raise logins.LoginRefusedError
    if any(words in low for words in BUSY):
        raise TargetUnreachableError("target-busy", "PostgreSQL takes no more connections now")
    if "requirement" in low:
        raise TargetDeniedError(
            "target-denied",
            "the server lets in without a password, or wants to see it in plain text",
            fix="in pg_hba.conf let this address log in by scram-sha-256",
        )
    if "pg_hba.conf" in low:
        raise TargetDeniedError(
            "target-denied",
            "pg_hba.conf does not let this user in from here",
            fix="add a line hostssl <database> <user> <address> scram-sha-256",
        )
    if not asked and any(word in low for word in TLS):
        raise TargetTlsError(
            "target-tls",
            "PostgreSQL's certificate does not verify, or it speaks no TLS",
            fix="--option tls_ca=PATH, the authority that signed its certificate",
        )
    if asked and _is_refusal(job, user, text):
        raise logins.LoginRefusedError
    if asked or "fatal" in low:
        raise TargetDeniedError(
            "target-denied",
            "PostgreSQL does not open a session for this user there",
            fix="GRANT CONNECT ON DATABASE, or --option database=NAME",
        )
    raise TargetUnreachableError("target-unreachable", "nobody answers there as PostgreSQL does")


def _words(job: Job, user: str, password: str) -> dict[str, Any]:
    place = logins.place(job, PORT)
    limit_ms = math.ceil(job.timeout_s * 1000)
    words = {
        "host": place.host,
        "port": place.port,
        "user": user,
        "password": password,
        "dbname": _database(job),
        "connect_timeout": math.ceil(job.timeout_s),
        "options": f"-c statement_timeout={limit_ms} -c lock_timeout={limit_ms}",
        "application_name": APPLICATION,
        "require_auth": METHODS,
        "gssencmode": "disable",
        "sslmode": "verify-full" if place.tls else "disable",
        "autocommit": True,
    }
    return {**words, "sslrootcert": place.ca or "system"} if place.tls else words


def _database(job: Job) -> str:
    fields = {} if job.current is None else job.current.fields
    return job.option("database") or fields.get("database") or fields.get("dbname") or "postgres"


def _is_refusal(job: Job, user: str, text: str) -> bool:
    """Whether the server says the same to a password that nobody has."""
    try:
        psycopg.connect(**_words(job, user, draw.octets(GUESS_BYTES).hex())).close()
    except psycopg.OperationalError as error:
        return str(error) == text
    return False
