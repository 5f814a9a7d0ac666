"""Applications that use a secret: what to tell, and how long they may remember a value."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db


class ConsumerRow(NamedTuple):
    """An application that uses a secret. `cache_us` is how long it may keep a value that it read.

    `runs_as` are ids of the principals whose word counts for it, in hexadecimal, with blanks
    between; without any, everybody speaks for himself alone.
    """

    secret_id: bytes
    name: str
    owner: str
    cache_us: int
    created_us: int
    runs_as: str = ""


_PUT: Final = """
INSERT INTO consumer (secret_id, name, owner, cache_us, created_us, runs_as)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (secret_id, name) DO UPDATE
SET owner = excluded.owner, cache_us = excluded.cache_us, runs_as = excluded.runs_as
"""
_OF: Final = """
SELECT c.secret_id, c.name, c.owner, c.cache_us, c.created_us, c.runs_as FROM consumer c
"""


def put(db: Db, row: ConsumerRow) -> None:
    """Add a consumer, or say other things of one; when it was first named stays."""
    db.execute(_PUT, row)


def remove(db: Db, secret_id: bytes, name: str) -> bool:
    """Forget a consumer; False where there is none of that name."""
    return (
        db.execute("DELETE FROM consumer WHERE secret_id = ? AND name = ?", (secret_id, name)) > 0
    )


def of_secret(db: Db, secret_id: bytes) -> list[ConsumerRow]:
    """Those of one secret, by name."""
    rows = db.query(f"{_OF} WHERE c.secret_id = ? ORDER BY c.name", (secret_id,))
    return [ConsumerRow._make(row) for row in rows]


def of_environment(db: Db, environment: str) -> list[ConsumerRow]:
    """Those of every secret of an environment, by name."""
    rows = db.query(
        f"{_OF} JOIN secret s ON s.id = c.secret_id WHERE s.environment = ? ORDER BY c.name",
        (environment,),
    )
    return [ConsumerRow._make(row) for row in rows]
