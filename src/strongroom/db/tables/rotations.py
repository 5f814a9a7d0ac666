"""Targets, what is rotated there and when, rotations and their journal."""

from typing import Final, NamedTuple

from strongroom.db.interface import Db, number
from strongroom.db.tables.table import Table

LIVE: Final = "state NOT IN ('done', 'rolled-back')"
_DUE: Final = "state NOT IN ('done', 'rolled-back', 'needs-person')"
LEASE_MAX_US: Final = 600_000_000  # no engine takes a rotation for longer
EMERGENCY_MAX_US: Final = 60_000_000  # and none puts an emergency off for longer


class TargetRow(NamedTuple):
    """A system that holds credentials. `options` is a JSON object of text.

    `admin` is the address of its admin credential, or empty.
    """

    id: bytes
    environment: str
    name: str
    rotator: str
    address: str
    admin: str
    options: str
    state: str
    changed_us: int
    changed_by: bytes
    mac: bytes = b""
    change_seq: int = 0


class RuleRow(NamedTuple):
    """That a secret is rotated at a target, and when. `options` as of a target.

    `mode` is `auto`, `approve` or `notify`. `cron` with its time `zone` names the moments at which a
    rotation may begin, each open for `window_us`; empty: any time. `blackouts` is a JSON list of
    [first day, last day] in ISO form, both included.
    """

    secret_id: bytes
    target_id: bytes
    options: str
    mode: str
    cron: str
    zone: str
    window_us: int
    blackouts: str
    changed_us: int
    changed_by: bytes
    mac: bytes = b""
    change_seq: int = 0


class RotationRow(NamedTuple):
    """A rotation as far as it came (`strongroom.rotation.machine`). Times are µs since 1970 UTC.

    `open` is the act that was begun and whose end is not known, or empty. The engine `holder` owns
    it until `lease_us`; `fence` counts owners, so that an earlier one is known. `held_by` is a JSON
    list of who keeps it waiting. `due_us` is when an engine should look at it again.
    """

    id: bytes
    secret_id: bytes
    target_id: bytes
    state: str
    open: str
    overlap: int
    emergency: int
    paused: int
    aborting: int
    confirmed: int
    old_n: int
    new_n: int | None
    failures: int
    mints: int
    begun_us: int
    begun_by: bytes
    reached_us: int
    promoted_us: int
    grace_us: int
    watch_us: int
    lead_us: int
    due_us: int
    code: str
    held_by: str
    holder: bytes
    fence: int
    lease_us: int
    mac: bytes = b""
    change_seq: int = 0


class StepRow(NamedTuple):
    """A line of the journal: an act that was begun (`took_us` 0, code `begun`) or has ended."""

    rotation_id: bytes
    k: int
    act: str
    state: str
    code: str
    fence: int
    at_us: int
    took_us: int


TARGET: Final = Table("target", TargetRow)
RULE: Final = Table("rotation_rule", RuleRow)
ROTATION: Final = Table("rotation", RotationRow)
_STEPS: Final = (
    "SELECT rotation_id, k, act, state, code, fence, at_us, took_us FROM rotation_step"
    " WHERE rotation_id = ? ORDER BY k"
)


def target_named(db: Db, name: str) -> TargetRow | None:
    """The target of that name that is in use, or None."""
    rows = TARGET.where(db, "WHERE name = ? AND state = 'active'", (name,))
    return rows[0] if rows else None


def targets(db: Db) -> list[TargetRow]:
    """All that are in use, by name."""
    return TARGET.where(db, "WHERE state = 'active' ORDER BY name")


def rules_at(db: Db, target_id: bytes) -> list[RuleRow]:
    """What is rotated at a target."""
    return RULE.where(db, "WHERE target_id = ? ORDER BY secret_id", (target_id,))


def live(db: Db, secret_id: bytes) -> RotationRow | None:
    """The rotation that a secret is in, or None."""
    rows = ROTATION.where(db, f"WHERE secret_id = ? AND {LIVE}", (secret_id,))
    return rows[0] if rows else None


def last(db: Db, secret_id: bytes, limit: int) -> list[RotationRow]:
    """The last rotations of a secret, the newest first."""
    return ROTATION.where(
        db, "WHERE secret_id = ? ORDER BY begun_us DESC, id LIMIT ?", (secret_id, limit)
    )


def of_secret(db: Db, secret_id: bytes) -> list[RotationRow]:
    """Every rotation of a secret that there was."""
    return ROTATION.where(db, "WHERE secret_id = ?", (secret_id,))


def marked(db: Db, asked: bytes, since_us: int) -> list[RotationRow]:
    """Rotations begun since then whose id has these four bytes after its sixth; newest first."""
    return ROTATION.where(
        db,
        "WHERE begun_us >= ? AND substr(id, 7, 4) = ? ORDER BY begun_us DESC, id",
        (since_us, asked),
    )


def all_live(db: Db, limit: int) -> list[RotationRow]:
    """Rotations that have not ended, the oldest first."""
    return ROTATION.where(db, f"WHERE {LIVE} ORDER BY begun_us, id LIMIT ?", (limit,))


def lately(db: Db, since_us: int) -> list[RotationRow]:
    """Those that have not ended, and what ended since then; the latest of a secret last."""
    return ROTATION.where(db, f"WHERE {LIVE} OR reached_us >= ? ORDER BY begun_us, id", (since_us,))


def due(db: Db, now_us: int, limit: int) -> list[RotationRow]:
    """Those that an engine should look at and that no other one holds; emergencies first.

    A time further off than one of its kind can be is of a clock that was put back since.
    """
    return ROTATION.where(
        db,
        f"WHERE {_DUE} AND paused = 0 AND (lease_us > ? OR lease_us <= ?"
        " AND (due_us <= ? OR emergency = 1 AND due_us > ?))"
        " ORDER BY emergency DESC, due_us, id LIMIT ?",
        (now_us + LEASE_MAX_US, now_us, now_us, now_us + EMERGENCY_MAX_US, limit),
    )


def next_due(db: Db) -> int | None:
    """When an engine should look at the first one, in µs since 1970 UTC, or None."""
    rows = db.query(f"SELECT min(due_us) FROM rotation WHERE {_DUE} AND paused = 0")  # noqa: S608
    return rows[0][0] if isinstance(rows[0][0], int) else None


def note(db: Db, row: StepRow) -> None:
    """Append a line to the journal; its number is the next one."""
    k = 1 + number(
        db,
        "SELECT coalesce(max(k), 0) FROM rotation_step WHERE rotation_id = ?",
        (row.rotation_id,),
    )
    db.execute(
        "INSERT INTO rotation_step (rotation_id, k, act, state, code, fence, at_us, took_us)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        row._replace(k=k),
    )


def steps(db: Db, rotation_id: bytes) -> list[StepRow]:
    """The journal of a rotation, in order."""
    return [StepRow._make(row) for row in db.query(_STEPS, (rotation_id,))]
