"""A row from named columns, as CSV and lists in JSON have them."""

from collections.abc import Mapping
from typing import Final

from strongroom.secret.importing.interface import Problem, Row
from strongroom.secret.value import Value

COLUMNS: Final = frozenset({"name", "value", "environment", "type", "owner", "days", "description"})
_DAYS_DIGITS_MAX: Final = 5


def row_of(number: int, record: Mapping[str, str]) -> Row | Problem:
    """The row, or what is wrong with it. Unknown columns are refused rather than lost."""
    name = record.get("name", "")
    if record.keys() - COLUMNS:
        return Problem(number, name, "column-unknown", f"columns are {', '.join(sorted(COLUMNS))}")
    if not name or "value" not in record:
        return Problem(number, name, "row-malformed", "a row has a name and a value")
    days = record.get("days", "")
    if days and not (days.isascii() and days.isdigit() and len(days) <= _DAYS_DIGITS_MAX):
        return Problem(number, name, "row-malformed", "days is not a whole number")
    return Row(
        number,
        name,
        Value.single(record["value"]),
        record.get("environment") or None,
        record.get("type") or None,
        record.get("owner") or None,
        int(days) if days else None,
        record.get("description", ""),
    )
