"""Which variables a command gets: decided from values, no I/O.

Names are chosen and changed first, then held against the environment that there is. Whatever is
wrong is said for all names at once, and nothing is started.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

from strongroom.errors import ConfigError, NotFoundError
from strongroom.naming.vocabulary import vocabulary
from strongroom.runtime.run.options import Inject, Options
from strongroom.runtime.run.refused import refused

FILE_SUFFIX: Final = "_FILE"
FOLDER: Final = "CREDENTIALS_DIRECTORY"
ENVIRONMENT: Final = "STRONGROOM_ENVIRONMENT"
# What a program needs to run at all and to talk to a person; none of it is a secret.
PRISTINE: Final = vocabulary(
    """
    PATH HOME USER LOGNAME SHELL TERM COLORTERM NO_COLOR LANG LANGUAGE TZ TMPDIR PWD
    STRONGROOM_ENVIRONMENT ENVIRONMENT APP_ENV
    """
)
# The kernel takes no longer string (MAX_ARG_STRLEN, 32 pages).
VARIABLE_OCTETS_MAX: Final = 128 * 1024


@dataclass(frozen=True, slots=True)
class Value:
    """A value for the command. `name` is its own name, `version` is None outside of an origin.

    `secret` is False for what stands beside a secret, such as a host's name.
    """

    name: str
    text: str = field(repr=False)
    version: int | None = None
    secret: bool = True


class Plan(NamedTuple):
    """What is injected, by the variable's or file's name; `notes` are for the person."""

    values: Mapping[str, Value]
    notes: tuple[str, ...] = ()

    @property
    def versions(self) -> Mapping[str, int]:
        """Which version of each secret is used, by the secret's own name."""
        return {v.name: v.version for v in self.values.values() if v.version is not None}


def wanted(options: Options) -> tuple[str, ...] | None:
    """The names to ask for; None for all, where a pattern must be held against them."""
    if not options.only or any("*" in name or "?" in name for name in options.only):
        return None
    return tuple(dict.fromkeys(options.only))


def plan(options: Options, found: Iterable[Value], environ: Mapping[str, str]) -> Plan:
    """The variables for the command.

    Raises:
        NotFoundError: `run-name-missing`: what `--only` or `--rename` names is not there.
        ConfigError: `run-name-refused`, `run-name-collision`, `run-value-unfit`.
    """
    values = {value.name: value for value in found}
    chosen = [value for name, value in sorted(values.items()) if _chosen(options, name)]
    _all_there(options, values)
    named: dict[str, Value] = {}
    collisions = set()
    for value in chosen:
        variable = _variable(options, value.name)
        if named.setdefault(variable, value) is not value:
            collisions.add(variable)
    if collisions:
        raise ConfigError(
            "run-name-collision",
            f"more than one secret would be {', '.join(sorted(collisions))}",
            fix="leave one out with --except, or call it otherwise with --rename OLD=NEW",
        )
    _fit(options, named)
    kept = [] if options.override else [n for n in sorted(named) if environ.get(n)]
    differing = [n for n in kept if environ[n] != of_environ(named[n].text)]
    notes = (
        (f"{', '.join(differing)}: the value of the environment stays; --override replaces it",)
        if differing
        else ()
    )
    return Plan({n: value for n, value in named.items() if n not in kept}, notes)


def environment(
    options: Options, planned: Plan, environ: Mapping[str, str], folder: str | None
) -> dict[str, str]:
    """The whole environment of the command; `folder` is where its files are, if there are any."""
    made = {
        name: text
        for name, text in environ.items()
        if not options.pristine or name in PRISTINE or name.startswith("LC_")
    }
    if options.env is not None:
        made[ENVIRONMENT] = options.env
    if options.inject is Inject.ENV or folder is None:
        made |= {name: of_environ(value.text) for name, value in planned.values.items()}
        return made
    for name in planned.values:
        made.pop(name, None)  # with --override, an old value is not left beside the file
        if options.inject is Inject.FILE_VARS:
            made[name + FILE_SUFFIX] = f"{folder}/{name}"
    if options.inject is Inject.FILES:
        made[FOLDER] = folder
    return made


def of_environ(text: str) -> str:
    """As it stands in `os.environ`: its octets are UTF-8 there in every locale."""
    return os.fsdecode(text.encode("utf-8", "surrogatepass"))


def _chosen(options: Options, name: str) -> bool:
    wanted_ = not options.only or any(fnmatchcase(name, one) for one in options.only)
    return wanted_ and not any(fnmatchcase(name, one) for one in options.leave_out)


def _all_there(options: Options, values: Mapping[str, Value]) -> None:
    missing = [one for one in options.only if not any(fnmatchcase(name, one) for name in values)]
    missing += [old for old, _ in options.rename if old not in values]
    if missing:
        raise NotFoundError(
            "run-name-missing",
            f"no secret is called {', '.join(dict.fromkeys(missing))}",
            fix="names are the application's own, such as DATABASE_PASSWORD for database/password",
        )


def _variable(options: Options, name: str) -> str:
    """A renamed one is called exactly that; `--upper` also makes `-` and `.` what shells know."""
    for old, new in options.rename:
        if name == old:
            return new
    if options.upper:
        name = name.upper().replace("-", "_").replace(".", "_")
    return options.prefix + name


def _fit(options: Options, named: Mapping[str, Value]) -> None:
    suffix = FILE_SUFFIX if options.inject is Inject.FILE_VARS else ""
    bad = [name for name in named if refused(name) or refused(name + suffix)]
    if bad:
        raise ConfigError(
            "run-name-refused",
            f"{', '.join(sorted(bad))}: such a variable changes how programs run",
            fix="leave it out with --except, or call it otherwise with --rename OLD=NEW",
        )
    problems = [f"{name} {why}" for name, value in sorted(named.items()) if (why := _unfit(value))]
    if options.inject is Inject.ENV and problems:
        raise ConfigError(
            "run-value-unfit", "; ".join(problems), fix="hand it over as a file: --inject files"
        )


def _unfit(value: Value) -> str | None:
    if "\0" in value.text:
        return "holds a NUL, which no environment can"
    if any("\ud800" <= c <= "\udfff" for c in value.text):
        return "is not UTF-8"
    if len(value.text.encode()) > VARIABLE_OCTETS_MAX - len(value.name) - 64:
        return "is longer than a variable can be"
    return None
