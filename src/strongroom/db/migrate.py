"""Numbered migrations: one SQL text for all engines, run once each, under the room's lock.

Files are `schema/NNNN_name.sql`, or `schema/NNNN_name.sqlite.sql` beside
`schema/NNNN_name.postgres.sql` where the engines differ as a whole. A line that starts
with `-- sqlite:` or `-- postgres:` is a statement's line on that engine only. The text is
written with SQLite's type names; the other engine's are put in by `for_dialect`.

A migration that has shipped is never edited: its SHA-256 is kept in the database.
"""

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from strongroom.db.interface import Begin, Db, DbDamagedError, DbNewerError

SCHEMA: Final = Path(__file__).parent / "schema"
_NAME: Final = re.compile(r"(\d{4})_([a-z_]+)(?:\.(sqlite|postgres))?\.sql")
_ONLY: Final = re.compile(r"^-- (sqlite|postgres): ?(.*)$", re.MULTILINE)
_POSTGRES_WORDS: Final = (
    (re.compile(r"\bINTEGER\b"), "BIGINT"),
    (re.compile(r"\bBLOB\b"), "BYTEA"),
    (re.compile(r"\bTEXT\b"), 'TEXT COLLATE "C"'),
    (re.compile(r"\) STRICT(, WITHOUT ROWID)?;"), ");"),
)
_LEDGER: Final = """
CREATE TABLE IF NOT EXISTS migration (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    at_us INTEGER NOT NULL
) STRICT;
"""


class Migration(NamedTuple):
    """One file, for one engine."""

    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Of the text that runs, in hexadecimal."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


@cache
def all_for(dialect: str) -> tuple[Migration, ...]:
    """Every migration that ships, in order."""
    found = []
    for file in SCHEMA.iterdir():
        match = _NAME.fullmatch(file.name)
        if match and match[3] in {None, dialect}:
            text = for_dialect(file.read_text(encoding="utf-8"), dialect)
            found.append(Migration(int(match[1]), match[2], text))
    return tuple(sorted(found))


def for_dialect(text: str, dialect: str) -> str:
    """`text` as `dialect` reads it: its own lines, its own names of types."""
    text = _ONLY.sub(lambda m: m[2] if m[1] == dialect else "", text)
    if dialect == "postgres":
        for pattern, word in _POSTGRES_WORDS:
            text = pattern.sub(word, text)
    return text


def run(db: Db) -> int:
    """Bring the schema up to date; return its version.

    Raises:
        DbNewerError: `db-newer`; a later program wrote this room.
        DbDamagedError: `db-migration-changed`; a migration that ran is not the one that ships.
    """
    ours = all_for(db.dialect)
    if _is_current(db, ours):  # the common case takes no lock
        return ours[-1].version
    db.begin(Begin.CHANGE)
    try:
        db.script(for_dialect(_LEDGER, db.dialect))
        done = _done(db)
        for migration in ours:
            if migration.version not in done:
                db.script(migration.sql)
                db.execute(
                    "INSERT INTO migration (version, name, sha256, at_us) VALUES (?, ?, ?, ?)",
                    (migration.version, migration.name, migration.sha256, db.clock_us()),
                )
        db.commit()
    finally:
        db.rollback()
    return ours[-1].version


def _is_current(db: Db, ours: tuple[Migration, ...]) -> bool:
    if not db.query(_HAS_LEDGER[db.dialect]):
        return False
    done = _done(db)
    newest = max(done, default=0)
    if newest > ours[-1].version:
        raise DbNewerError(
            "db-newer",
            f"the room has schema {newest}, this program knows up to {ours[-1].version}",
            fix="use the version of strongroom that wrote it, or a later one",
        )
    for migration in ours:
        if done.get(migration.version, migration.sha256) != migration.sha256:
            raise DbDamagedError(
                "db-migration-changed",
                f"migration {migration.version} is not the one that this room was made with",
            )
    return all(migration.version in done for migration in ours)


_HAS_LEDGER: Final = {
    "sqlite": "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migration'",
    "postgres": "SELECT 1 FROM pg_tables WHERE tablename = 'migration'",
}


def _done(db: Db) -> dict[int, str]:
    return {
        int(version): str(sha256)
        for version, sha256 in db.query("SELECT version, sha256 FROM migration")
        if isinstance(version, int)
    }
