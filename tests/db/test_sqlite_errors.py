"""Tests for strongroom.db.sqlite_errors."""

import sqlite3

import pytest

from strongroom.db import sqlite_errors
from strongroom.db.interface import (
    DbBusyError,
    DbDamagedError,
    DbError,
    DbFullError,
    DbReadOnlyError,
    DbRefusedError,
)


def error_of(code: int) -> Exception:
    error = sqlite3.OperationalError("a text that may quote a row")
    error.sqlite_errorcode = code
    return sqlite_errors.translate(error)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (sqlite3.SQLITE_BUSY, DbBusyError),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, DbBusyError),
        (sqlite3.SQLITE_LOCKED, DbBusyError),
        (sqlite3.SQLITE_FULL, DbFullError),
        (sqlite3.SQLITE_IOERR_SHMSIZE, DbFullError),
        (sqlite3.SQLITE_READONLY, DbReadOnlyError),
        (sqlite3.SQLITE_CANTOPEN, DbReadOnlyError),
        (sqlite3.SQLITE_CORRUPT, DbDamagedError),
        (sqlite3.SQLITE_NOTADB, DbDamagedError),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, DbRefusedError),
        (sqlite3.SQLITE_IOERR_FSYNC, DbError),
    ],
)
def test_the_engines_errors_become_ours(code: int, kind: type[Exception]) -> None:
    assert type(error_of(code)) is kind


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_CORRUPT])
def test_the_engines_text_is_not_repeated(code: int) -> None:
    assert "quote" not in str(error_of(code))
