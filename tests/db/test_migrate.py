"""Tests for strongroom.db.migrate."""

import re
import sqlite3
from pathlib import Path

import pytest

from strongroom.db import migrate, sqlite
from strongroom.db.interface import Db, DbDamagedError, DbError, DbNewerError
from strongroom.db.memory import MemoryRoom


def alter(path: Path, sql: str) -> None:
    """By hand, past our triggers."""
    with sqlite3.connect(path) as handle:
        handle.execute("DROP TRIGGER IF EXISTS migration_stays")
        handle.execute("DROP TRIGGER IF EXISTS migration_kept")
        handle.execute(sql)
    handle.close()


def test_numbers_rise_for_each_engine() -> None:
    """Some were kept free for work beside it; none is used twice."""
    numbers = [m.version for m in migrate.all_for("sqlite")]
    assert sorted(set(numbers)) == numbers
    assert numbers[0] == 1
    assert [1, 2, 3] == [m.version for m in migrate.all_for("postgres")][:3]


def test_running_twice_changes_nothing(db: Db) -> None:
    before = db.query("SELECT * FROM migration")
    assert migrate.run(db) == migrate.all_for(db.dialect)[-1].version

    assert before == db.query("SELECT * FROM migration")


def test_a_missing_migration_is_run(path: Path) -> None:
    sqlite.create(path).close()
    alter(path, "DELETE FROM migration WHERE version = 3")
    with sqlite3.connect(path) as handle:
        for table in ("consumer", "acknowledgement", "outbox", "lease", "finding", "fingerprint"):
            handle.execute(f"DROP TABLE {table}")
    handle.close()
    db = sqlite.connect(path)

    assert db.query("SELECT name FROM migration WHERE version = 3") == [("work",)]
    assert db.query("SELECT count(*) FROM finding") == [(0,)]
    db.close()


def test_a_migration_that_fails_leaves_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite.create(path).close()
    ours = migrate.all_for("sqlite")
    bad = migrate.Migration(
        ours[-1].version + 1, "bad", "CREATE TABLE half (a TEXT) STRICT;\nNOT SQL;\n"
    )
    monkeypatch.setattr(migrate, "all_for", lambda _: [*ours, bad])
    with pytest.raises(DbError):
        sqlite.connect(path)
    monkeypatch.undo()
    db = sqlite.connect(path)

    assert db.query("SELECT 1 FROM sqlite_schema WHERE name = 'half'") == []
    db.close()


def test_a_newer_room_is_left_alone(path: Path) -> None:
    sqlite.create(path).close()
    alter(path, "INSERT INTO migration VALUES (99, 'later', '', 0)")
    with pytest.raises(DbNewerError) as newer:
        sqlite.connect(path)

    assert newer.value.code == "db-newer"
    assert "99" in newer.value.message


def test_an_edited_migration_is_noticed(path: Path) -> None:
    sqlite.create(path).close()
    alter(path, "UPDATE migration SET sha256 = 'other' WHERE version = 2")
    with pytest.raises(DbDamagedError) as changed:
        sqlite.connect(path)

    assert changed.value.code == "db-migration-changed"


def test_the_other_engine_gets_its_own_words() -> None:
    text = (
        "CREATE TABLE t (\n  a INTEGER, b BLOB, c TEXT\n) STRICT, WITHOUT ROWID;\n"
        "-- sqlite: PRAGMA x;\n-- postgres: SET x;\n-- a remark\n"
    )

    assert migrate.for_dialect(text, "postgres") == (
        'CREATE TABLE t (\n  a BIGINT, b BYTEA, c TEXT COLLATE "C"\n);\n\nSET x;\n-- a remark\n'
    )
    assert "PRAGMA x;" in migrate.for_dialect(text, "sqlite")


def test_nothing_of_sqlite_is_left_in_the_shared_text() -> None:
    for migration in migrate.all_for("postgres"):
        statements = re.sub(r"--.*", "", migration.sql)
        assert not re.search(r"STRICT|WITHOUT ROWID|BLOB|AUTOINCREMENT|INTEGER", statements)


def test_a_room_in_memory_has_the_same_schema(path: Path) -> None:
    file, memory = sqlite.create(path), MemoryRoom().connect()
    sql = "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name"

    assert file.query(sql) == memory.query(sql)
    file.close()
