"""Marks in the text itself that say a secret there is none: ours, and those of our peers.

A mark counts for its own line, and, where nothing but a comment is on its line, for the next.
"""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

OURS: Final = "strongroom:allow"
_MARK: Final = re.compile(
    rb"(?P<mark>strongroom:allow|gitleaks:allow|betterleaks:allow|kingfisher:(?:ignore|allow)"
    rb"|trufflehog:ignore|ggignore|noseyparker:ignore"
    rb"|pragma: ?(?:allowlist|whitelist)(?P<next>[ -]?nextline)?[ -]?secret)(?![\w-])"
    rb"(?P<reason>[^\r\n]*)",
    re.IGNORECASE,
)
_HINTS: Final = (b":allow", b":ignore", b"ggignore", b"pragma:")  # one is in each mark
# All that may stand before a mark on a line of its own: the signs that begin a comment.
_COMMENT: Final = re.compile(rb"[\s#/*;%'\"!<({-]*(?:REM\s+|dnl\s+)?", re.IGNORECASE)
_WORD: Final = re.compile(rb"[^\W\d_]{2}|[^\x00-\x7f]")


class Mark(NamedTuple):
    """Who understands it, in lower case, and whether a reason stands behind it.

    The reason itself is not kept: what else is on that line may be anything.
    """

    name: str
    explained: bool = False

    @property
    def poor(self) -> bool:
        """Whether it is ours, and gives no reason."""
        return self.name == OURS and not self.explained


def marks(data: bytes, first_line: int = 1) -> Mapping[int, Mark]:
    """The lines of `data` that are marked; `first_line` is the number of its first one."""
    found: dict[int, Mark] = {}
    lower = data.lower()
    if not any(hint in lower for hint in _HINTS):  # a search for the marks takes longer
        return found
    at, line = 0, first_line
    for match in _MARK.finditer(data):
        line += data.count(b"\n", at, match.start())
        at = match.start()
        mark = Mark(_name(match["mark"]), _WORD.search(match["reason"]) is not None)
        begin = data.rfind(b"\n", 0, at) + 1
        alone = _COMMENT.fullmatch(data, begin, at) is not None
        if match["next"] is None:
            found[line] = mark
        if alone or match["next"] is not None:
            found.setdefault(line + 1, mark)
    return found


def _name(mark: bytes) -> str:
    return " ".join(mark.decode("ascii").lower().split())
