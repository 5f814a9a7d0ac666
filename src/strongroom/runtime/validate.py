"""`validate_secrets`: at the start of a program, everything that is wrong, in one message."""

import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from typing import Final

from strongroom.errors import ConfigError
from strongroom.runtime import declaration, local_env
from strongroom.runtime.declaration import Declared
from strongroom.runtime.environment import Environment, current
from strongroom.runtime.judge import judge
from strongroom.runtime.masking.known import MASKER
from strongroom.runtime.problems import Level, Problem, failure, ordered
from strongroom.runtime.sources import Sources, of_process

_FIX: Final = "set what is missing and replace what is wrong; no value is shown here on purpose"


def validate_secrets(*names: str, environment: str | None = None) -> tuple[Problem, ...]:
    """Check that the secrets are there and fit where this runs, and give the warnings.

    Without names, those that `strongroom.toml` in the working directory declares. Every value
    that is found is masked from then on.

    Raises:
        SecretsError: (a ValueError, exit code 78) `secrets-invalid`, with all problems.
        ConfigError: `declaration-missing`, `declaration-invalid`.
    """
    folder = Path()
    if names:
        wanted = tuple(declaration.declared(name) for name in dict.fromkeys(names))
    else:
        wanted = declaration.load(folder / declaration.FILE)
    where = Environment(environment) if environment else current(os.environ)
    return accepted(problems_here(wanted, where, folder))


def accepted(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """The warnings.

    Raises:
        SecretsError: `secrets-invalid`, when there are errors; it names the warnings too.
    """
    if any(problem.level is Level.ERROR for problem in problems):
        raise failure(problems, _FIX)
    return problems


def problems_here(
    wanted: Iterable[Declared], environment: Environment, folder: Path
) -> tuple[Problem, ...]:
    """What is wrong in this process, sorted; a `.env` in `folder` counts in development."""
    dotenv: Mapping[str, str] = {}
    first: list[Problem] = []
    if environment.development:
        try:
            dotenv, warnings = local_env.load(folder)
            first += warnings
        except ConfigError as error:
            first.append(Problem(local_env.NAME, error.code, f"cannot be used: {error}", "P-3.1"))
    sources = of_process(os.environ, dotenv=dotenv)
    return ordered([*first, *problems(wanted, sources, environment)])


def problems(
    wanted: Iterable[Declared], sources: Sources, environment: Environment
) -> tuple[Problem, ...]:
    """What is wrong with the values in `sources`, sorted."""
    found: list[Problem] = []
    values: dict[str, str] = {}
    for secret in wanted:
        try:
            held = sources.find(secret.name)
        except ConfigError as error:
            found.append(Problem(secret.name, error.code, f"cannot be read: {error}", "P-8.6"))
            continue
        if held is None:
            if secret.required_in(environment):
                found.append(_missing(secret.name, sources))
            continue
        MASKER.add(secret.name, held.value)
        values[secret.name] = held.value
        found += judge(secret, held.value, environment)
    found += _shared(values, environment)
    return ordered(found)


def _missing(name: str, sources: Sources) -> Problem:
    state = "is empty" if name in sources.environ else "is not set"
    return Problem(name, "missing", state, "P-8.7")


def _shared(values: dict[str, str], environment: Environment) -> list[Problem]:
    """Two secrets with one value: whoever gets one has both."""
    if environment.development:
        return []
    key, first, found = token_bytes(32), dict[bytes, str](), list[Problem]()
    for name, value in sorted(values.items()):
        mark = blake2b(value.encode("utf-8", "surrogatepass"), key=key).digest()
        other = first.setdefault(mark, name)
        if other != name:
            found.append(Problem(name, "shared", f"has the value of {other}", "P-4.6"))
    return found
