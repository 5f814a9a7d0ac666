"""Checks of the room that were run, each with what it found."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db
from strongroom.db.tables.table import Table


class CheckRunRow(NamedTuple):
    """A check that was run. `environments` are ids, one a line, in the policy's order.

    `found` is how many findings were open; `body` holds all of them and the verdicts.
    """

    id: bytes
    environments: str
    policy_sha256: bytes
    as_of_us: int
    found: int
    body: bytes
    run_by: bytes
    mac: bytes = b""
    change_seq: int = 0


CHECK_RUN: Final = Table("check_run", CheckRunRow)


def newest(db: Db, environments: str | None = None, limit: int = 1) -> list[CheckRunRow]:
    """The newest runs over exactly these environments, or over any; newest first."""
    if environments is None:
        return CHECK_RUN.where(db, "ORDER BY as_of_us DESC, change_seq DESC LIMIT ?", (limit,))
    return CHECK_RUN.where(
        db,
        "WHERE environments = ? ORDER BY as_of_us DESC, change_seq DESC LIMIT ?",
        (environments, limit),
    )
