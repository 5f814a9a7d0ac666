"""What people say about a secret beside its owner: tags, a backup owner, a client."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db
from strongroom.db.tables.table import Table


class LabelRow(NamedTuple):
    """Labels of one secret. `tags` is a text, one a line; `backup` and `client` may be empty."""

    secret_id: bytes
    tags: str
    backup: str
    client: str
    changed_us: int
    changed_by: bytes
    mac: bytes = b""
    change_seq: int = 0


LABEL: Final = Table("label", LabelRow)


def of_client(db: Db, client: str) -> list[LabelRow]:
    """The labels of every secret that is this client's, by the secret's id."""
    return LABEL.where(db, "WHERE client = ? AND client <> '' ORDER BY secret_id", (client,))
