"""Backups pass the gate too: who takes one is recorded before anything is copied."""

from dataclasses import dataclass
from typing import NamedTuple

from strongroom.db.interface import Db, number
from strongroom.db.tables import log
from strongroom.db.tables.house import SEAL
from strongroom.gate.desk import Desk
from strongroom.gate.look import View
from strongroom.gate.rows import Seal
from strongroom.model.principal import Verb


@dataclass(frozen=True)
class TakeBackup(View):
    """That somebody is about to copy the whole room."""

    verb = Verb.ADMINISTER

    def look(self, desk: Desk) -> int:
        """How many entries have a place."""
        return log.size(desk.db)


class Contents(NamedTuple):
    """Where a database stands, for a backup's manifest. `slots` are active ones, as stored."""

    schema: int
    change_seq: int
    log_size: int
    checkpoint: str | None
    slots: tuple[bytes, ...]


def contents(db: Db, seal: Seal) -> Contents:
    """Of the database as it is, its slots checked.

    Raises:
        TamperedError: a slot's row is not what this room wrote.
    """
    last = log.last_checkpoint(db)
    slots = [seal.check(SEAL, row) for row in SEAL.where(db, "ORDER BY created_us, id")]
    return Contents(
        number(db, "SELECT max(version) FROM migration"),
        log.head(db),
        log.size(db),
        last.note if last else None,
        tuple(row.slot for row in slots if row.state == "active"),
    )
