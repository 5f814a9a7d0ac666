"""Tests for strongroom.db.tables.evidence."""

from strongroom.db.interface import Begin, Db
from strongroom.db.tables import evidence
from strongroom.db.tables.evidence import EVIDENCE, EvidenceRow


def test_the_newest_of_some_kinds_come_first(db: Db) -> None:
    db.begin(Begin.CHANGE)
    for seq, (kind, at_us) in enumerate([("a", 1), ("b", 2), ("a", 3), ("c", 4)], start=1):
        EVIDENCE.insert(
            db,
            EvidenceRow(bytes([seq]) * 16, kind, "passed", at_us, bytes(16), "{}", bytes(32),
                        bytes(32), seq),
        )  # fmt: skip

    assert [row.at_us for row in evidence.newest(db, ("a", "b"), 9)] == [3, 2, 1]
    assert [row.at_us for row in evidence.newest(db, ("a", "b"), 1)] == [3]
