"""Tests for strongroom.gate.held."""

from strongroom.db.tables.secrets import CurrentRow, SecretRow
from strongroom.gate.held import Held


def test_a_secret_is_named_by_its_scopes() -> None:
    row = SecretRow(b"s" * 16, "e", "p", "t", "o", "room", "active", 1, "", "", 0, b"a" * 16)
    held = Held(row, CurrentRow(row.id, None, 0))

    assert held.scope == ("secret", row.id.hex())
    assert held.value_scope == ("value", row.id.hex())
    assert held.facts == (row.id, "e", "p", True)
    assert held.versions == {}
