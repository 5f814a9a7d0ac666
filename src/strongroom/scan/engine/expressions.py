"""The rules' regular expressions, read once on a machine: `re` takes long to read one.

A scan of a folder uses some two hundred in each of its processes. What `re` has made of a text is
kept in the cache, and what each match begins with (`starts`). Where there is no such file, or it is
of another Python, `re` reads the text as ever.
"""

import _sre  # type: ignore[import-not-found,unused-ignore]
import marshal
import re

# The standard library reads its own syntax by these; they are so since 3.11.
import re._compiler as compiler  # type: ignore[import-not-found,unused-ignore]
import re._parser as parser  # type: ignore[import-not-found,unused-ignore]
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from strongroom.scan.engine import kept
from strongroom.scan.ruleset.model import Rule

MAGIC: Final = b"strongroom expressions 1\n"
FEW: Final = 8  # that a scan of little uses: for them no file is read
_PLAIN: Final = 0
_LINES: Final = int(re.MULTILINE)
_STARTS: Final = -1  # in the place of flags


class Expressions:
    """Compiles texts; what `keep` has written in `folder` for `key` is read when it is worth it."""

    def __init__(self, folder: Path | None = None, key: str = "") -> None:
        self._file = folder and _path(folder, key)
        self._asked = 0
        self._kept: Mapping[tuple[bytes, int], bytes] = {}

    def compile(self, text: bytes, flags: int = _PLAIN) -> "re.Pattern[bytes]":
        """As `re.compile`.

        Raises:
            re.error: as it does.
        """
        self._asked += 1
        if self._file is not None and self._asked > FEW:
            self._kept = _read(self._file)
            self._file = None
        known = self._kept.get((text, flags))
        return re.compile(text, flags) if known is None else _loaded(text, known)

    def starts(self, text: bytes) -> tuple[bytes, ...]:
        """As `starts.starts`."""
        known = self._kept.get((text, _STARTS))
        if known is not None:
            return tuple(marshal.loads(known))  # noqa: S302 - our own
        from strongroom.scan.engine.starts import starts  # noqa: PLC0415 - for few rules

        return starts(text)


def keep(folder: Path, key: str, rules: Iterable[Rule]) -> None:
    """Read all of `rules`, where that was not done before, and write what came of it.

    Without room for it nothing is written.
    """
    from strongroom.scan.engine.starts import starts  # noqa: PLC0415 - once

    file = _path(folder, key)
    if file.is_file():
        return
    made: dict[tuple[bytes, int], bytes] = {}
    for rule in rules:
        pattern = rule.pattern.encode()
        texts = [(text.encode(), _PLAIN) for text in (*rule.reject, *rule.reject_line)]
        for text, flags in ((pattern, _LINES), *texts):
            one = _made(text, flags)
            if one is not None:
                made[text, flags] = one
        made[pattern, _STARTS] = marshal.dumps(starts(pattern))
    with suppress(OSError):
        kept.write(file, MAGIC, marshal.dumps(made))


def _path(folder: Path, key: str) -> Path:
    """The file for the rules that `key` names and for this Python."""
    made_by = sha256(f"{key} {sys.implementation.cache_tag} {sys.version}".encode()).hexdigest()
    return folder / f"expressions-{made_by[:32]}.bin"


def _read(file: Path) -> Mapping[tuple[bytes, int], bytes]:
    body = kept.read(file, MAGIC)
    if body is None:
        with suppress(OSError):
            file.unlink()  # where it is damaged, `keep` makes it again
        return {}
    found: dict[tuple[bytes, int], bytes] = marshal.loads(body)  # noqa: S302 - our own
    return found


def _made(text: bytes, flags: int) -> bytes | None:
    """What `re` makes of a text, as `_loaded` takes it; None where it would not be the same again."""
    with suppress(AttributeError, TypeError, ValueError, RuntimeError):  # another Python
        tree = parser.parse(text, flags)
        state, names = tree.state, [None] * tree.state.groups
        for name, number in state.groupdict.items():
            names[number] = name
        code = [int(one) for one in compiler._code(tree, flags)]  # noqa: SLF001 - see above
        groups = state.groups - 1, dict(state.groupdict), tuple(names)
        made = marshal.dumps((flags | state.flags, code, *groups))
        if _all_of(_loaded(text, made)) == _all_of(re.compile(text, flags)):
            return made
    return None


def _loaded(text: bytes, made: bytes) -> "re.Pattern[bytes]":
    found: re.Pattern[bytes] = _sre.compile(text, *marshal.loads(made))  # noqa: S302 - our own
    return found


def _all_of(pattern: "re.Pattern[bytes]") -> object:
    """Patterns are equal when text, flags and code are, whatever their groups are called."""
    return pattern, pattern.groups, dict(pattern.groupindex)
