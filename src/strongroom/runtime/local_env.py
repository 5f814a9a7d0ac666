"""The `.env` of a developer's machine: in development only, and only one that can be trusted."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from strongroom.errors import ConfigError
from strongroom.runtime import files

# What reads one is imported where there is one.
if TYPE_CHECKING:
    from strongroom import dotenv
    from strongroom.runtime.problems import Problem

NAME: Final = ".env"


def load(folder: Path) -> tuple[Mapping[str, str], "tuple[Problem, ...]"]:
    """The assignments of `folder`/.env, none when there is no such file, and warnings.

    Raises:
        ConfigError: `env-file-unreadable-line`, `env-file-duplicate`, or as `files.read`: it is
            not guessed which of two values is meant.
    """
    path = folder / NAME
    if not path.is_file() and not path.is_symlink():
        return {}, ()
    text, shared = files.read(path, files.Links.REFUSE)
    entries = assignments(path, text)
    found = {entry.name: entry.value for entry in entries}
    if not shared:
        return found, ()
    from strongroom.runtime.problems import Level, Problem  # noqa: PLC0415

    warning = Problem(
        NAME,
        "env-file-shared",
        "can be read by other users of the machine: chmod 600 .env",
        "P-3.1",
        Level.WARNING,
    )
    return found, (warning,)


def assignments(path: Path, text: str) -> "tuple[dotenv.Entry, ...]":
    """The assignments in `text`, each name once.

    Raises:
        ConfigError: `env-file-unreadable-line`, `env-file-duplicate`.
    """
    from strongroom import dotenv  # noqa: PLC0415

    parsed = dotenv.parse(text)
    if parsed.flaws:
        line, why = parsed.flaws[0]
        raise ConfigError("env-file-unreadable-line", f"{path}, line {line}: {why}")
    lines: dict[str, int] = {}
    for entry in parsed.entries:
        first = lines.setdefault(entry.name, entry.line)
        if first != entry.line:
            raise ConfigError(
                "env-file-duplicate",
                f"{path}: {entry.name} stands on line {first} and again on line {entry.line}",
                fix="remove one of them",
            )
    return parsed.entries
