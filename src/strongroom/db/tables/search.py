"""Secrets in the order of their paths, page by page, with their labels; when one ends."""

from typing import Final, NamedTuple

from strongroom.db.interface import Cell, Db
from strongroom.db.tables.labels import LABEL, LabelRow
from strongroom.db.tables.secrets import CURRENT, SECRET, VERSION, SecretRow


class Found(NamedTuple):
    """A secret, deleted or not. `current` is the number of its current version, if any."""

    secret: SecretRow
    label: LabelRow | None
    current: int | None


def page(db: Db, environment: str, after: str, limit: int) -> list[Found]:
    """Secrets of the environment whose path comes after `after`, deleted ones too."""
    return [_found(row) for row in db.query(_PAGE, (environment, after, limit))]


def end_of(db: Db, found: Found) -> int | None:
    """When its current version ends; asked for apart, since it costs as much as all the rest."""
    if found.current is None:
        return None
    rows = db.query(_END, (found.secret.id, found.current))
    return rows[0][0] if rows and isinstance(rows[0][0], int) else None


def _found(row: tuple[Cell, ...]) -> Found:
    secret = SecretRow._make(row[:_LABEL])
    label = LabelRow._make(row[_LABEL:_REST]) if row[_LABEL] is not None else None
    return Found(secret, label, row[_REST])  # type: ignore[arg-type]


_LABEL: Final = len(SecretRow._fields)
_REST: Final = _LABEL + len(LabelRow._fields)
_COLUMNS: Final = ", ".join(
    [*(f"s.{name}" for name in SecretRow._fields), *(f"l.{name}" for name in LabelRow._fields)]
)
_PAGE: Final = f"""
SELECT {_COLUMNS}, c.n
FROM {SECRET.name} s
LEFT JOIN {LABEL.name} l ON l.secret_id = s.id
LEFT JOIN {CURRENT.name} c ON c.secret_id = s.id
WHERE s.environment = ? AND s.path > ?
ORDER BY s.path LIMIT ?
"""  # noqa: S608 - our own names only
_END: Final = f"SELECT expires_us FROM {VERSION.name} WHERE secret_id = ? AND n = ?"  # noqa: S608
