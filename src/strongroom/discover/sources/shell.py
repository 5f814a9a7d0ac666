"""Shell scripts: `${X:?}`, `: "${X:=d}"`, `$X` that nobody has set, and what is exported."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from strongroom.discover.interface import How, Mention, Scope, Trouble
from strongroom.discover.sources import references
from strongroom.discover.sources.lines import Row, by_lines, environment, scope
from strongroom.naming.vocabulary import vocabulary

_SUFFIXES: Final = frozenset({".sh", ".bash", ".zsh", ".ksh", ".envrc"})
_NAMES: Final = frozenset({".envrc", "entrypoint", "docker-entrypoint", "procfile"})
# Set by shells and systems themselves.
OF_SHELLS: Final = vocabulary("""
    _ HOME PATH PWD OLDPWD USER LOGNAME SHELL HOSTNAME IFS LANG LC_ALL TERM UID EUID PPID RANDOM
    SECONDS LINENO OPTARG OPTIND REPLY FUNCNAME TMPDIR SHLVL COLUMNS LINES EDITOR PAGER DISPLAY
    BASH BASH_SOURCE BASH_VERSION BASH_LINENO BASH_REMATCH BASHPID PIPESTATUS ZSH_VERSION DIRSTACK
    XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME XDG_RUNTIME_DIR PS1 PS4 COMP_WORDS COMP_CWORD
    COMPREPLY SHELLOPTS BASHOPTS OSTYPE MACHTYPE HOSTTYPE CDPATH ENV
    """)
_QUOTED: Final = re.compile(r"'[^']*'")
_ASSIGNED: Final = re.compile(
    r"(?:^|[;&|({]|\bthen|\bdo|\belse)\s*(?P<how>export\s+|readonly\s+|local\s+|declare\s+(?:-\w+\s+)*|typeset\s+(?:-\w+\s+)*)?"
    r"(?P<name>[A-Za-z_]\w{0,127})\+?=(?P<value>\"[^\"]*\"|'[^']*'|[^\s;&|]*)"
)
_EXPORTED: Final = re.compile(r"^\s*export\s+((?:[A-Za-z_]\w*\s*)+)(?:#.*)?$")
_TAKEN: Final = re.compile(r"\b(?:read|for|select|mapfile|getopts)\b([^;|&]*)")
# A line without any of these says nothing of names.
_TELLING: Final = re.compile(r"[$=]|\b(?:export|read|for|select|mapfile|getopts)\b")
_WORD: Final = re.compile(r"[A-Za-z_]\w*")
_HEREDOC: Final = re.compile(r"<<-?\s*(?P<quote>[\"'\\]?)(?P<word>\w+)")
_TO_CI: Final = re.compile(
    r"""(?:echo|printf)\s+(?:-\w+\s+)?["']?(?P<name>[A-Za-z_]\w*)=(?P<value>[^"'>]*)["']?\s*>>?\s*"?(?:\$\{?GITHUB_(?:ENV|OUTPUT)\}?|\$\{?BASH_ENV\}?|\S*\.env\b)"""
)


def reads(path: PurePosixPath) -> bool:
    """Scripts by their suffix, `.envrc`, `Procfile`."""
    name = path.name.lower()
    return path.suffix.lower() in _SUFFIXES or name in _NAMES


def read(path: str, text: str) -> Iterable[Mention | Trouble]:
    """Names that a script expects from its surroundings, and those that it hands on."""
    return by_lines(path, text, _read)


def _read(path: str, rows: list[Row]) -> Iterator[Mention | Trouble]:
    usual = Scope.DEV if path.endswith(".envrc") else Scope.RUNTIME
    return script(path, rows, scope(path, usual), environment(path))


def script(
    path: str, rows: list[Row], when: Scope, env: str = "", ignored: frozenset[str] = frozenset()
) -> Iterator[Mention | Trouble]:
    """The same for a script inside of another file. `ignored` are names that are set for it."""
    own = set(ignored)
    for row in _lines(rows):
        if not _TELLING.search(row.text):
            continue
        line = _QUOTED.sub("''", row.text) if "'" in row.text else row.text
        to_ci = _TO_CI.finditer(row.text) if ">" in row.text and "=" in row.text else ()
        for name, value in ((m["name"], m["value"]) for m in to_ci):
            yield from references.handed(name, value, path, row.line, when, environment=env)
        taken = {n for words in _TAKEN.findall(line) for n in _WORD.findall(words)}
        assigned = list(_ASSIGNED.finditer(row.text)) if "=" in row.text else []
        set_here = taken | {m["name"] for m in assigned}
        for one in references.mentions(line, path, row.line, when, env):
            # `X=${X:-d}` asks for X; `X=1; echo $X` does not.
            plain = one.required is None
            if one.name not in own and _counts(one) and not (plain and one.name in set_here):
                yield one
        for match in assigned:
            name, value = match["name"], match["value"].strip("\"'")
            exported = (match["how"] or "").startswith("export")
            if exported and name not in OF_SHELLS and "$(" not in value and "`" not in value:
                for found in references.handed(name, value, path, row.line, when, environment=env):
                    # What it refers to was said above.
                    if isinstance(found, Mention) and found.how is How.INJECTED:
                        yield replace(found, composes=() if "$" not in value else found.composes)
            own.add(name)
        exported_names = _EXPORTED.match(line) if "export" in line else None
        if exported_names:
            for name in exported_names[1].split():
                if name not in own and name not in OF_SHELLS:
                    yield Mention(name, path, row.line, How.READ, when, environment=env)
        own |= taken


def _counts(one: Mention) -> bool:
    """Whether a name is meant for the surroundings: written large, and not the shell's own."""
    if one.name in OF_SHELLS or one.name.startswith("BASH_"):
        return False
    return one.required is not None or (one.name.isupper() and len(one.name) > 1)


def _lines(rows: list[Row]) -> Iterator[Row]:
    """The lines without comments and without texts that are taken as they are."""
    until = ""
    for row in rows:
        text = row.text
        if until:
            if text.strip() == until:
                until = ""
            continue
        if text.lstrip().startswith("#"):
            continue
        heredoc = _HEREDOC.search(text) if "<<" in text else None
        if heredoc and heredoc["quote"]:
            until = heredoc["word"]
        yield row
