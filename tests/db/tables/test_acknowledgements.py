"""Tests for strongroom.db.tables.acknowledgements."""

import pytest

from strongroom.db.interface import Begin, Db, DbRefusedError
from strongroom.db.tables import acknowledgements as table
from strongroom.db.tables.acknowledgements import ACKNOWLEDGEMENT, AcknowledgementRow, Process

ANN, BOB = b"a" * 16, b"b" * 16
ONE, TWO = b"1" * 16, b"2" * 16


def row(number: int, secret: bytes, who: bytes, instance: str, until_us: int) -> AcknowledgementRow:
    id_ = bytes([number]) * 16
    return AcknowledgementRow(id_, secret, who, "api", instance, 1, 0, until_us, bytes(32), number)


def test_they_are_found_by_process_by_secret_and_by_time(db: Db) -> None:
    db.execute("PRAGMA foreign_keys=OFF")
    db.begin(Begin.CHANGE)
    rows = [
        row(1, ONE, ANN, "node-1", 30),
        row(2, ONE, ANN, "node-2", 10),
        row(3, ONE, BOB, "node-1", 20),
        row(4, TWO, ANN, "node-1", 99),
    ]
    for one in rows:
        ACKNOWLEDGEMENT.insert(db, one)
    with pytest.raises(DbRefusedError), db.savepoint():
        ACKNOWLEDGEMENT.insert(db, row(5, ONE, ANN, "node-1", 99))
    who = Process(ANN, "api", "node-1")

    assert table.of_process(db, who, ONE) == rows[0]
    assert table.of_process(db, who._replace(consumer="web"), ONE) is None
    assert table.live_of_process(db, who, 30) == [rows[3]]
    assert set(table.of_secret(db, ONE)) == set(rows[:3])
    assert table.longest_over(db, ONE, 20) == rows[1]
    assert table.longest_over(db, ONE, 9) is None
    assert (table.count(db, ONE), table.count(db, TWO)) == (3, 1)
    assert table.count_live(db, ONE, ANN, 10) == 1
