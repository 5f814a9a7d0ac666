"""Tests for strongroom.db.tables.consumers."""

from tests.db.tables.test_secrets import filled

from strongroom.db.interface import Db
from strongroom.db.tables import consumers
from strongroom.db.tables.consumers import ConsumerRow

ID = (1).to_bytes(16, "big")


def test_a_consumer_is_kept_said_anew_and_forgotten(db: Db) -> None:
    filled(db, ["a", "b"])
    row = ConsumerRow(ID, "web", "ann", 5, 7)
    consumers.put(db, row)
    consumers.put(db, row._replace(owner="ben", created_us=99, runs_as="aa bb"))
    consumers.put(db, row._replace(name="batch"))

    assert ["batch", "web"] == [r.name for r in consumers.of_secret(db, ID)]
    assert row._replace(owner="ben", runs_as="aa bb") == consumers.of_environment(db, "e")[1]
    assert [] == consumers.of_environment(db, "other")
    assert consumers.remove(db, ID, "web")
    assert not consumers.remove(db, ID, "web")
