"""Rows from the inventory table of a policy: secrets with type, owner and dates, without values."""

from strongroom.errors import RequestError
from strongroom.model.policy import InventoryRow
from strongroom.policy import dates, markdown
from strongroom.policy.readers.governance import inventory
from strongroom.policy.source import prepare
from strongroom.policy.tables import on_compromise
from strongroom.secret.importing.interface import Problem, Row, Rows


def read(text: str) -> Rows:
    """Every row of every table that has the six columns, by its line. Rows have no value."""
    try:
        found = inventory(prepare(markdown.read(text.encode())))
    except RequestError:  # too deep, too long, or too large for a document
        found = ()
    if not found:
        why = "no table in it has the columns of an inventory (P-10.2)"
        return Rows((), (Problem(0, "", "file-malformed", why),))
    rows = [_row(one) for one in found]
    return Rows(
        tuple(row for row in rows if isinstance(row, Row)),
        tuple(row for row in rows if isinstance(row, Problem)),
    )


def _row(one: InventoryRow) -> Row | Problem:
    name = one.name.strip().strip("`")
    due = dates.parse(one.next_rotation.strip())
    if due is None and one.next_rotation.strip() and not on_compromise(one.next_rotation):
        why = "its next rotation is neither a day nor on compromise (P-10.4)"
        return Problem(one.line, name, "row-malformed", why)
    last = dates.parse(one.last_rotated.strip())
    said = f"last rotated {last.isoformat()}, by the inventory" if last else ""
    return Row(
        one.line, name, None, one.environment.strip() or None, one.type.strip() or None,
        one.owner.strip() or None, None, said, due,
    )  # fmt: skip
