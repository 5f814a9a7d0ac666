"""Makefiles and justfiles: what recipes take from the environment, and what they export."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Final

from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.sources.lines import Row, bare, by_lines
from strongroom.discover.sources.references import handed
from strongroom.discover.sources.shell import OF_SHELLS, script

_NAMES: Final = frozenset({"makefile", "gnumakefile", "justfile", ".justfile"})
_SET: Final = re.compile(r"\s*(export\s+)?([A-Za-z_]\w{0,127})\s*(\?=|:::?=|::=|:=|\+=|=)\s*(.*)")
_EXPORT: Final = re.compile(r"\s*export\s+((?:[A-Za-z_]\w*\s*)+)")
_MISSING: Final = re.compile(
    r"\bifndef\s+([A-Za-z_]\w{0,127})|\$\(if\s+\$\(([A-Za-z_]\w{0,127})\),,\s*\$\(error"
)
_JUST: Final = re.compile(r"\benv(?:_var(?:_or_default)?)?\(\s*['\"]([A-Za-z_]\w{0,127})['\"]")


def reads(path: PurePosixPath) -> bool:
    """`Makefile`, `*.mk`, `justfile`."""
    return path.name.lower() in _NAMES or path.suffix == ".mk"


def read(path: str, text: str) -> Iterable[Mention | Trouble]:
    """Names that somebody who runs `make` must have set, or may."""
    return by_lines(path, text, _read)


def _read(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    recipes: list[Row] = []
    own: set[str] = set()
    required: list[Row] = []
    for row in rows:
        if row.text.startswith("\t"):
            # `$(X)` is make's own; `$$X` is what the shell sees.
            shell_text = re.sub(r"\$(?![$])\(?\w*\)?", "", row.text.replace("$$", "\0"))
            recipes.append(Row(row.line, shell_text.replace("\0", "$")))
            continue
        if row.text.lstrip().startswith("#"):
            continue
        for match in _JUST.finditer(row.text):
            yield Mention(match[1], path, row.line, How.READ, Scope.DEV)
        missing = _MISSING.search(row.text)
        if missing:
            required.append(Row(row.line, missing[1] or missing[2]))
        match_set = _SET.fullmatch(row.text)
        if match_set:
            exported, name, operator, value = match_set.groups()
            if operator == "?=":
                yield from handed(name, bare(value), path, row.line, Scope.DEV, how=How.READ)
            elif exported and name not in OF_SHELLS and "$(" not in value:
                yield from handed(name, bare(value), path, row.line, Scope.DEV)
            own.add(name)
            continue
        names = _EXPORT.fullmatch(row.text)
        for name in names[1].split() if names else ():
            if name not in own and name not in OF_SHELLS:
                yield Mention(name, path, row.line, How.READ, Scope.DEV)
    for row in required:
        if row.text not in own:
            yield Mention(row.text, path, row.line, How.READ, Scope.DEV, required=True)
    yield from script(path, recipes, Scope.DEV, ignored=frozenset(own))
