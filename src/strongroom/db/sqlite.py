"""SQLite through the standard library: one file, write-ahead log, every commit synced.

Durability rests on `synchronous=FULL` in WAL mode: each COMMIT syncs the log before it
returns. Checkpoints are ours (`upkeep`), after values were released, so that moving pages
from the log into the file never counts against a reader's release time.
"""

import os
import sqlite3
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from strongroom.db import migrate
from strongroom.db.interface import (
    Begin,
    Cell,
    Db,
    DbDamagedError,
    DbError,
    DbMissingError,
    DbReadOnlyError,
    DbRefusedError,
    Row,
    number,
)
from strongroom.db.sqlite_errors import ERRORS, OWNER, damaged, translate, translated

WAIT_MS: Final = 5_000
# After so much of either, `upkeep` moves the log into the file. The log's size alone does
# not tell: it is written over from its start, and never gets smaller.
COMMITS_MAX: Final = 250
WAL_GROWTH_BYTES: Final = 16 * 1024 * 1024
WAL_BYTES_KEPT: Final = 32 * 1024 * 1024
CACHE_KIB: Final = 32 * 1024
CHECK_BYTES_MAX: Final = 8 * 1024 * 1024  # larger files are checked in part when opened
ENGINE_MIN: Final = (3, 37, 0)  # the first with STRICT tables
APPLICATION_ID: Final = 0x53545252  # "STRR", at byte 68 of the file
_PRIVATE_FILE: Final = stat.S_IRUSR | stat.S_IWUSR
_PRIVATE_FOLDER: Final = stat.S_IRWXU
COPY_PAGES: Final = 2_048  # between two calls of `progress`
_SIDES: Final = ("", "-wal", "-shm")


def wall_us() -> int:
    """Microseconds since 1970 UTC, by this machine's clock."""
    return time.time_ns() // 1_000


def connect(
    path: Path, *, clock_us: Callable[[], int] = wall_us, wait_ms: int = WAIT_MS
) -> "SqliteDb":
    """Open the room's database at `path`, bring its schema up to date, check it cheaply.

    Raises:
        DbMissingError: `db-missing`.
        DbNewerError: `db-newer`.
        DbDamagedError: `db-damaged`.
        DbError: the machine refused.
    """
    try:
        found = path.is_file()
    except OSError as error:
        raise DbReadOnlyError(
            "db-read-only", f"cannot look there: {error.strerror}", fix=OWNER
        ) from None
    if not found:
        raise DbMissingError(
            "db-missing", "there is no database in the room's folder", fix="run `strongroom init`"
        )
    return _open(path, clock_us, wait_ms)


def create(
    path: Path, *, clock_us: Callable[[], int] = wall_us, wait_ms: int = WAIT_MS
) -> "SqliteDb":
    """Make an empty database, mode 0600 in a folder of mode 0700, and open it.

    Raises:
        DbRefusedError: `db-exists`.
        DbError: the machine refused.
    """
    try:
        path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        path.parent.chmod(_PRIVATE_FOLDER)
        path.touch(mode=_PRIVATE_FILE, exist_ok=False)
    except OSError as error:
        if path.exists():
            raise DbRefusedError("db-exists", "the folder already holds a database") from None
        raise DbReadOnlyError("db-read-only", f"cannot make it: {error.strerror}") from None
    return _open(path, clock_us, wait_ms)


def _open(path: Path, clock_us: Callable[[], int], wait_ms: int) -> "SqliteDb":
    if sqlite3.sqlite_version_info < ENGINE_MIN:
        raise DbError(
            "db-engine-old",
            f"this Python has SQLite {sqlite3.sqlite_version}, a room needs 3.37",
            fix="use a Python that was built with a newer SQLite",
        )
    with translated():
        handle = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            timeout=wait_ms / 1_000,
            check_same_thread=False,
            cached_statements=256,
        )
    db = SqliteDb(handle, clock_us=clock_us)
    try:
        db.harden()
        db.log_to_disk()
        db.check_cheaply(path)
        migrate.run(db)
        for side in _SIDES:  # SQLite copies the file's mode; a umask or a copy may not have
            with suppress(FileNotFoundError):
                _close_to_others(path.with_name(path.name + side))
    except BaseException:
        db.close()
        raise
    return db


def _close_to_others(path: Path) -> None:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        try:
            path.chmod(_PRIVATE_FILE)
        except PermissionError:
            raise DbReadOnlyError(
                "db-read-only", "the database is open to others, and is somebody else's", fix=OWNER
            ) from None


class SqliteDb(Db):
    """One connection to one file, or to one named area of memory."""

    def __init__(self, handle: sqlite3.Connection, *, clock_us: Callable[[], int]) -> None:
        self._handle = handle
        self._clock_us = clock_us
        self._wal: Path | None = None
        self._wal_bytes = 0  # when it was last moved into the file
        self._commits = 0  # since then

    @property
    def dialect(self) -> str:
        """Always `sqlite`."""
        return "sqlite"

    def harden(self) -> None:
        """Settings that hold for this connection only, and so are made each time."""
        with translated():
            for pragma in (
                "trusted_schema=OFF",  # a planted view or trigger calls no function of ours
                "foreign_keys=ON",
                "secure_delete=ON",  # what is deleted is overwritten, in the file at least
                "cell_size_check=ON",
                "synchronous=FULL",
                "temp_store=MEMORY",  # sorting never spills rows into a temporary file
                f"cache_size=-{CACHE_KIB}",  # pages of one room; the default of 2 MB holds too few
            ):
                self._handle.execute(f"PRAGMA {pragma}")

    def log_to_disk(self) -> None:
        """Write-ahead log, with checkpoints left to `upkeep`."""
        with translated():
            ((mode,),) = self._handle.execute("PRAGMA journal_mode=WAL").fetchall()
            if mode != "wal":
                raise DbError("db-no-wal", "this file system cannot hold a write-ahead log")
            self._handle.execute("PRAGMA wal_autocheckpoint=0")
            self._handle.execute(f"PRAGMA journal_size_limit={WAL_BYTES_KEPT}")
            ((_, _, file),) = self._handle.execute("PRAGMA database_list").fetchall()
            self._wal = Path(f"{file}-wal")

    def check_cheaply(self, path: Path) -> None:
        """Read the structure: all of a small file, of a large one only what opens it.

        Raises:
            DbDamagedError: `db-damaged`.
        """
        with translated():
            ((mark,),) = self._handle.execute("PRAGMA application_id").fetchall()
            tables = {n for (n,) in self._handle.execute("SELECT name FROM sqlite_schema")}
            if mark != APPLICATION_ID and tables:
                raise DbDamagedError("db-foreign", "this is a database, but not a room's")
            if mark != APPLICATION_ID:
                self._handle.execute(f"PRAGMA application_id={APPLICATION_ID}")
                return
            small = path.stat().st_size <= CHECK_BYTES_MAX
            what = "" if small or "meta" not in tables else "(meta)"
            found = self._handle.execute(f"PRAGMA quick_check{what}").fetchall()
        if found != [("ok",)]:
            raise damaged()

    def begin(self, mode: Begin) -> None:
        """Take the file's write lock; both modes exclude every other writer here."""
        del mode
        with translated():
            self._handle.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Sync, then return."""
        with translated():
            self._handle.execute("COMMIT")
        self._commits += 1

    def rollback(self) -> None:
        """Undo, if there is something to undo."""
        if self._handle.in_transaction:
            with translated():
                self._handle.execute("ROLLBACK")

    def savepoint(self) -> "Savepoint":
        """Undo the body's writes if it raises."""
        return Savepoint(self, self._handle)

    def execute(self, sql: str, parameters: Sequence[Cell] = ()) -> int:
        """Run one statement; return how many rows it touched."""
        try:
            return self._handle.execute(sql, parameters).rowcount
        except ERRORS as error:
            raise translate(error) from None

    def execute_many(self, sql: str, rows: Iterable[Sequence[Cell]]) -> None:
        """Run one statement for each row."""
        try:
            self._handle.executemany(sql, rows)
        except ERRORS as error:
            raise translate(error) from None

    def query(self, sql: str, parameters: Sequence[Cell] = ()) -> list[Row]:
        """All rows of a SELECT."""
        try:
            return self._handle.execute(sql, parameters).fetchall()
        except ERRORS as error:
            raise translate(error) from None

    def script(self, sql: str) -> None:
        """Run several statements; `executescript` would commit first, so this splits."""
        statement = ""
        for line in sql.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                self.execute(statement)
                statement = ""
        if statement.strip():
            self.execute(statement)

    def clock_us(self) -> int:
        """The clock that was injected."""
        return self._clock_us()

    def change_mark(self) -> int:
        """`PRAGMA data_version`: exact, and cheap enough to ask before each group."""
        return number(self, "PRAGMA data_version")

    def upkeep(self, *, eager: bool = False) -> None:
        """Move a long log into the file, as far as no reader is in the way."""
        if self._wal is None or self._handle.in_transaction:
            return
        if not self._commits and not eager:
            return
        try:
            size = self._wal.stat().st_size
        except OSError:
            return
        short = self._commits < COMMITS_MAX and size - self._wal_bytes < WAL_GROWTH_BYTES
        if short and not eager:
            return
        self._commits, self._wal_bytes = 0, size
        # A full disk or a busy reader is no reason to fail: the log simply stays.
        with suppress(sqlite3.Error):
            self._handle.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def verify(self) -> list[str]:
        """`PRAGMA integrity_check`: reads every page."""
        try:
            found = [str(text) for (text,) in self.query("PRAGMA integrity_check(100)")]
        except DbDamagedError as error:  # so damaged that the check itself gave up
            found = [error.message]
        return [] if found == ["ok"] else found

    @contextmanager
    def moment(self) -> Iterator[None]:
        """A read transaction; in the write-ahead log it stops nobody."""
        with translated():
            self._handle.execute("BEGIN")
            # The engine takes its snapshot at the first look.
            self._handle.execute("SELECT 1 FROM sqlite_schema").fetchall()
        try:
            yield
        finally:
            self.rollback()

    def copy(self, folder: Path, progress: Callable[[int, int], None]) -> BinaryIO:
        """Page by page. Outside of a `moment` the engine would begin again at each write."""
        import tempfile  # noqa: PLC0415 - for a backup only

        assert self._handle.in_transaction
        try:
            handle, name = tempfile.mkstemp(prefix=".copy-", dir=folder)
        except OSError as error:
            raise DbReadOnlyError(
                "db-read-only", f"cannot make a copy there: {error.strerror}"
            ) from None
        found = os.fdopen(handle, "r+b")
        try:
            with closing(sqlite3.connect(name, isolation_level=None)) as target, translated():
                for pragma in ("journal_mode=OFF", "synchronous=OFF"):
                    target.execute(f"PRAGMA {pragma}")
                target.execute("SELECT 1 FROM sqlite_schema").fetchall()
                # The engine has it open now, so that nothing stays of it when we are killed.
                Path(name).unlink()
                ((size,),) = self._handle.execute("PRAGMA page_size").fetchall()
                self._handle.backup(
                    target,
                    pages=COPY_PAGES,
                    progress=lambda _, left, all_: progress((all_ - left) * size, all_ * size),
                    sleep=0,
                )
        except BaseException:
            found.close()
            with suppress(OSError):
                Path(name).unlink()
            raise
        return found

    def close(self) -> None:
        """Let go; the last one out moves the log into the file."""
        with suppress(sqlite3.Error):
            self._handle.close()


class Savepoint:
    """As SQL has it; inner ones of the same name hide outer ones until they are released."""

    __slots__ = ("_db", "_handle")

    def __init__(self, db: SqliteDb, handle: sqlite3.Connection) -> None:
        self._db = db
        self._handle = handle

    def __enter__(self) -> None:
        self._db.execute("SAVEPOINT here")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._db.execute("RELEASE here")
        elif self._handle.in_transaction:
            # A full disk may have ended the whole transaction already.
            self._db.execute("ROLLBACK TO here")
            self._db.execute("RELEASE here")
