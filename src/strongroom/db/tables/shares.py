"""Values that were set aside for one other person, each to be opened once."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db
from strongroom.db.tables.table import Table


class ShareRow(NamedTuple):
    """One share. `field` is empty for a value without fields; only an open one has `sealed`.

    `recipient` is None for anybody who has the code. `state` is `open`, `taken`, `revoked` or
    `expired`; `ended_us` and `ended_by` say when and through whom it became one of the others.
    """

    id: bytes
    lookup: bytes
    secret_id: bytes
    n: int
    field: str
    kek_id: bytes
    sealed: bytes
    recipient: bytes | None
    state: str
    created_us: int
    created_by: bytes
    expires_us: int
    ended_us: int | None = None
    ended_by: bytes | None = None
    mac: bytes = b""
    change_seq: int = 0


SHARE: Final = Table("share", ShareRow)


def by_lookup(db: Db, lookup: bytes) -> ShareRow | None:
    """The share that a code opens, or None."""
    rows = SHARE.where(db, "WHERE lookup = ?", (lookup,))
    return rows[0] if rows else None


def of_creator(db: Db, principal_id: bytes, limit: int) -> list[ShareRow]:
    """Those that somebody made, newest first."""
    return SHARE.where(
        db, "WHERE created_by = ? ORDER BY created_us DESC, id LIMIT ?", (principal_id, limit)
    )


def newest(db: Db, limit: int) -> list[ShareRow]:
    """All of them, newest first."""
    return SHARE.where(db, "ORDER BY created_us DESC, id LIMIT ?", (limit,))


def over(db: Db, now_us: int, limit: int) -> list[ShareRow]:
    """Those whose time has passed and that still hold something."""
    return SHARE.where(
        db, "WHERE state = 'open' AND expires_us <= ? ORDER BY expires_us LIMIT ?", (now_us, limit)
    )


def under(db: Db, kek_id: bytes) -> list[ShareRow]:
    """Those that this key seals and that still hold something."""
    return SHARE.where(db, "WHERE state = 'open' AND kek_id = ? ORDER BY id", (kek_id,))


def of_version(db: Db, secret_id: bytes, n: int) -> list[ShareRow]:
    """Those of one version that still hold something."""
    return SHARE.where(
        db, "WHERE state = 'open' AND secret_id = ? AND n = ? ORDER BY id", (secret_id, n)
    )
