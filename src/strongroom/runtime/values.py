"""The values of an application's secrets, each from the first place that has one (C-10).

The environment, files, then the origin, and `.env` in development. The origin is asked for what
is not nearer, once for all of it. While it is away, what it said last serves as it does later, so
that no program is kept from its start by it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from strongroom.errors import ConfigError, RequestError, StrongroomError
from strongroom.runtime.cache import Failure, kind
from strongroom.runtime.declaration import Declared
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.interface import Delivery, Origin
from strongroom.runtime.problems import Level, Problem
from strongroom.runtime.sealed import Kept, Key
from strongroom.runtime.sources import Sources


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is there; `delivery` is what its origin knows of it, `kept` which one it was."""

    text: str = field(repr=False)
    delivery: Delivery | None = None
    kept: int | None = None

    @property
    def version(self) -> int | None:
        """Its version, if that is known."""
        return self.delivery.version if self.delivery else self.kept

    @property
    def secret(self) -> bool:
        """False for what only stands beside a secret, such as a host's name."""
        return self.delivery is None or self.delivery.secret


@dataclass(frozen=True, slots=True)
class Values:
    """By name. `problems` are of those that may be there and could not be had: `unknown`."""

    found: Mapping[str, Value]
    unknown: frozenset[str]
    problems: tuple[Problem, ...]


def gather(
    wanted: Iterable[Declared],
    sources: Sources,
    environment: Environment,
    origin: Origin | None,
    last: Callable[[], Mapping[Key, Kept]] = dict,
) -> Values:
    """Look for each of `wanted`; what cannot be read is a problem, and nothing is raised for it.

    `last` gives what the origin said last, as it may still serve.
    """
    declared = {one.name: one for one in wanted}
    found: dict[str, Value] = {}
    problems: dict[str, Problem] = {}
    near = replace(sources, dotenv={})
    for name in declared:
        try:
            nearest = near.find(name)
        except ConfigError as error:
            problems[name] = Problem(name, error.code, f"cannot be read: {error}", "P-8.6")
            continue
        if nearest is not None:
            found[name] = Value(nearest.value)
    rest = [name for name in declared if name not in found and name not in problems]
    refused: dict[str, StrongroomError] = {}
    if origin is not None and rest:
        given, refused = _ask(origin, rest)
        found |= {name: Value(one.text, one) for name, one in given.items() if one.text}
        if refused and all(kind(error) is not Failure.DECIDED for error in refused.values()):
            kept = last()
            for name in refused:
                held = kept.get((name, False))
                if held is not None and held.versions:
                    version, text = held.versions[0]
                    found[name] = Value(text, kept=version)
    for name in rest:
        local = sources.dotenv.get(name)
        if name not in found and local:
            # On a developer's machine the origin need not be there.
            found[name] = Value(local)
    required = {name for name in rest if declared[name].required_in(environment)} - set(found)
    said = {(error.code, error.message) for error in refused.values()}
    if origin is not None and refused and len(refused) == len(rest) and len(said) == 1:
        ((code, message),) = said
        level = Level.ERROR if required else Level.WARNING
        whole = Problem(origin.label, code, f"cannot be asked: {message}", "P-8.7", level)
        return Values(found, frozenset({*problems, *refused}), (*problems.values(), whole))
    for name, why in refused.items():
        if name not in found:
            level = Level.ERROR if name in required else Level.WARNING
            message = f"cannot be read: {why.message}"
            problems[name] = Problem(name, why.code, message, "P-8.6", level)
    return Values(found, frozenset(problems), tuple(problems.values()))


def _ask(
    origin: Origin, names: list[str]
) -> tuple[Mapping[str, Delivery], dict[str, StrongroomError]]:
    """What the origin has of `names`, and why it does not give others."""
    try:
        return origin.fetch(names), {}
    except (RequestError, ConfigError) as error:
        if len(names) == 1:
            return {}, {names[0]: error}
    except StrongroomError as error:
        return {}, dict.fromkeys(names, error)
    # One of them is refused: the others are not to blame.
    found: dict[str, Delivery] = {}
    refused: dict[str, StrongroomError] = {}
    for name in names:
        given, why = _ask(origin, [name])
        found |= given
        refused |= why
    return found, refused
