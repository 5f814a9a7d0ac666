"""Addresses that a secret was moved away from."""

from typing import Final, NamedTuple

from strongroom.db.tables.table import Table


class MovedRow(NamedTuple):
    """That a secret stood at this address. Nobody else stands there any more."""

    environment: str
    path: str
    secret_id: bytes
    moved_us: int
    moved_by: bytes
    mac: bytes = b""
    change_seq: int = 0


MOVED: Final = Table("moved", MovedRow, key=2)
