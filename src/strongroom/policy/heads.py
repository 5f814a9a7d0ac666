"""How a document names and orders the columns of its own inventory. Pure."""

from typing import Final

from strongroom.policy import markdown
from strongroom.policy.source import prepare
from strongroom.policy.tables import Shape

COLUMNS: Final = ("name", "type", "environment", "owner", "last", "next")


def inventory_heads(data: bytes) -> dict[str, str] | None:
    """The six columns in the order of the document's inventory, each with its name there.

    None when the document has no inventory, or one without all of the six.
    """
    for reading in prepare(markdown.read(data)).of(Shape.INVENTORY):
        columns = dict(reading.columns)
        if "name" not in columns:
            other = next((word for word in ("secret", "example") if word in columns), None)
            if other is not None:
                columns["name"] = columns.pop(other)
        if all(word in columns for word in COLUMNS):
            order = sorted(COLUMNS, key=columns.__getitem__)
            return {word: reading.table.header[columns[word]].strip() for word in order}
    return None
