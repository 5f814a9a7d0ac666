"""A row from what password managers keep: a login with everything that stands beside it."""

from typing import Final

from strongroom.secret.importing.interface import Problem, Row
from strongroom.secret.value import SINGLE, Field, Value

OPEN: Final = frozenset({"username", "url"})  # what opens nothing


def row_of(number: int, name: str, fields: dict[str, str], description: str = "") -> Row | Problem:
    """A login's row; of a lone password, that is the value.

    Notes and seeds of one-time passwords are secrets too: they are kept as fields, and the
    policy says whether it takes them.
    """
    if not name.strip():
        return Problem(number, "", "row-malformed", "the row has no name")
    held = {key: text for key, text in fields.items() if text}
    secret = [key for key in held if key not in OPEN]
    if not secret:
        return Problem(number, name, "row-malformed", "the row has no value to keep")
    if list(held) == ["password"]:
        return Row(number, name, Value.single(held["password"]), description=description)
    named = {key: Field(text, key not in OPEN) for key, text in held.items()}
    assert SINGLE not in named
    return Row(number, name, Value(named), description=description)
