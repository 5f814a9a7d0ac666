"""Which version of a secret each process of an application says that it uses."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db, number
from strongroom.db.tables.table import Table


class AcknowledgementRow(NamedTuple):
    """A process uses version `n` since `since_us`; that it does is known until `until_us`.

    Who said it is the principal; `consumer` and `instance` are what he calls the application and
    the process. After its end the row is free for another process.
    """

    id: bytes
    secret_id: bytes
    principal_id: bytes
    consumer: str
    instance: str
    n: int
    since_us: int
    until_us: int
    mac: bytes = b""
    change_seq: int = 0


ACKNOWLEDGEMENT: Final = Table("acknowledgement", AcknowledgementRow)


class Process(NamedTuple):
    """One process of an application, as a principal calls it."""

    principal_id: bytes
    consumer: str
    instance: str


def of_process(db: Db, who: Process, secret_id: bytes) -> AcknowledgementRow | None:
    """What a process says of a secret, or said last."""
    rows = ACKNOWLEDGEMENT.where(
        db,
        "WHERE principal_id = ? AND consumer = ? AND instance = ? AND secret_id = ?",
        (*who, secret_id),
    )
    return rows[0] if rows else None


def live_of_process(db: Db, who: Process, now_us: int) -> list[AcknowledgementRow]:
    """All that a process says and that is not over."""
    return ACKNOWLEDGEMENT.where(
        db,
        "WHERE principal_id = ? AND consumer = ? AND instance = ? AND until_us > ?"
        " ORDER BY secret_id",
        (*who, now_us),
    )


def of_secret(db: Db, secret_id: bytes) -> list[AcknowledgementRow]:
    """All that is kept of a secret, over or not; by application, then the newest first."""
    return ACKNOWLEDGEMENT.where(
        db, "WHERE secret_id = ? ORDER BY consumer, since_us DESC, id", (secret_id,)
    )


def longest_over(db: Db, secret_id: bytes, now_us: int) -> AcknowledgementRow | None:
    """The one that is over for longest, or None."""
    rows = ACKNOWLEDGEMENT.where(
        db,
        "WHERE secret_id = ? AND until_us <= ? ORDER BY until_us, id LIMIT 1",
        (secret_id, now_us),
    )
    return rows[0] if rows else None


def count(db: Db, secret_id: bytes) -> int:
    """How many rows a secret has, over or not."""
    return number(db, "SELECT count(*) FROM acknowledgement WHERE secret_id = ?", (secret_id,))


def count_live(db: Db, secret_id: bytes, principal_id: bytes, now_us: int) -> int:
    """How many processes of a principal say something of a secret."""
    return number(
        db,
        "SELECT count(*) FROM acknowledgement"
        " WHERE secret_id = ? AND principal_id = ? AND until_us > ?",
        (secret_id, principal_id, now_us),
    )


def applications(db: Db, now_us: int) -> list[tuple[bytes, str]]:
    """Which secret is used by which application, as its processes say now."""
    rows = db.query(
        "SELECT DISTINCT secret_id, consumer FROM acknowledgement WHERE until_us > ?", (now_us,)
    )
    return [(id_, str(name)) for id_, name in rows if isinstance(id_, bytes)]
