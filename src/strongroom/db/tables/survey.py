"""Everything about the secrets of an environment but their values, in a few statements.

No statement here names a column that holds ciphertext: what is looked over is as fast for
large values as for small ones, and nothing of a value is in memory.
"""

from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from strongroom.db.interface import Db
from strongroom.db.tables.labels import LABEL, LabelRow
from strongroom.db.tables.secrets import (
    CURRENT,
    SCHEDULE,
    SECRET,
    CurrentRow,
    ScheduleRow,
    SecretRow,
)


class SecretRows(NamedTuple):
    """The rows of a secret as they stand together; None where there is no such row."""

    secret: SecretRow
    current: CurrentRow
    schedule: ScheduleRow | None
    label: LabelRow | None


class Life(NamedTuple):
    """A version without its value. Its MAC covers the value too, so it cannot be checked here."""

    secret_id: bytes
    n: int
    state: str
    compromised: int
    deleted_us: int | None
    type: str
    origin: str
    kek_id: bytes
    created_us: int
    expires_us: int
    changed_us: int


class Print(NamedTuple):
    """What is known of a field of a current version: its length, its classes of characters.

    `strong` is 1 where the value was strong enough for a fingerprint.
    """

    secret_id: bytes
    n: int
    field: str
    strong: int
    chars: int
    classes: str


class Shared(NamedTuple):
    """A field of a version whose value stands at other secrets too.

    `secrets` and `environments` are how many hold the value, this one included.
    """

    secret_id: bytes
    n: int
    field: str
    secrets: int
    environments: int


def secrets_of(db: Db, environment: str) -> list[SecretRows]:
    """Every secret of the environment, deleted ones too, by path; one statement, one moment."""
    found = []
    for row in db.query(_SECRETS, (environment,)):
        secret, current, schedule, label = (row[first:last] for first, last in _PARTS)
        found.append(
            SecretRows(
                SecretRow._make(secret),
                CurrentRow._make(current),
                None if schedule[0] is None else ScheduleRow._make(schedule),
                None if label[0] is None else LabelRow._make(label),
            )
        )
    return found


def count_of(db: Db, environment: str) -> int:
    """How many secrets the environment has, deleted ones too."""
    ((count,),) = db.query("SELECT count(*) FROM secret WHERE environment = ?", (environment,))
    return int(count or 0)


def lives_of(db: Db, environment: str) -> list[Life]:
    """Every version of every secret of the environment, oldest first."""
    return [Life._make(row) for row in db.query(_LIVES, (environment,))]


def currents_of(db: Db, environment: str) -> list[Life]:
    """The current version of each secret of the environment."""
    return [Life._make(row) for row in db.query(_CURRENTS, (environment,))]


def prints_of(db: Db, environment: str) -> list[Print]:
    """Of each secret field of each current version of the environment."""
    return [Print._make(row) for row in db.query(_PRINTS, (environment,))]


def shared(db: Db) -> list[Shared]:
    """Fields, in the whole room, whose value stands at more than one secret."""
    return [Shared._make(row) for row in db.query(_SHARED)]


def uses(db: Db, kind: str) -> dict[str, int]:
    """When each thing of a kind was used last, in microseconds since 1970 UTC, by its key."""
    rows = db.query("SELECT key, at_us FROM used WHERE kind = ?", (kind,))
    return {str(key): at_us for key, at_us in rows if isinstance(at_us, int)}


def readers(db: Db, secret_id: bytes) -> dict[str, int]:
    """When each version of a secret was read last by each principal: `secret/number/principal`."""
    start = f"{secret_id.hex()}/"
    rows = db.query(
        "SELECT key, at_us FROM used WHERE kind = 'reader' AND key >= ? AND key < ?",
        (start, f"{secret_id.hex()}0"),  # "0" follows "/"
    )
    return {str(key): at_us for key, at_us in rows if isinstance(at_us, int)}


def wraps(db: Db) -> dict[bytes, int]:
    """How many versions each key wraps, by its id; a destroyed version is wrapped by none."""
    rows = db.query(_WRAPS)
    return {id_: n for id_, n in rows if isinstance(id_, bytes) and isinstance(n, int)}


def _columns(alias: str, row: type[NamedTuple]) -> str:
    return ", ".join(f"{alias}.{name}" for name in row._fields)


_ENDS: Final = tuple(
    accumulate(len(row._fields) for row in (SecretRow, CurrentRow, ScheduleRow, LabelRow))
)
_PARTS: Final = tuple(pairwise((0, *_ENDS)))
_SECRETS: Final = f"""
SELECT {_columns("s", SecretRow)}, {_columns("c", CurrentRow)}, {_columns("d", ScheduleRow)},
    {_columns("l", LabelRow)}
FROM {SECRET.name} s JOIN {CURRENT.name} c ON c.secret_id = s.id
LEFT JOIN {SCHEDULE.name} d ON d.secret_id = s.id
LEFT JOIN {LABEL.name} l ON l.secret_id = s.id
WHERE s.environment = ? ORDER BY s.path
"""  # noqa: S608 - our own names only
_LIVES: Final = f"""
SELECT {_columns("v", Life)} FROM secret s JOIN version v ON v.secret_id = s.id
WHERE s.environment = ? ORDER BY v.secret_id, v.n
"""  # noqa: S608 - our own names only
_CURRENTS: Final = f"""
SELECT {_columns("v", Life)} FROM secret s JOIN current c ON c.secret_id = s.id
JOIN version v ON v.secret_id = s.id AND v.n = c.n WHERE s.environment = ?
"""  # noqa: S608 - our own names only
_PRINTS: Final = """
SELECT f.secret_id, f.n, f.field, f.match IS NOT NULL, f.chars, f.classes
FROM secret s JOIN current c ON c.secret_id = s.id
JOIN fingerprint f ON f.secret_id = c.secret_id AND f.n = c.n
WHERE s.environment = ? ORDER BY f.secret_id, f.field
"""
_SHARED: Final = """
SELECT f.secret_id, f.n, f.field, g.secrets, g.environments FROM fingerprint f JOIN (
    SELECT p.match, count(DISTINCT p.secret_id) AS secrets,
        count(DISTINCT s.environment) AS environments
    FROM fingerprint p JOIN secret s ON s.id = p.secret_id
    WHERE p.match IS NOT NULL GROUP BY p.match HAVING count(DISTINCT p.secret_id) > 1
) g ON g.match = f.match ORDER BY f.secret_id, f.n, f.field
"""
_WRAPS: Final = "SELECT kek_id, count(*) FROM version WHERE state <> 'destroyed' GROUP BY kek_id"
