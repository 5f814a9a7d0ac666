"""Tests for strongroom.db.tables.search."""

from tests.db.tables.test_labels import label
from tests.db.tables.test_secrets import filled, version

from strongroom.db.interface import Db
from strongroom.db.tables import search
from strongroom.db.tables.labels import LABEL
from strongroom.db.tables.secrets import CURRENT, VERSION, CurrentRow


def test_pages_follow_one_another_without_a_gap(db: Db) -> None:
    names = [f"n{number:03}" for number in range(25)]
    filled(db, names)
    found: list[str] = []
    while page := search.page(db, "e", found[-1] if found else "", 10):
        found += [one.secret.path for one in page]

    assert names == found
    assert [] == search.page(db, "other", "", 10)


def test_a_secret_comes_with_its_labels_and_its_end_if_it_has_any(db: Db) -> None:
    filled(db, ["a", "b"])
    LABEL.insert(db, label(1, "acme", 4))
    VERSION.insert(db, version(1, 5))
    CURRENT.insert(db, CurrentRow((1).to_bytes(16, "big"), 1, 1, bytes(32), 6))
    a, b = search.page(db, "e", "", 10)

    assert a.label is not None
    assert ("acme", 1, 9) == (a.label.client, a.current, search.end_of(db, a))
    assert (None, None, None) == (b.label, b.current, search.end_of(db, b))
