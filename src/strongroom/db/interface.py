"""What every database adapter promises; the errors it raises; nothing about keys.

The contract, which `tests/db/test_contract.py` runs against each adapter:

1.  A connection belongs to whoever holds it; it may move between threads, never be used
    by two at once.
2.  `begin` takes the room's lock before it returns, so that what is queried afterwards is
    no older than the lock. `Begin.RECORD` may be shared with other recorders, where the
    engine can do so; `Begin.CHANGE` excludes everybody. There is no nesting.
3.  `commit` returns only when the transaction is on the disk. When it raises, the outcome
    is unknown: the caller drops the connection, and whatever it was about to hand out.
4.  `rollback` never raises for want of a transaction, so that it can stand in `finally`.
5.  `savepoint` undoes what its body wrote when the body raises, and nothing else.
6.  A query outside of a transaction sees the last committed state. It may wait for a
    writer, never longer than `wait_ms`.
7.  Statements are written once, with `?` for each parameter, for all engines. Text is
    compared byte by byte, on every engine.
8.  `clock_us` is microseconds since 1970 UTC, read when it is called: not when the
    transaction began. `change_mark` is a number that differs from the last one if another
    connection may have committed in between.
9.  `upkeep` does a bounded amount of housekeeping between transactions; with `eager` it
    gives back what space it can, whether or not it is due.
10. Inside of `moment` every query sees the committed state of one moment, and so does
    `copy`, whoever writes meanwhile. On a disk that keeps nobody waiting.
11. Every error is one of those below. None holds a parameter, since parameters may be
    the names that a caller mistyped a secret into.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Protocol

from strongroom.errors import ConfigError, ConflictError, IntegrityError, MachineError

Cell = bytes | str | int | None
Row = tuple[Cell, ...]


class Begin(Enum):
    """What a transaction is for."""

    RECORD = "record"  # appends entries only
    CHANGE = "change"  # may write rows that decide something


class Db(Protocol):
    """One connection. See the module's contract."""

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgres`."""

    def begin(self, mode: Begin) -> None:
        """Open a transaction under the room's lock."""

    def commit(self) -> None:
        """Make it durable."""

    def rollback(self) -> None:
        """Undo it, if there is one."""

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo the body's writes if the body raises."""

    def execute(self, sql: str, parameters: Sequence[Cell] = ()) -> int:
        """Run one statement; return how many rows it touched."""

    def execute_many(self, sql: str, rows: Iterable[Sequence[Cell]]) -> None:
        """Run one statement for each row."""

    def query(self, sql: str, parameters: Sequence[Cell] = ()) -> list[Row]:
        """All rows that a SELECT gives."""

    def script(self, sql: str) -> None:
        """Run several statements without parameters, inside the open transaction."""

    def clock_us(self) -> int:
        """Now, by the clock that all nodes of the room share."""

    def change_mark(self) -> int:
        """Differs from the last answer if another connection may have committed."""

    def upkeep(self, *, eager: bool = False) -> None:
        """Bounded housekeeping; never inside a transaction."""

    def verify(self) -> list[str]:
        """Check the whole storage structure, however long it takes; the problems found."""

    def moment(self) -> AbstractContextManager[None]:
        """Look at one committed state for as long as the body lasts; it may not write."""

    def copy(self, folder: Path, progress: Callable[[int, int], None]) -> BinaryIO:
        """Inside of a `moment`: the whole database as an open file in `folder` without a name.

        It is gone when it is closed, however the process ends. `progress` is given bytes so
        far and in all.
        """

    def close(self) -> None:
        """Let go. Twice is once."""


Connect = Callable[[], Db]


class DbError(MachineError):
    """The database could not do it. `retryable`: the same call may work in a moment."""

    retryable = False


class DbBusyError(DbError):
    """Somebody else held the lock for longer than the bound."""

    retryable = True


class DbFullError(DbError):
    """No space is left where the database lives."""


class DbReadOnlyError(DbError):
    """The file or its folder cannot be written."""


class DbMissingError(DbError):
    """There is no room's database there."""


class DbRefusedError(ConflictError):
    """A constraint or trigger of the schema refused the statement."""


class DbDamagedError(IntegrityError):
    """What is stored is not a whole database."""


class DbNewerError(ConfigError):
    """The database was written by a later version of this program."""


def number(db: Db, sql: str, parameters: Sequence[Cell] = ()) -> int:
    """The one integer that `sql` selects.

    Raises:
        DbDamagedError: `db-damaged`; the schema makes it an integer, so the file is not whole.
    """
    ((value,),) = db.query(sql, parameters)
    if not isinstance(value, int):
        raise DbDamagedError("db-damaged", "a number in the database is none")
    return value
