"""How much was made by which version of a key, and is still kept, as its holder says."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db
from strongroom.db.tables.table import Table


class ReferenceRow(NamedTuple):
    """`holder`, such as `customers.email`, keeps `items` that version `n` made.

    One of no items is free for another holder or version.
    """

    id: bytes
    secret_id: bytes
    holder: str
    n: int
    items: int
    said_us: int
    said_by: bytes
    mac: bytes = b""
    change_seq: int = 0


REFERENCE: Final = Table("reference", ReferenceRow)


def of_secret(db: Db, secret_id: bytes) -> list[ReferenceRow]:
    """All that is kept of a secret, those of no items too; by holder, then by version."""
    return REFERENCE.where(db, "WHERE secret_id = ? ORDER BY holder, n", (secret_id,))
