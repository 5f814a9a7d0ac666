"""Tests for strongroom.db.tables.checks."""

from strongroom.db.interface import Begin, Db
from strongroom.db.tables import checks
from strongroom.db.tables.checks import CHECK_RUN, CheckRunRow


def test_runs_over_the_same_environments_are_a_series(db: Db) -> None:
    db.begin(Begin.CHANGE)
    for n, places in enumerate(("a", "a\nb", "a"), start=1):
        row = CheckRunRow(bytes([n]) * 16, places, bytes(32), n, 0, b"", bytes(16), bytes(32), n)
        CHECK_RUN.insert(db, row)

    assert [3, 1] == [row.as_of_us for row in checks.newest(db, "a", 9)]
    assert [3] == [row.as_of_us for row in checks.newest(db)]
    assert [] == checks.newest(db, "b")
