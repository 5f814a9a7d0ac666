"""`strongroom.toml`: what an application declares. Pure; anything else in it is passed over."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath

from strongroom.discover.interface import How, Mention, Scope, Trouble

FILE = "strongroom.toml"


def reads(path: PurePosixPath) -> bool:
    """Whether it is a declaration."""
    return path.name == FILE


def read(path: str, text: str) -> Iterator[Mention | Trouble]:
    """A mention for each `[secrets.NAME]`."""
    document = None
    with suppress(tomllib.TOMLDecodeError, RecursionError):
        document = tomllib.loads(text)
    if document is None:
        yield Trouble(path, 0, "declaration-malformed", "is no TOML")
        return
    tables = document.get("secrets", {})
    for name, table in tables.items() if isinstance(tables, dict) else ():
        if isinstance(table, dict):
            required = table.get("required", True)
            yield Mention(
                name, path, _line(text, name), How.DECLARED, Scope.RUNTIME,
                required if isinstance(required, bool) else True, None, True,
            )  # fmt: skip


def _line(text: str, name: str) -> int:
    head = re.compile(
        rf"""^\s*\[\s*secrets\s*\.\s*["']?{re.escape(name)}["']?\s*\]""", re.MULTILINE
    )
    found = head.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else 0
