"""Secrets, their versions, which one is current, and when they are due."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from strongroom.db.interface import Db, number
from strongroom.db.tables.table import Table

LIST_MAX: Final = 10_000


class SecretRow(NamedTuple):
    """A secret at its address. `frozen` (0 or 1) denies every value of it."""

    id: bytes
    environment: str
    path: str
    type: str
    owner: str
    store: str
    state: str
    frozen: int
    reason: str
    description: str
    created_us: int
    created_by: bytes
    mac: bytes = b""
    change_seq: int = 0


class VersionRow(NamedTuple):
    """One immutable value, sealed, in the state that it has reached."""

    secret_id: bytes
    n: int
    state: str
    compromised: int
    deleted_us: int | None
    type: str
    origin: str
    kek_id: bytes
    wrapped: bytes
    sealed: bytes
    created_us: int
    created_by: bytes
    expires_us: int
    changed_us: int
    mac: bytes = b""
    change_seq: int = 0


class CurrentRow(NamedTuple):
    """Which version is current; None until one was promoted."""

    secret_id: bytes
    n: int | None
    changed_us: int
    mac: bytes = b""
    change_seq: int = 0


class ScheduleRow(NamedTuple):
    """When the secret is rotated next. `every_us` is None when only a compromise does it."""

    secret_id: bytes
    every_us: int | None
    next_us: int | None
    grace_us: int
    automatic: int
    changed_us: int
    changed_by: bytes
    mac: bytes = b""
    change_seq: int = 0


SECRET: Final = Table("secret", SecretRow)
VERSION: Final = Table("version", VersionRow, key=2)
CURRENT: Final = Table("current", CurrentRow)
SCHEDULE: Final = Table("schedule", ScheduleRow)


def secret_at(db: Db, environment: str, path: str) -> SecretRow | None:
    """The secret at this address, or None."""
    rows = SECRET.where(db, "WHERE environment = ? AND path = ?", (environment, path))
    return rows[0] if rows else None


def secrets_among(db: Db, environment: str, paths: Sequence[str]) -> list[SecretRow]:
    """Those that stand at one of `paths`, of which there are at most 10,000."""
    marks = ", ".join("?" for _ in paths)
    return SECRET.where(db, f"WHERE environment = ? AND path IN ({marks})", (environment, *paths))


def paths_below(db: Db, environment: str, folder: str, limit: int) -> list[str]:
    """Paths of active secrets in `folder` (`""` or ending in `/`) and its sub-folders, sorted."""
    # "0" follows "/" in bytes and "{" every letter, as in `children`.
    end = f"{folder[:-1]}0" if folder else "{"
    return [str(path) for (path,) in db.query(_CHILDREN, (environment, folder, end, limit))]


def versions_of(db: Db, secret_id: bytes) -> list[VersionRow]:
    """Every version, newest first."""
    return VERSION.where(db, "WHERE secret_id = ? ORDER BY n DESC", (secret_id,))


def newest_n(db: Db, secret_id: bytes) -> int:
    """The largest version number that the secret has, 0 without one."""
    return number(db, "SELECT coalesce(max(n), 0) FROM version WHERE secret_id = ?", (secret_id,))


class Placed(NamedTuple):
    """A version and where its secret stands; None if that is gone."""

    version: VersionRow
    environment: str | None
    path: str | None


def wrapped_by(db: Db, kek_id: bytes, limit: int, bytes_max: int = 0) -> list[Placed]:
    """Up to `limit` versions whose data key this key wraps, for re-wrapping in chunks.

    Only one where they are more than `bytes_max` of ciphertext, unless that is 0: a row is
    written whole, however little of it changes.
    """
    if bytes_max and number(db, _BYTES, (kek_id, limit)) > bytes_max:
        limit = 1
    end = len(VersionRow._fields)
    return [
        Placed(VersionRow._make(row[:end]), row[end], row[end + 1])  # type: ignore[arg-type]
        for row in db.query(_PLACED, (kek_id, limit))
    ]


def set_wrapped(db: Db, rows: list[VersionRow]) -> None:
    """Write the wraps of versions that must exist, and nothing else of them."""
    db.execute_many(
        _SET_WRAPPED,
        [(r.kek_id, r.wrapped, r.changed_us, r.mac, r.change_seq, r.secret_id, r.n) for r in rows],
    )


def wrapped_count(db: Db, kek_id: bytes) -> int:
    """How many versions this key wraps."""
    return number(db, _WRAPPED_COUNT, (kek_id,))


def children(db: Db, environment: str, folder: str, limit: int = LIST_MAX) -> list[str]:
    """Names directly under `folder` (`""` or ending in `/`), sub-folders ending in `/`.

    Skips over each sub-folder with one look at the index, so that the cost follows the
    number of names returned and neither the size of the room nor that of the folders.
    Deleted secrets are left out.
    """
    if folder and not folder.endswith("/"):
        raise ValueError("a folder ends in /")
    found: list[str] = []
    start: str | None = folder
    # "0" follows "/" in bytes, so this is the first text that is not inside the folder.
    end = f"{folder[:-1]}0" if folder else "{"  # "{" follows every letter
    while start is not None and len(found) < limit:
        wanted = min(limit - len(found), _CHUNK)
        rows = db.query(_CHILDREN, (environment, start, end, wanted))
        start = None if len(rows) < wanted else f"{rows[-1][0]!s}!"  # before what may follow
        for (path,) in rows:
            name, slash, _ = str(path)[len(folder) :].partition("/")
            found.append(name + slash)
            if slash:
                start = f"{folder}{name}0"
                break
    return found


_CHUNK: Final = 256
# The condition is that of the index `version_kek`, word for word: a destroyed version still
# names the key that wrapped it.
_WRAPPED_COUNT: Final = "SELECT count(*) FROM version WHERE kek_id = ? AND state <> 'destroyed'"
_BYTES: Final = """
SELECT coalesce(sum(size), 0) FROM
(SELECT length(sealed) AS size FROM version WHERE kek_id = ? AND state <> 'destroyed' LIMIT ?) v
"""
_PLACED: Final = f"""
SELECT {", ".join(f"v.{column}" for column in VersionRow._fields)}, s.environment, s.path
FROM (SELECT * FROM version WHERE kek_id = ? AND state <> 'destroyed' LIMIT ?) v
LEFT JOIN secret s ON s.id = v.secret_id
"""  # noqa: S608 - our own columns
_SET_WRAPPED: Final = """
UPDATE version SET kek_id = ?, wrapped = ?, changed_us = ?, mac = ?, change_seq = ?
WHERE secret_id = ? AND n = ?
"""
_CHILDREN: Final = """
SELECT path FROM secret
WHERE environment = ? AND path >= ? AND path < ? AND state = 'active'
ORDER BY path LIMIT ?
"""
