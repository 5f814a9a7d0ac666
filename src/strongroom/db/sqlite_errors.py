"""SQLite's errors as ours. Their text is not repeated: it may quote a row."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from strongroom.db.interface import (
    DbBusyError,
    DbDamagedError,
    DbError,
    DbFullError,
    DbReadOnlyError,
    DbRefusedError,
)

# The engine's text about a damaged schema quotes it, and Python cannot always decode that.
ERRORS: Final = (sqlite3.Error, UnicodeDecodeError)
OWNER: Final = "run this as the user to whom the room's folder belongs"
_BUSY: Final = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_READ_ONLY: Final = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_DAMAGED: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
# Extending the shared index of the log fails as an I/O error when the disk is full.
_FULL: Final = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR_SHMSIZE,
    sqlite3.SQLITE_IOERR_WRITE,
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise our errors for theirs."""
    try:
        yield
    except ERRORS as error:
        raise translate(error) from None


def translate(error: sqlite3.Error | UnicodeDecodeError) -> Exception:
    """Ours for theirs. Never their text beside a constraint's: it may quote a row."""
    if isinstance(error, UnicodeDecodeError):
        return damaged()
    extended = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    code = extended & 0xFF
    name = getattr(error, "sqlite_errorname", "SQLITE_ERROR")
    if code in _BUSY:
        return DbBusyError("db-busy", "another process held the database for too long")
    if code in _FULL or extended in _FULL:
        return DbFullError("db-full", "no space is left for the database", fix="free some space")
    if code in _READ_ONLY or extended == sqlite3.SQLITE_CANTOPEN:
        return DbReadOnlyError(
            "db-read-only", f"the database cannot be written ({name})", fix=OWNER
        )
    if code in _DAMAGED:
        return damaged()
    if code == sqlite3.SQLITE_CONSTRAINT:
        # Our triggers raise fixed words; the engine names a table and a column.
        return DbRefusedError("db-refused", f"the schema refused it: {error}")
    return DbError("db-failed", f"the database failed ({name})")


def damaged() -> DbDamagedError:
    """The file is not whole."""
    return DbDamagedError(
        "db-damaged",
        "the database file is damaged",
        fix="stop, keep the file, and restore from a backup",
    )
