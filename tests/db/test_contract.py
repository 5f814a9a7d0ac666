"""The contract of strongroom.db.interface, run against each adapter."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.db.conftest import NOW_US

from strongroom.db.interface import Begin, Db, DbBusyError, DbError, DbRefusedError, number

Connect = Callable[[], Db]
COUNT = "SELECT count(*) FROM lease"
PUT = "INSERT INTO lease (name, holder, until_us) VALUES (?, ?, ?)"
BOTH = pytest.mark.parametrize("mode", Begin)


@BOTH
def test_what_is_committed_is_seen_by_others(connect: Connect, mode: Begin) -> None:
    one, other = connect(), connect()
    one.begin(mode)
    one.execute(PUT, ("a", b"\x00", 1))
    one.commit()

    assert [("a", b"\x00", 1)] == other.query("SELECT name, holder, until_us FROM lease")


@BOTH
def test_what_is_rolled_back_never_was(connect: Connect, mode: Begin) -> None:
    one, other = connect(), connect()
    one.begin(mode)
    one.execute(PUT, ("a", b"h", 1))
    one.rollback()

    assert [0, 0] == [number(db, COUNT) for db in (one, other)]


def test_rollback_needs_no_transaction(db: Db) -> None:
    db.rollback()
    db.begin(Begin.RECORD)
    db.rollback()
    db.rollback()


def test_transactions_do_not_nest(db: Db) -> None:
    db.begin(Begin.RECORD)
    with pytest.raises(DbError):
        db.begin(Begin.RECORD)


@BOTH
def test_a_change_excludes_everybody_for_a_bounded_wait(connect: Connect, mode: Begin) -> None:
    one, other = connect(), connect()
    one.begin(Begin.CHANGE)
    with pytest.raises(DbBusyError) as busy:
        other.begin(mode)
    one.rollback()
    other.begin(mode)

    assert busy.value.retryable


def test_what_is_queried_after_begin_is_no_older_than_the_lock(connect: Connect) -> None:
    one, other = connect(), connect()
    assert number(other, COUNT) == 0
    one.begin(Begin.CHANGE)
    one.execute(PUT, ("a", b"h", 1))
    one.commit()
    other.begin(Begin.RECORD)

    assert number(other, COUNT) == 1


def test_a_savepoint_undoes_its_own_body_only(db: Db) -> None:
    db.begin(Begin.CHANGE)
    db.execute(PUT, ("kept", b"h", 1))
    with db.savepoint():
        db.execute(PUT, ("kept too", b"h", 1))
        with pytest.raises(DbRefusedError), db.savepoint():
            db.execute_many(PUT, [("undone", b"h", 1), ("kept", b"h", 1)])
    db.commit()

    assert [("kept",), ("kept too",)] == db.query("SELECT name FROM lease ORDER BY name")


def test_a_refused_statement_leaves_the_transaction_open(db: Db) -> None:
    db.begin(Begin.CHANGE)
    db.execute(PUT, ("a", b"h", 1))
    with pytest.raises(DbRefusedError), db.savepoint():
        db.execute(PUT, ("a", b"h", 2))
    db.execute(PUT, ("b", b"h", 1))
    db.commit()

    assert number(db, COUNT) == 2


def test_execute_says_how_many_rows_it_touched(db: Db) -> None:
    db.begin(Begin.CHANGE)
    db.execute_many(PUT, [(name, b"h", 1) for name in "abc"])

    assert db.execute("UPDATE lease SET until_us = 2 WHERE name > ?", ("a",)) == 2


def test_text_is_compared_byte_by_byte(db: Db) -> None:
    """Upper before lower case, no folding, no normalising: one spelling of each name."""
    names = ["a", "A", "b", "_", "\u00e9", "e\u0301"]
    db.begin(Begin.CHANGE)
    db.execute_many(PUT, [(name, b"h", 1) for name in names])

    found = [name for (name,) in db.query("SELECT name FROM lease ORDER BY name")]
    assert sorted(names, key=str.encode) == found


def test_types_are_kept_and_wrong_ones_refused(db: Db) -> None:
    db.begin(Begin.CHANGE)
    db.execute(PUT, ("max", b"", 2**63 - 1))
    with pytest.raises(DbRefusedError), db.savepoint():
        db.execute(PUT, ("text", b"", "soon"))

    assert [(b"", 2**63 - 1)] == db.query("SELECT holder, until_us FROM lease")


def test_the_clock_is_the_one_that_was_given(db: Db) -> None:
    assert db.clock_us() == NOW_US


def test_a_change_mark_shows_another_connections_commit(connect: Connect) -> None:
    one, other = connect(), connect()
    before = other.change_mark()
    assert before == other.change_mark()
    one.begin(Begin.RECORD)
    one.execute(PUT, ("a", b"h", 1))
    one.commit()

    assert before != other.change_mark()


def test_upkeep_changes_nothing_that_is_seen(db: Db) -> None:
    db.begin(Begin.CHANGE)
    db.execute(PUT, ("a", b"h", 1))
    db.upkeep()
    db.commit()
    db.upkeep()

    assert number(db, COUNT) == 1


def test_a_whole_database_verifies(db: Db) -> None:
    assert db.verify() == []


def test_errors_never_hold_a_parameter(db: Db) -> None:
    db.begin(Begin.CHANGE)
    db.execute(PUT, ("not-a-value", b"h", 1))
    with pytest.raises(DbRefusedError) as refused:
        db.execute(PUT, ("not-a-value", b"h", 1))

    assert "not-a-value" not in f"{refused.value!s}{refused.value!r}"


def test_a_script_runs_each_statement_in_the_open_transaction(db: Db) -> None:
    db.begin(Begin.CHANGE)
    db.script("INSERT INTO lease VALUES ('a', x'00', 1);\n-- a remark\nDELETE FROM lease")
    db.script("INSERT INTO lease VALUES ('b', x'00', 1);")
    db.rollback()

    assert number(db, COUNT) == 0


def test_closing_twice_is_closing_once(db: Db) -> None:
    db.close()
    db.close()
    with pytest.raises(DbError):
        db.query("SELECT 1")


def test_a_moment_is_one_committed_state(connect: Connect) -> None:
    one = connect()
    with one.moment():
        assert number(one, COUNT) == 0
        one.rollback()  # for want of anything to undo it ends early, and harmlessly
    one.begin(Begin.RECORD)
    one.rollback()


def test_a_copy_is_a_whole_database(connect: Connect, tmp_path: Path) -> None:
    one, seen = connect(), list[tuple[int, int]]()
    one.begin(Begin.RECORD)
    one.execute(PUT, ("a", b"h", 1))
    one.commit()
    with one.moment():
        copy = one.copy(tmp_path, lambda at, all_: seen.append((at, all_)))
    with copy:
        data = copy.read()
    assert {path.name for path in tmp_path.iterdir()} <= {"room"}
    (tmp_path / "copied.db").write_bytes(data)
    other = sqlite3.connect(tmp_path / "copied.db")

    assert other.execute(COUNT).fetchall() == [(1,)]
    assert seen[-1] == (len(data), len(data))
    other.close()
