"""Tests for strongroom.db.tables.labels."""

from tests.db.tables.test_secrets import filled

from strongroom.db.interface import Db
from strongroom.db.tables import labels
from strongroom.db.tables.labels import LABEL, LabelRow


def label(number: int, client: str, seq: int) -> LabelRow:
    return LabelRow(number.to_bytes(16, "big"), "", "", client, 1, b"p" * 16, bytes(32), seq)


def test_a_client_has_its_own_secrets_and_nobody_is_no_client(db: Db) -> None:
    filled(db, ["a", "b", "c"])
    for seq, (number, client) in enumerate([(1, "acme"), (2, ""), (3, "acme")], start=5):
        LABEL.insert(db, label(number, client, seq))

    assert [1, 3] == [row.secret_id[-1] for row in labels.of_client(db, "acme")]
    assert [] == labels.of_client(db, "")
    assert [] == labels.of_client(db, "acm")
