"""Tests for strongroom.db.tables.table."""

import pytest

from strongroom.db.interface import Begin, Db, DbRefusedError
from strongroom.db.tables import house, people, secrets
from strongroom.db.tables.house import META, MetaRow
from strongroom.db.tables.secrets import VERSION, VersionRow
from strongroom.db.tables.table import Table

MAC = bytes(range(32))
TABLES = [
    value
    for module in (house, people, secrets)
    for value in vars(module).values()
    if isinstance(value, Table)
]
VERSION_ROW = VersionRow(
    b"s" * 16, 3, "current", 0, None, "api-key", "given", b"k" * 16, b"w", b"v", 1, b"p" * 16,
    9, 2, MAC, 7,
)  # fmt: skip


def test_a_row_comes_back_as_it_was_written(db: Db) -> None:
    db.begin(Begin.CHANGE)
    META.insert(db, MetaRow("a", b"\x00", MAC, 1))
    META.update(db, MetaRow("a", b"\x01", MAC, 2))

    assert META.get(db, "a") == MetaRow("a", b"\x01", MAC, 2)
    assert META.get(db, "b") is None
    assert META.where(db, "WHERE key > ?", ("",)) == [MetaRow("a", b"\x01", MAC, 2)]


def test_an_update_needs_its_row(db: Db) -> None:
    db.begin(Begin.CHANGE)
    with pytest.raises(DbRefusedError):
        META.update(db, MetaRow("a", b"", MAC, 1))


def test_a_mac_covers_every_column_but_itself() -> None:
    parts = VERSION.parts(VERSION_ROW)

    assert parts.key == (b"s" * 16, 3)
    assert list(parts.content.values()) == list(VERSION_ROW[2:-2])
    assert list(parts.content) == list(VersionRow._fields[2:-2])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: str(table.name))
def test_rows_have_the_columns_of_their_table(db: Db, table: Table[MetaRow]) -> None:
    """A column that the row forgot would be one that no MAC covers."""
    info = db.query(f"SELECT name, pk FROM pragma_table_info('{table.name}') ORDER BY cid")
    assert [name for name, _ in info] == list(table.row._fields)

    keys = [name for name, pk in info if pk]
    assert list(table.row._fields[: len(keys)]) == keys == list(table.key_columns)
