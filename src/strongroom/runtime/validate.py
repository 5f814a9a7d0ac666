"""`validate_secrets`: at the start of a program, everything that is wrong, in one message."""

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from secrets import token_bytes
from time import time_ns
from typing import Final

from strongroom.errors import ConfigError, StrongroomError
from strongroom.runtime import application, dates, declaration, last_good, local_env
from strongroom.runtime.dates import Levels, levels
from strongroom.runtime.declaration import Declared
from strongroom.runtime.environment import Environment, current
from strongroom.runtime.judge import judge
from strongroom.runtime.masking.known import MASKER
from strongroom.runtime.origin.choose import origin_of
from strongroom.runtime.problems import Level, Problem, failure, ordered
from strongroom.runtime.sources import Sources, of_process
from strongroom.runtime.values import Value, Values, gather

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
    return look(tuple(wanted), environment, folder).problems


@dataclass(frozen=True, slots=True)
class Looked:
    """What was found, what is wrong with it, sorted, and the origin that was asked, if one was."""

    values: Mapping[str, Value]
    problems: tuple[Problem, ...]
    origin: str | None


def look(wanted: Sequence[Declared], environment: Environment, folder: Path) -> Looked:
    """Find all values in this process and at the origin that strongroom.toml in `folder` names.

    Raises:
        ConfigError: `validate-invalid`.
    """
    told = levels(environment, folder)
    dotenv: Mapping[str, str] = {}
    first: list[Problem] = []
    if environment.development:
        try:
            dotenv, warnings = local_env.load(folder)
            first += warnings
        except ConfigError as error:
            first.append(Problem(local_env.NAME, error.code, f"cannot be used: {error}", "P-3.1"))
    origin, kept = None, None
    try:
        here = application.load(os.environ, folder)
        origin = origin_of(here, environment)
        kept = last_good.of_process(os.environ, here, environment, here.max_stale_s(environment))
    except ConfigError as error:
        first.append(Problem("the origin", error.code, f"cannot be used: {error}", "P-8.7"))
    sources = of_process(os.environ, dotenv=dotenv)
    try:
        values = gather(wanted, sources, environment, origin, kept.load if kept else dict)
    finally:
        if origin is not None:
            with suppress(StrongroomError):
                origin.close()
    found = judged(wanted, values, sources, environment, told, time_ns() // 1_000)
    label = None if origin is None else origin.label
    return Looked(values.found, ordered([*first, *found]), label)


def problems(
    wanted: Sequence[Declared], sources: Sources, environment: Environment
) -> tuple[Problem, ...]:
    """What is wrong with the values in `sources`, sorted."""
    values = gather(wanted, sources, environment, None)
    return ordered(judged(wanted, values, sources, environment, Levels(), 0))


def judged(
    wanted: Iterable[Declared],
    values: Values,
    sources: Sources,
    environment: Environment,
    told: Levels,
    now_us: int,
) -> list[Problem]:
    """What is wrong with values, and what is not there; they are masked from then on."""
    found = list(values.problems)
    for secret in wanted:
        name = secret.name
        value = values.found.get(name)
        if value is None:
            if secret.required_in(environment) and name not in values.unknown:
                found.append(_missing(name, sources))
            continue
        if value.delivery is not None:
            found += dates.problems(name, value.delivery, told, now_us)
        if value.secret:
            MASKER.add(name, value.text, version=value.version)
            floors = value.delivery.floors if value.delivery else None
            found += judge(secret, value.text, environment, floors)
    texts = {name: value.text for name, value in values.found.items() if value.secret}
    return [*found, *_shared(texts, environment)]


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
