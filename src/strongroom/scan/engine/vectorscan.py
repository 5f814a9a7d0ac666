"""The matcher that looks for all patterns in one pass, by the package `hyperscan`.

Patterns are compiled without start-of-match: nine in two hundred would not compile with it,
and the database would be twice as large. What an expression cannot say here (look-around,
back references) becomes a superset (`PREFILTER`), else its anchors are looked for instead;
both only make more to confirm.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import hyperscan

from strongroom.scan.engine.matcher import STEP, Event, Pattern

VERSION: Final[str] = hyperscan.__version__  # type: ignore[attr-defined]
Unusable: Final = hyperscan.error  # a database of another version, another machine, or none
_FLAGS: Final[int] = hyperscan.HS_FLAG_MULTILINE
_ROUGH: Final[int] = _FLAGS | hyperscan.HS_FLAG_PREFILTER
_ANYWHERE: Final = r"^."  # of last resort: every line is confirmed


class Vectorscan:
    """A compiled database."""

    def __init__(self, database: Any) -> None:
        self._database = database

    @classmethod
    def compiled(cls, patterns: Sequence[Pattern]) -> "Vectorscan":
        """Compile: half a second for some hundred patterns."""
        rows = [_row(p) for p in patterns]
        database = _compile(rows)
        if database is None:
            rows = [row for p, row in zip(patterns, rows, strict=True) for row in _possible(p, row)]
            database = _compile(rows)
        assert database is not None
        return cls(database)

    @classmethod
    def loaded(cls, serialized: bytes) -> "Vectorscan":
        """What `serialized` gave.

        Raises:
            Unusable: made by another version or for another processor.
        """
        database = hyperscan.loadb(serialized, mode=hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
        return cls(database)

    def serialized(self) -> bytes:
        """The database for `loaded`; trust nobody's but one's own."""
        found: bytes = hyperscan.dumpb(self._database)
        return found

    def events(self, data: bytes) -> Sequence[Event]:
        """In the order of `end`."""
        found: list[Event] = []
        until: dict[int, int] = {}
        seen = until.get
        newline = data.find

        def take(ident: int, _start: int, end: int, _flags: int, _context: object) -> None:
            if end <= seen(ident, -1):
                return
            line_end = newline(b"\n", end, end + STEP)
            until[ident] = line_end if line_end >= 0 else end + STEP - 1
            found.append(Event(end, ident))

        if data:
            self._database.scan(data, match_event_handler=take)
        found.sort()
        return found


def _row(pattern: Pattern) -> tuple[str, int, int]:
    text = re.escape(pattern.expression) if pattern.literal else pattern.expression
    return text, pattern.ident, _FLAGS


def _possible(pattern: Pattern, row: tuple[str, int, int]) -> list[tuple[str, int, int]]:
    """The nearest to `row` that compiles."""
    rough = (row[0], row[1], _ROUGH)
    anchors = [(f"(?i){re.escape(a)}", pattern.ident, _FLAGS) for a in pattern.anchors]
    for rows in ([row], [rough], anchors):
        if rows and _compile(rows) is not None:
            return rows
    return [(_ANYWHERE, pattern.ident, _FLAGS)]


def _compile(rows: Sequence[tuple[str, int, int]]) -> Any:
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    with suppress(hyperscan.error, UnicodeError):
        database.compile(
            expressions=[text.encode() for text, _, _ in rows],
            ids=[ident for _, ident, _ in rows],
            elements=len(rows),
            flags=[flags for _, _, flags in rows],
        )
        return database
    return None
