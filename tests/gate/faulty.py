"""A database connection that fails when it is told to, behind the real interface."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from strongroom.db.interface import Begin, Cell, Db, Row


class FaultyDb(Db):
    """Passes everything on, unless a fault was planted. A fault happens once."""

    def __init__(self, inner: Db) -> None:
        self.inner = inner
        self.commits = 0
        self.modes: list[Begin] = []
        self._faults: dict[str, BaseException] = {}
        self._landed = False
        self._before_begin: list[Callable[[], object]] = []

    def fail(self, at: str, fault: BaseException) -> None:
        self._faults[at] = fault

    def fail_commit(self, fault: BaseException, *, landed: bool) -> None:
        self._faults["commit"] = fault
        self._landed = landed

    def before_begin(self, act: Callable[[], object]) -> None:
        self._before_begin.append(act)

    def _meet(self, at: str) -> None:
        fault = self._faults.pop(at, None)
        if fault is not None:
            raise fault

    @property
    def dialect(self) -> str:
        return self.inner.dialect

    def begin(self, mode: Begin) -> None:
        while self._before_begin:
            self._before_begin.pop(0)()
        self._meet("begin")
        self.inner.begin(mode)
        self.modes.append(mode)

    def commit(self) -> None:
        if "commit" in self._faults and not self._landed:
            self._meet("commit")
        self.inner.commit()
        self.commits += 1
        self._meet("commit")

    def rollback(self) -> None:
        self._meet("rollback")
        self.inner.rollback()

    def savepoint(self) -> AbstractContextManager[None]:
        self._meet("savepoint")
        return self.inner.savepoint()

    def execute(self, sql: str, parameters: Sequence[Cell] = ()) -> int:
        self._meet("execute")
        return self.inner.execute(sql, parameters)

    def execute_many(self, sql: str, rows: Iterable[Sequence[Cell]]) -> None:
        self._meet("execute_many")
        self.inner.execute_many(sql, rows)

    def query(self, sql: str, parameters: Sequence[Cell] = ()) -> list[Row]:
        self._meet("query")
        return self.inner.query(sql, parameters)

    def script(self, sql: str) -> None:
        self.inner.script(sql)

    def clock_us(self) -> int:
        return self.inner.clock_us()

    def change_mark(self) -> int:
        return self.inner.change_mark()

    def upkeep(self, *, eager: bool = False) -> None:
        self.inner.upkeep(eager=eager)

    def verify(self) -> list[str]:
        return self.inner.verify()

    def moment(self) -> AbstractContextManager[None]:
        return self.inner.moment()

    def copy(self, folder: Path, progress: Callable[[int, int], None]) -> BinaryIO:
        return self.inner.copy(folder, progress)

    def close(self) -> None:
        self.inner.rollback()
        self.inner.close()
