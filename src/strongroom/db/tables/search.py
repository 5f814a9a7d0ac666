"""Secrets in the order of their paths, page by page, with their labels and when they end."""

from typing import Final, NamedTuple

from strongroom.db.interface import Cell, Db
from strongroom.db.tables.labels import LABEL, LabelRow
from strongroom.db.tables.secrets import CURRENT, SECRET, VERSION, SecretRow


class Found(NamedTuple):
    """A secret, deleted or not. `current` and `expires_us` are of its current version, if any."""

    secret: SecretRow
    label: LabelRow | None
    current: int | None
    expires_us: int | None


def page(db: Db, environment: str, after: str, limit: int) -> list[Found]:
    """Secrets of the environment whose path comes after `after`, deleted ones too."""
    return [_found(row) for row in db.query(_PAGE, (environment, after, limit))]


def _found(row: tuple[Cell, ...]) -> Found:
    secret = SecretRow._make(row[:_LABEL])
    label = LabelRow._make(row[_LABEL:_REST]) if row[_LABEL] is not None else None
    current, expires_us = row[_REST:]
    return Found(secret, label, current, expires_us)  # type: ignore[arg-type]


_LABEL: Final = len(SecretRow._fields)
_REST: Final = _LABEL + len(LabelRow._fields)
_COLUMNS: Final = ", ".join(
    [*(f"s.{name}" for name in SecretRow._fields), *(f"l.{name}" for name in LabelRow._fields)]
)
_PAGE: Final = f"""
SELECT {_COLUMNS}, c.n, v.expires_us
FROM {SECRET.name} s
LEFT JOIN {LABEL.name} l ON l.secret_id = s.id
LEFT JOIN {CURRENT.name} c ON c.secret_id = s.id
LEFT JOIN {VERSION.name} v ON v.secret_id = s.id AND v.n = c.n
WHERE s.environment = ? AND s.path > ?
ORDER BY s.path LIMIT ?
"""  # noqa: S608 - our own names only
