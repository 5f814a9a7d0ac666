"""Addresses that a secret was moved away from."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from strongroom.db.interface import Db
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


def left_among(db: Db, environment: str, paths: Sequence[str]) -> set[str]:
    """Those of `paths`, at most 10,000, that a secret was moved away from."""
    marks = ", ".join("?" for _ in paths)
    rows = MOVED.where(db, f"WHERE environment = ? AND path IN ({marks})", (environment, *paths))
    return {row.path for row in rows}
