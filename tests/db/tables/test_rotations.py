"""Tests for strongroom.db.tables.rotations."""

import pytest

from strongroom.db.interface import Begin, Db, DbRefusedError
from strongroom.db.tables import rotations as table
from strongroom.db.tables.rotations import ROTATION, TARGET, RotationRow, StepRow, TargetRow

ONE, TWO, PLACE = b"1" * 16, b"2" * 16, b"t" * 16


def row(number: int, secret: bytes, **more: object) -> RotationRow:
    id_ = bytes([number]) * 16
    base = RotationRow(
        id_, secret, PLACE, "planned", "", 1, 0, 0, 0, 0, 1, None, 0, 0, number, ONE, 0, 0, 0, 0, 0,
        number, "", "[]", b"", 0, 0, bytes(32), 0,
    )  # fmt: skip
    return base._replace(**more)  # type: ignore[arg-type]


def put(db: Db, *rows: RotationRow) -> None:
    db.execute("PRAGMA foreign_keys=OFF")
    db.begin(Begin.CHANGE)
    for number, one in enumerate(rows, start=1):
        ROTATION.insert(db, one._replace(change_seq=number))


def test_a_secret_is_in_one_rotation_at_a_time(db: Db) -> None:
    put(db, row(1, ONE, state="done"), row(2, ONE))
    with pytest.raises(DbRefusedError), db.savepoint():
        ROTATION.insert(db, row(3, ONE, change_seq=3))
    found = table.live(db, ONE)
    assert found is not None
    assert found.id == bytes([2]) * 16
    assert [one.id[0] for one in table.last(db, ONE, 9)] == [2, 1]
    assert table.live(db, TWO) is None


def test_what_is_due_comes_with_emergencies_first_and_without_what_is_held(db: Db) -> None:
    put(
        db,
        row(1, bytes([1]) * 16),
        row(2, bytes([2]) * 16, emergency=1),
        row(3, bytes([3]) * 16, lease_us=100),
        row(4, bytes([4]) * 16, paused=1),
        row(5, bytes([5]) * 16, state="needs-person"),
        row(6, bytes([6]) * 16, due_us=100),
        row(7, bytes([7]) * 16, state="done"),
    )
    assert [one.id[0] for one in table.due(db, 50, 9)] == [2, 1]
    assert [one.id[0] for one in table.due(db, 100, 9)] == [2, 1, 3, 6]
    assert table.next_due(db) == 1
    assert [one.id[0] for one in table.all_live(db, 9)] == [1, 2, 3, 4, 5, 6]


def test_what_a_clock_left_that_was_put_back_since_is_due(db: Db) -> None:
    """A claim that none could have, and an emergency that nobody would put off for so long."""
    hour = 3_600_000_000
    put(
        db,
        row(1, bytes([1]) * 16, lease_us=hour, due_us=hour),
        row(2, bytes([2]) * 16, due_us=hour),
        row(3, bytes([3]) * 16, due_us=hour, emergency=1),
        row(4, bytes([4]) * 16, lease_us=table.LEASE_MAX_US),
        row(5, bytes([5]) * 16, due_us=table.EMERGENCY_MAX_US, emergency=1),
    )
    assert [one.id[0] for one in table.due(db, 10, 9)] == [3, 1]


def test_the_journal_only_grows(db: Db) -> None:
    put(db, row(1, ONE))
    id_ = bytes([1]) * 16
    for act in ("mint", "set"):
        table.note(db, StepRow(id_, 0, act, "planned", "", 1, 5, 7))
    assert [(one.k, one.act) for one in table.steps(db, id_)] == [(1, "mint"), (2, "set")]
    copy = (
        "INSERT INTO rotation_step SELECT rotation_id, 9, act, state, code, fence, 0, 0"
        " FROM rotation_step WHERE k = 1"
    )
    for sql in (copy, "UPDATE rotation_step SET code = 'x'", "DELETE FROM rotation_step"):
        with pytest.raises(DbRefusedError), db.savepoint():
            db.execute(sql)


def test_a_name_is_free_again_when_its_target_is_removed(db: Db) -> None:
    db.execute("PRAGMA foreign_keys=OFF")
    db.begin(Begin.CHANGE)
    first = TargetRow(ONE, "e", "db", "memory", "", "", "{}", "active", 0, ONE, bytes(32), 1)
    TARGET.insert(db, first)
    with pytest.raises(DbRefusedError), db.savepoint():
        TARGET.insert(db, first._replace(id=TWO, change_seq=2))
    TARGET.update(db, first._replace(state="removed", change_seq=2))
    assert table.target_named(db, "db") is None
    TARGET.insert(db, first._replace(id=TWO, change_seq=3))
    assert [one.id for one in table.targets(db)] == [TWO]
    assert table.rules_at(db, TWO) == []
