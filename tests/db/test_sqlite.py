"""Tests for strongroom.db.sqlite, beyond the contract."""

import sqlite3
import stat
from pathlib import Path

import pytest

from strongroom.db import sqlite
from strongroom.db.interface import (
    Begin,
    DbDamagedError,
    DbError,
    DbMissingError,
    DbReadOnlyError,
    DbRefusedError,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_made_once_and_found_afterwards(path: Path) -> None:
    with pytest.raises(DbMissingError):
        sqlite.connect(path)
    sqlite.create(path).close()
    with pytest.raises(DbRefusedError):
        sqlite.create(path)
    sqlite.connect(path).close()


def test_nobody_else_may_read_any_of_the_files(path: Path) -> None:
    db = sqlite.create(path)
    db.begin(Begin.RECORD)
    db.execute("INSERT INTO lease VALUES ('a', x'00', 1)")
    db.commit()

    assert mode(path.parent) == 0o700
    assert {"room.db", "room.db-wal", "room.db-shm"} == {p.name for p in path.parent.iterdir()}
    assert {0o600} == {mode(p) for p in path.parent.iterdir()}
    db.close()


def test_files_that_were_opened_to_others_are_closed_again(path: Path) -> None:
    sqlite.create(path).close()
    path.chmod(0o644)
    db = sqlite.connect(path)

    assert {0o600} == {mode(p) for p in path.parent.iterdir()}
    db.close()


def test_the_settings_that_durability_rests_on(path: Path) -> None:
    db = sqlite.create(path)

    def pragma(name: str) -> object:
        return db.query(f"PRAGMA {name}")[0][0]

    found = {
        name: pragma(name)
        for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete",
                     "trusted_schema", "wal_autocheckpoint", "temp_store")
    }  # fmt: skip
    expected = {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1,
        "trusted_schema": 0, "wal_autocheckpoint": 0, "temp_store": 2,
    }  # fmt: skip
    assert expected == found
    db.close()


def test_upkeep_moves_a_long_log_into_the_file(path: Path) -> None:
    db = sqlite.create(path)
    db.upkeep()
    before = path.stat().st_size
    for number in range(20):
        db.begin(Begin.RECORD)
        db.execute(
            "INSERT INTO outbox VALUES (randomblob(16), 't', zeroblob(900000), 0, 0, 'due', ?)",
            (number,),
        )
        db.commit()
    assert path.stat().st_size == before
    db.upkeep()

    assert path.stat().st_size > before + 20 * 900_000
    db.close()


def test_a_foreign_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as handle:
        handle.execute("CREATE TABLE a (b)")
    handle.close()
    with pytest.raises(DbDamagedError) as foreign:
        sqlite.connect(path)

    assert foreign.value.code == "db-foreign"


@pytest.mark.parametrize("size", [100, 5_000, 20_000])
def test_a_file_that_is_no_database_is_refused(path: Path, size: int) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\x07" * size)
    with pytest.raises(DbDamagedError):
        sqlite.connect(path)


def test_a_damaged_page_is_found_when_a_small_file_is_opened(path: Path) -> None:
    sqlite.create(path).close()
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 4] = b"\xff" * 4096
    path.write_bytes(data)
    with pytest.raises(DbDamagedError):
        sqlite.connect(path)


def test_a_damaged_page_of_a_large_file_is_found_by_verify(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opening a large file reads little; `verify` reads all of it."""
    db = sqlite.create(path)
    db.begin(Begin.RECORD)
    for number in range(100):
        db.execute("INSERT INTO lease VALUES (?, zeroblob(400), 1)", (f"name-{number}",))
    db.commit()
    db.close()
    monkeypatch.setattr(sqlite, "CHECK_BYTES_MAX", 0)
    data = path.read_bytes()
    at = data.index(b"name-50")
    page = at // 4096 * 4096
    path.write_bytes(data[:page] + b"\xff" * 4096 + data[page + 4096 :])
    db = sqlite.connect(path)

    assert db.verify() != []
    db.close()


def test_an_engine_without_strict_tables_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "ENGINE_MIN", (99, 0, 0))
    with pytest.raises(DbError) as old:
        sqlite.create(path)

    assert old.value.code == "db-engine-old"


def test_a_folder_that_cannot_be_made_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(DbReadOnlyError):
        sqlite.create(tmp_path / "file" / "room.db")


def test_a_name_that_cannot_be_looked_at_is_said_to_be(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(_: Path) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "is_file", forbidden)
    with pytest.raises(DbReadOnlyError):
        sqlite.connect(path)


def test_a_schema_that_is_no_text_any_more_is_damage(path: Path) -> None:
    """The engine quotes it in its error, and Python cannot decode that."""
    sqlite.create(path).close()
    data = path.read_bytes()
    start = data.index(b"tableentryentry")  # the row's type, name and table; its rank follows
    at = data.index(b"CREATE TABLE entry", start)
    path.write_bytes(data[: start + 9] + b"\xbb" + data[start + 10 : at] + b"\xbb" + data[at + 1 :])

    with pytest.raises(DbDamagedError):
        sqlite.connect(path)


def test_a_copy_is_of_one_moment_and_stops_no_writer(path: Path, tmp_path: Path) -> None:
    """A writer commits between the pages; nothing of it is in the copy, and nobody waits."""
    db, writer = sqlite.create(path), sqlite.connect(path, wait_ms=0)
    db.begin(Begin.RECORD)
    db.execute("CREATE TABLE t (a BLOB)")
    db.execute("INSERT INTO t VALUES (zeroblob(20000000))")
    db.commit()
    wrote: list[int] = []

    def write(at: int, _all: int) -> None:
        writer.begin(Begin.RECORD)
        writer.execute("INSERT INTO t VALUES (x'00')")
        writer.commit()
        wrote.append(at)

    with db.moment(), db.copy(tmp_path, write) as copy:
        (tmp_path / "copied.db").write_bytes(copy.read())
    copied = sqlite.connect(tmp_path / "copied.db")

    assert len(wrote) > 1
    assert copied.verify() == []
    assert copied.query("SELECT count(*) FROM t") == [(1,)]
    assert db.query("SELECT count(*) FROM t") == [(1 + len(wrote),)]
    for one in (db, writer, copied):
        one.close()


def test_a_copy_that_cannot_be_leaves_nothing(path: Path, tmp_path: Path) -> None:
    db = sqlite.create(path)

    def fail(_at: int, _all: int) -> None:
        raise KeyboardInterrupt

    with db.moment(), pytest.raises(DbReadOnlyError):
        db.copy(tmp_path / "none", lambda _at, _all: None)
    with db.moment(), pytest.raises(KeyboardInterrupt):
        db.copy(tmp_path, fail)
    db.close()

    assert [one.name for one in tmp_path.iterdir()] == ["room"]
