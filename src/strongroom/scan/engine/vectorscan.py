"""The matcher that looks for all patterns in one pass, by the package `hyperscan`.

Patterns are made coarse first, which their own lines make up for. They are compiled without
start-of-match: nine in two hundred would not compile with it, and the database would be
twice as large. Of what does not compile the anchors are looked for instead.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, TypeAlias

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
        """Compile: a second for some hundred patterns."""
        rows = [_rows(p) for p in patterns]
        database = _compile([row for each in rows for row in each])
        if database is None:
            pairs = zip(patterns, rows, strict=True)
            database = _compile([row for p, each in pairs for row in _possible(p, each)])
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


_Row: TypeAlias = tuple[str, int, int]


def _rows(pattern: Pattern) -> list[_Row]:
    if pattern.literal:
        return [(re.escape(pattern.expression), pattern.ident, _FLAGS)]
    if pattern.exact:
        return [(pattern.expression, pattern.ident, _FLAGS)]
    if pattern.around:
        return _anchors(pattern)
    from strongroom.scan.engine.coarse import coarse  # noqa: PLC0415 - to compile only

    try:
        texts = coarse(pattern.expression, one_line=pattern.one_line)
        return [(text, pattern.ident, _FLAGS) for text in texts] or _anchors(pattern)
    except re.error:
        return [(pattern.expression, pattern.ident, _FLAGS)]


def _possible(pattern: Pattern, rows: list[_Row]) -> list[_Row]:
    """The nearest to `rows` that compiles."""
    rough = [] if pattern.one_line else [(pattern.expression, pattern.ident, _ROUGH)]
    for ways in (rows, rough, _anchors(pattern)):
        if ways and _compile(ways) is not None:
            return ways
    return [(_ANYWHERE, pattern.ident, _FLAGS)]


def _anchors(pattern: Pattern) -> list[_Row]:
    return [(f"(?i){re.escape(a)}", pattern.ident, _FLAGS) for a in pattern.anchors]


def _compile(rows: Sequence[_Row]) -> Any:
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
