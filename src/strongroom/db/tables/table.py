"""A table whose rows decide something: three statements, and what its MAC covers.

The statements are made once from the row's own fields, not typed: a column that a
hand-written list forgot would be a column that no MAC covers.
"""

from typing import Generic, NamedTuple, TypeVar

from strongroom.db.interface import Cell, Db, DbRefusedError

# A row is a NamedTuple of the columns in order, the key first, `mac` and `change_seq` last.
R = TypeVar("R", bound=NamedTuple)


class Parts(NamedTuple):
    """A row as a MAC takes it. `content` is every column besides key, MAC and change."""

    key: tuple[Cell, ...]
    content: dict[str, Cell]


class Table(Generic[R]):
    """Statements of one authority table; `key` names the first columns of `row`."""

    def __init__(self, name: str, row: type[R], *, key: int = 1) -> None:
        columns = row._fields
        self.name = name
        self.row = row
        self.key_columns = columns[:key]
        self._key = key
        self._content = columns[key:-2]
        where = " AND ".join(f"{column} = ?" for column in columns[:key])
        names, marks = ", ".join(columns), ", ".join("?" for _ in columns)
        assignments = ", ".join(f"{column} = ?" for column in columns[key:])
        self.select = f"SELECT {names} FROM {name}"  # noqa: S608 - our own names only
        self._get = f"{self.select} WHERE {where}"
        self._insert = f"INSERT INTO {name} ({names}) VALUES ({marks})"  # noqa: S608
        self._update = f"UPDATE {name} SET {assignments} WHERE {where}"  # noqa: S608

    def parts(self, row: R) -> Parts:
        """What the MAC of `row` covers beside the table's name and `change_seq`."""
        cells = tuple(row)
        return Parts(
            cells[: self._key], dict(zip(self._content, cells[self._key : -2], strict=True))
        )

    def get(self, db: Db, *key: Cell) -> R | None:
        """The row of that key, or None."""
        rows = db.query(self._get, key)
        return self.row._make(rows[0]) if rows else None

    def where(self, db: Db, condition: str = "", parameters: tuple[Cell, ...] = ()) -> list[R]:
        """All rows that meet `condition`, which starts at `WHERE` or `ORDER BY`."""
        return [self.row._make(row) for row in db.query(f"{self.select} {condition}", parameters)]

    def insert(self, db: Db, row: R) -> None:
        """Add a row that must not exist yet."""
        db.execute(self._insert, row)

    def update(self, db: Db, row: R) -> None:
        """Write a new state of a row that must exist."""
        if db.execute(self._update, (*row[self._key :], *row[: self._key])) != 1:
            raise DbRefusedError("db-refused", f"that row of {self.name} does not exist")
