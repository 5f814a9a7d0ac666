"""A room in memory: the same engine and schema, nothing on a disk.

It is honest about everything but durability: several connections see one room, locks
exclude, constraints and triggers refuse. It ends with its `MemoryRoom`.
"""

import secrets
import sqlite3
from collections.abc import Callable

from strongroom.db import migrate
from strongroom.db.sqlite import WAIT_MS, SqliteDb, wall_us


class MemoryRoom:
    """Where the connections of one room meet."""

    def __init__(self, *, clock_us: Callable[[], int] = wall_us, wait_ms: int = WAIT_MS) -> None:
        self._uri = f"file:/strongroom-{secrets.token_hex(8)}?vfs=memdb"
        self._clock_us = clock_us
        self._wait_ms = wait_ms
        self._anchor = self.connect()  # the area lives as long as one connection does

    def connect(self) -> SqliteDb:
        """One more connection to this room."""
        handle = sqlite3.connect(
            self._uri,
            uri=True,
            isolation_level=None,
            timeout=self._wait_ms / 1_000,
            check_same_thread=False,
            cached_statements=256,
        )
        db = SqliteDb(handle, clock_us=self._clock_us)
        db.harden()
        migrate.run(db)
        return db

    def close(self) -> None:
        """Forget the room, once its other connections are closed too."""
        self._anchor.close()
