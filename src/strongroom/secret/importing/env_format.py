"""Rows from a `.env` file."""

from strongroom import dotenv
from strongroom.secret.importing.interface import Problem, Row, Rows
from strongroom.secret.value import Value


def read(text: str) -> Rows:
    """Each assignment is a row; nothing is expanded."""
    found = dotenv.parse(text)
    return Rows(
        tuple(Row(e.line, e.name, Value.single(e.value)) for e in found.entries),
        tuple(Problem(f.line, "", "row-malformed", f.why) for f in found.flaws),
    )
