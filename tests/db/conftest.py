"""Databases to test: a file and an area of memory, each with a clock that stands still."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from strongroom.db import sqlite
from strongroom.db.interface import Db
from strongroom.db.memory import MemoryRoom

NOW_US = 1_790_000_000_000_000
WAIT_MS = 50


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "room" / "room.db"


@pytest.fixture(params=["sqlite", "memory"])
def connect(request: pytest.FixtureRequest, path: Path) -> Iterator[Callable[[], Db]]:
    """Connections to one room, closed at the end."""
    opened: list[Db] = []

    if request.param == "memory":
        room = MemoryRoom(clock_us=lambda: NOW_US, wait_ms=WAIT_MS)
        opened.append(room.connect())
        make: Callable[[], Db] = room.connect
    else:
        opened.append(sqlite.create(path, clock_us=lambda: NOW_US, wait_ms=WAIT_MS))

        def make() -> Db:
            return sqlite.connect(path, clock_us=lambda: NOW_US, wait_ms=WAIT_MS)

    def another() -> Db:
        opened.append(make())
        return opened[-1]

    yield another
    for db in opened:
        db.close()


@pytest.fixture
def db(connect: Callable[[], Db]) -> Db:
    return connect()
