"""Batches: many secrets written together, and which versions belong to each."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db
from strongroom.db.tables.table import Table


class BatchRow(NamedTuple):
    """A batch: staging, then publishing and published, or aborting and aborted.

    `source` is a keyed digest of what it writes, `total` how many versions, `place` the
    address of the first one.
    """

    id: bytes
    kind: str
    place: str
    state: str
    source: bytes
    total: int
    created_us: int
    created_by: bytes
    changed_us: int
    mac: bytes = b""
    change_seq: int = 0


class PartRow(NamedTuple):
    """Some of its members: 20 bytes each, the secret's id and the version's number.

    The number's highest bit says that the part has written that version as a pending one.
    """

    batch_id: bytes
    k: int
    state: str
    members: bytes
    mac: bytes = b""
    change_seq: int = 0


BATCH: Final = Table("batch", BatchRow)
PART: Final = Table("batch_part", PartRow, key=2)


def unfinished(db: Db) -> list[BatchRow]:
    """Batches that somebody has to resume or to abort, oldest first."""
    return BATCH.where(db, "WHERE state NOT IN ('published', 'aborted') ORDER BY created_us, id")


def latest(db: Db, limit: int) -> list[BatchRow]:
    """The newest batches first, whatever became of them."""
    return BATCH.where(db, "ORDER BY created_us DESC, id LIMIT ?", (limit,))


def parts(db: Db, batch_id: bytes) -> list[PartRow]:
    """All parts of a batch, in order."""
    return PART.where(db, "WHERE batch_id = ? ORDER BY k", (batch_id,))


def has_open(db: Db, batch_id: bytes) -> bool:
    """Whether a part is neither published nor dropped."""
    return bool(
        db.query(
            "SELECT 1 FROM batch_part WHERE batch_id = ? AND state = 'open' LIMIT 1", (batch_id,)
        )
    )
