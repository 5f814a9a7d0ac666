"""What is worked on: leases, last use, counted refusals and tries, the outbox."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from strongroom.db.interface import Db, number


class Lease(NamedTuple):
    """Who does `name` until when. `holder` is 16 random bytes of a process."""

    name: str
    holder: bytes
    until_us: int


class OutboxRow(NamedTuple):
    """A message that is owed to somebody outside."""

    id: bytes
    topic: str
    body: bytes
    due_us: int
    attempts: int
    state: str
    created_us: int


class FingerprintRow(NamedTuple):
    """Keyed fingerprints of one field of a version; None where the value is too weak."""

    secret_id: bytes
    n: int
    field: str
    match: bytes | None
    display: str | None
    chars: int
    classes: str


# Topics of the outbox: what happened, and what of it goes to one channel.
FACT: Final = "notify"
DELIVERY: Final = "notify-delivery"

_TAKE: Final = """
INSERT INTO lease (name, holder, until_us) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_us = excluded.until_us
WHERE lease.holder = excluded.holder OR lease.until_us <= ? OR lease.until_us > excluded.until_us
"""
_USED: Final = """
INSERT INTO used (kind, key, at_us) VALUES (?, ?, ?)
ON CONFLICT (kind, key) DO UPDATE SET at_us = excluded.at_us
WHERE used.at_us < excluded.at_us
"""
_OVERFLOW: Final = """
INSERT INTO overflow (principal_id, minute, n) VALUES (?, ?, ?)
ON CONFLICT (principal_id, minute) DO UPDATE SET n = overflow.n + excluded.n
"""
_PRINTS: Final = "SELECT secret_id, n, field, match, display, chars, classes FROM fingerprint"
_OUTBOX: Final = """
INSERT INTO outbox (id, topic, body, due_us, attempts, state, created_us)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""


_ATTEMPT: Final = """
INSERT INTO attempt (principal_id, kind, hour, n) VALUES (?, ?, ?, 1)
ON CONFLICT (principal_id, kind, hour) DO UPDATE SET n = attempt.n + 1
"""
_OWED: Final = "SELECT id, topic, body, due_us, attempts, state, created_us FROM outbox"


def take_lease(db: Db, lease: Lease, now_us: int) -> bool:
    """Take or renew a lease; False while somebody else holds it. In a transaction.

    One that ends later than what would be given now is of a clock that was put back since.
    """
    return db.execute(_TAKE, (*lease, now_us)) == 1


def drop_lease(db: Db, name: str, holder: bytes) -> None:
    """Give a lease back, if it is still ours."""
    db.execute("DELETE FROM lease WHERE name = ? AND holder = ?", (name, holder))


def drop_leases(db: Db) -> None:
    """Forget who does what: in a copy, all of them are elsewhere."""
    db.execute("DELETE FROM lease")


def mark_used(db: Db, kind: str, key: str, at_us: int) -> None:
    """Keep the latest use; an older one changes nothing."""
    db.execute(_USED, (kind, key, at_us))


def mark_all_used(db: Db, uses: Iterable[tuple[str, str, int]]) -> None:
    """As `mark_used`, for (kind, key, time) of many."""
    db.execute_many(_USED, uses)


def last_used(db: Db, kind: str, key: str) -> int | None:
    """When it was used last, in microseconds, or None."""
    rows = db.query("SELECT at_us FROM used WHERE kind = ? AND key = ?", (kind, key))
    return rows[0][0] if rows and isinstance(rows[0][0], int) else None


def count_overflow(db: Db, principal_id: bytes, minute: int, n: int) -> None:
    """Count `n` refusals that were too many to log one by one."""
    db.execute(_OVERFLOW, (principal_id, minute, n))


def overflow(db: Db, principal_id: bytes) -> list[tuple[int, int]]:
    """(minute, how many) of the principal, oldest first."""
    rows = db.query(
        "SELECT minute, n FROM overflow WHERE principal_id = ? ORDER BY minute", (principal_id,)
    )
    return [(minute, n) for minute, n in rows if isinstance(minute, int) and isinstance(n, int)]


def owe(db: Db, row: OutboxRow) -> None:
    """Put a message into the outbox."""
    db.execute(_OUTBOX, row)


def was_owed(db: Db, id_: bytes) -> bool:
    """Whether a message of that id was ever put into the outbox."""
    return bool(db.query("SELECT 1 FROM outbox WHERE id = ?", (id_,)))


def owed(db: Db, topic: str, limit: int) -> list[OutboxRow]:
    """Messages of a topic that are due, newest first."""
    rows = db.query(
        f"{_OWED} WHERE topic = ? AND state = 'due' ORDER BY created_us DESC, id LIMIT ?",
        (topic, limit),
    )
    return [OutboxRow._make(row) for row in rows]


def owe_once(db: Db, row: OutboxRow) -> bool:
    """As `owe`, unless there is a message of that id; whether there was none."""
    return db.execute(f"{_OUTBOX} ON CONFLICT (id) DO NOTHING", row) == 1


def due(db: Db, topic: str, now_us: int, limit: int) -> list[OutboxRow]:
    """Messages of a topic whose time has come, the longest waiting first."""
    rows = db.query(
        f"{_OWED} WHERE topic = ? AND state = 'due' AND due_us <= ? ORDER BY due_us, id LIMIT ?",
        (topic, now_us, limit),
    )
    return [OutboxRow._make(row) for row in rows]


def unsettled(db: Db, topic: str, limit: int) -> list[OutboxRow]:
    """Messages of a topic that are due or were given up, the newest first."""
    rows = db.query(
        f"{_OWED} WHERE topic = ? AND state <> 'done' ORDER BY created_us DESC, id LIMIT ?",
        (topic, limit),
    )
    return [OutboxRow._make(row) for row in rows]


def outbox_states(db: Db, topic: str) -> dict[str, int]:
    """How many messages of a topic are in each state."""
    rows = db.query("SELECT state, count(*) FROM outbox WHERE topic = ? GROUP BY state", (topic,))
    return {str(state): n for state, n in rows if isinstance(n, int)}


def owed_by_id(db: Db, id_: bytes) -> OutboxRow | None:
    """The message of that id, in whatever state."""
    rows = db.query(f"{_OWED} WHERE id = ?", (id_,))
    return OutboxRow._make(rows[0]) if rows else None


def set_owed(db: Db, row: OutboxRow) -> None:
    """Write how far a message is: when it is due, after how many attempts, its state."""
    db.execute(
        "UPDATE outbox SET due_us = ?, attempts = ?, state = ? WHERE id = ?",
        (row.due_us, row.attempts, row.state, row.id),
    )


def give_up_owed(db: Db, topic: str) -> int:
    """Whatever is due of a topic is given up; how many they were."""
    return db.execute(
        "UPDATE outbox SET state = 'given-up' WHERE topic = ? AND state = 'due'", (topic,)
    )


def forget_settled(db: Db, topic: str, before_us: int) -> None:
    """Forget messages of a topic that were made before a time and are not due any more."""
    db.execute(
        "DELETE FROM outbox WHERE topic = ? AND state <> 'due' AND created_us < ?",
        (topic, before_us),
    )


def count_owed(db: Db, topic: str) -> int:
    """How many messages of a topic are due."""
    return number(db, "SELECT count(*) FROM outbox WHERE topic = ? AND state = 'due'", (topic,))


def settle_owed(db: Db, topic: str, until_us: int) -> int:
    """Messages of a topic up to a time are done; how many they were."""
    return db.execute(
        "UPDATE outbox SET state = 'done' WHERE topic = ? AND state = 'due' AND created_us <= ?",
        (topic, until_us),
    )


def count_attempt(db: Db, principal_id: bytes, kind: str, hour: int) -> None:
    """Count one try of a principal that came to nothing."""
    db.execute(_ATTEMPT, (principal_id, kind, hour))


def attempts(db: Db, principal_id: bytes, kind: str, hour: int) -> int:
    """How many such tries a principal has made in that hour since 1970."""
    return number(
        db,
        "SELECT coalesce(max(n), 0) FROM attempt WHERE principal_id = ? AND kind = ? AND hour = ?",
        (principal_id, kind, hour),
    )


def keep_fingerprint(db: Db, row: FingerprintRow) -> None:
    """Keep what a field of a new version looks like to its keyed hash."""
    db.execute(
        "INSERT INTO fingerprint (secret_id, n, field, match, display, chars, classes)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        row,
    )


def forget_fingerprints(db: Db, secret_id: bytes, n: int) -> None:
    """Forget those of a version that never was in use."""
    db.execute("DELETE FROM fingerprint WHERE secret_id = ? AND n = ?", (secret_id, n))


def same_values(db: Db, matches: Sequence[bytes]) -> list[FingerprintRow]:
    """As `same_value`, for each of up to 10,000 values."""
    marks = ", ".join("?" for _ in matches)
    rows = db.query(f"{_PRINTS} WHERE match IN ({marks})", tuple(matches))
    return [FingerprintRow._make(row) for row in rows]


def same_value(db: Db, match: bytes) -> list[FingerprintRow]:
    """Every field in the room whose value is the same."""
    rows = db.query(
        "SELECT secret_id, n, field, match, display, chars, classes FROM fingerprint"
        " WHERE match = ? ORDER BY secret_id, n, field",
        (match,),
    )
    return [FingerprintRow._make(row) for row in rows]


def fingerprints_of(db: Db, secret_id: bytes, n: int) -> list[FingerprintRow]:
    """Of each field of one version."""
    rows = db.query(
        "SELECT secret_id, n, field, match, display, chars, classes FROM fingerprint"
        " WHERE secret_id = ? AND n = ? ORDER BY field",
        (secret_id, n),
    )
    return [FingerprintRow._make(row) for row in rows]


def marks_of(db: Db, secret_id: bytes) -> list[bytes]:
    """What the values of all versions of a secret look like, each once."""
    rows = db.query(
        "SELECT DISTINCT match FROM fingerprint WHERE secret_id = ? AND match IS NOT NULL",
        (secret_id,),
    )
    return [match for (match,) in rows if isinstance(match, bytes)]


def all_marks(db: Db) -> list[tuple[bytes, bytes]]:
    """Which secret has, or had, a value with which fingerprint, in the whole room."""
    rows = db.query("SELECT DISTINCT secret_id, match FROM fingerprint WHERE match IS NOT NULL")
    return [(id_, m) for id_, m in rows if isinstance(id_, bytes) and isinstance(m, bytes)]
