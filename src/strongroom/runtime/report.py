"""What `strongroom validate` says: the declaration alone, or with the values of this process."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom import dotenv
from strongroom.errors import ConfigError
from strongroom.naming.classify import Likeness, likeness
from strongroom.runtime import declaration, files
from strongroom.runtime.declaration import Declared
from strongroom.runtime.environment import Environment, current
from strongroom.runtime.problems import Level, Problem, ordered
from strongroom.runtime.validate import look

EXAMPLE: Final = ".env.example"


@dataclass(frozen=True, slots=True)
class Report:
    """`values` is whether any were looked at: a declaration alone shows nothing of them.

    `origin` is the one that was asked, if the application has one.
    """

    environment: str
    values: bool
    declared: int
    required: int
    errors: int
    problems: tuple[Problem, ...]
    origin: str | None = None

    @property
    def exit(self) -> int:
        """78 (EX_CONFIG) when there is an error."""
        return ConfigError.exit if self.errors else 0


def report(file: Path, environment: str | None, *, values: bool) -> Report:
    """Check what `file` declares.

    Raises:
        ConfigError: `declaration-missing`, `declaration-invalid`, or as `files.read`.
    """
    wanted = declaration.load(file)
    where = Environment(environment) if environment else current(os.environ)
    looked = look(wanted, where, Path()) if values else None
    found = looked.problems if looked else _drift(wanted, file.parent)
    return Report(
        environment=where.name,
        values=values,
        declared=len(wanted),
        required=sum(one.required_in(where) for one in wanted),
        errors=sum(problem.level is Level.ERROR for problem in found),
        problems=found,
        origin=looked.origin if looked else None,
    )


def _drift(wanted: tuple[Declared, ...], folder: Path) -> tuple[Problem, ...]:
    """P-3.3: the template beside the declaration names the same secrets."""
    path = folder / EXAMPLE
    if not path.exists():
        absent = Problem(EXAMPLE, "example-missing", "is not there", "P-3.3", Level.WARNING)
        return (absent,)
    parsed = dotenv.parse(files.read(path).text)
    found = [
        Problem(EXAMPLE, "example-unreadable", f"line {line}: {why}", "P-3.3")
        for line, why in parsed.flaws
    ]
    named = {entry.name for entry in parsed.entries}
    names = {one.name for one in wanted}
    found += [
        Problem(name, "example-lacks", f"is declared and not in {EXAMPLE}", "P-3.3")
        for name in names - named
    ]
    found += [
        Problem(name, "undeclared", f"is in {EXAMPLE} and not declared", "P-3.3")
        for name in named - names
        if likeness(name) is Likeness.SECRET
    ]
    return ordered(found)
