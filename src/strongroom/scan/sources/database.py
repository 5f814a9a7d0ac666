"""The values in an SQLite database, each on a line of its own.

In the file they stand side by side, so that a token begins in the middle of a word there. The
file's printable runs are looked at besides: they hold what was deleted.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Final

OCTETS_MAX: Final = 32 * 1024 * 1024  # of a database, which is in memory four times
PART_OCTETS: Final = 1024 * 1024
_STEPS: Final = 1_000_000  # of SQLite's machine, after which it is asked whether it may go on
_STEPS_MAX: Final = 200  # so often; a view or a broken page could keep it busy for ever
_MODES: Final = slice(18, 20)  # how it is read and written
_TABLES: Final = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
)


def values(data: bytes) -> Iterator[bytes]:
    """The values of all tables, joined by line feeds to parts of about `PART_OCTETS`.

    It ends where the database is broken.
    """
    # As one without a log beside it, which is not here.
    data = data[: _MODES.start] + b"\x01\x01" + data[_MODES.stop :]
    with suppress(sqlite3.Error, MemoryError), closing(sqlite3.connect(":memory:")) as base:
        base.text_factory = bytes
        base.deserialize(data)
        steps = iter(range(_STEPS_MAX))
        base.set_progress_handler(lambda: next(steps, None) is None, _STEPS)
        base.execute("PRAGMA trusted_schema = OFF")
        base.execute("PRAGMA cell_size_check = ON")
        part, octets = [], 0
        for (table,) in base.execute(_TABLES).fetchall():
            quoted = table.decode().replace('"', '""')
            with suppress(sqlite3.Error):
                for row in base.execute(f'SELECT * FROM "{quoted}"'):  # noqa: S608 - quoted
                    texts = [value for value in row if isinstance(value, bytes)]
                    part += texts
                    octets += sum(map(len, texts))
                    if octets >= PART_OCTETS:
                        yield b"\n".join(part)
                        part, octets = [], 0
        if part:
            yield b"\n".join(part)
