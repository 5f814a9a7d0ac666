"""Tests for strongroom.db.tables.survey."""

import inspect

from tests.db.tables.test_secrets import MAC, filled, version

from strongroom.db.interface import Db
from strongroom.db.tables import survey, work
from strongroom.db.tables.labels import LABEL, LabelRow
from strongroom.db.tables.secrets import CURRENT, SCHEDULE, VERSION, CurrentRow, ScheduleRow
from strongroom.db.tables.work import FingerprintRow

ONE, TWO = ((n).to_bytes(16, "big") for n in (1, 2))


def test_rows_of_a_secret_come_together(db: Db) -> None:
    filled(db, ["b", "a"])
    CURRENT.insert(db, CurrentRow(ONE, None, 1, MAC, 4))
    CURRENT.insert(db, CurrentRow(TWO, 3, 1, MAC, 5))
    schedule = ScheduleRow(TWO, 9, 8, 7, 1, 6, ONE, MAC, 6)
    SCHEDULE.insert(db, schedule)
    label = LabelRow(ONE, "pci", "ben", "", 1, ONE, MAC, 7)
    LABEL.insert(db, label)
    found = survey.secrets_of(db, "e")

    assert [("a", 3, schedule, None), ("b", None, None, label)] == [
        (r.secret.path, r.current.n, r.schedule, r.label) for r in found
    ]
    assert 2 == survey.count_of(db, "e")
    assert [] == survey.secrets_of(db, "other")


def test_versions_come_oldest_first_and_without_ciphertext(db: Db) -> None:
    filled(db, ["a"])
    for n in (1, 2, 10):
        VERSION.insert(db, version(n, n + 2 if n < 10 else 5))
    lives = survey.lives_of(db, "e")

    assert [1, 2, 10] == [life.n for life in lives]
    assert not {"sealed", "wrapped"} & set(survey.Life._fields)
    assert "sealed" not in inspect.getsource(survey)


def test_the_same_value_at_two_secrets_is_told(db: Db) -> None:
    filled(db, ["a", "b"])
    CURRENT.insert(db, CurrentRow(ONE, 2, 1, MAC, 4))
    for secret, n, match in ((ONE, 1, b"x"), (ONE, 2, b"x"), (TWO, 1, b"x"), (TWO, 2, b"y")):
        work.keep_fingerprint(db, FingerprintRow(secret, n, "value", match * 32, "fp", 40, "lower"))
    work.keep_fingerprint(db, FingerprintRow(ONE, 2, "weak", None, None, 4, "lower"))
    found = survey.shared(db)

    assert [(ONE, 1), (ONE, 2), (TWO, 1)] == [(s.secret_id, s.n) for s in found]
    assert {("value", 2, 1)} == {(s.field, s.secrets, s.environments) for s in found}
    assert [("value", 1), ("weak", 0)] == [(p.field, p.strong) for p in survey.prints_of(db, "e")]


def test_last_uses_of_a_kind_come_by_their_key(db: Db) -> None:
    filled(db, [])
    work.mark_used(db, "secret", "k", 5)
    work.mark_used(db, "grant", "g", 6)

    assert {"k": 5} == survey.uses(db, "secret")
