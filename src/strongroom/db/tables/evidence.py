"""What was shown, for auditors: backups, drills. Written once, by the gate."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db
from strongroom.db.tables.table import Table


class EvidenceRow(NamedTuple):
    """One thing that was shown. `digest` is SHA-256 over `report`, `id` its first half."""

    id: bytes
    kind: str
    outcome: str
    at_us: int
    by_: bytes
    report: str
    digest: bytes
    mac: bytes = b""
    change_seq: int = 0


EVIDENCE: Final = Table("evidence", EvidenceRow)


def newest(db: Db, kinds: tuple[str, ...], limit: int) -> list[EvidenceRow]:
    """The newest of these kinds, newest first; at most `limit`."""
    marks = ", ".join("?" for _ in kinds)
    return EVIDENCE.where(
        db, f"WHERE kind IN ({marks}) ORDER BY at_us DESC, id LIMIT ?", (*kinds, limit)
    )
