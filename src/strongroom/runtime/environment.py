"""In which environment a process runs. Where nobody says so, the strict rules count."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

VARIABLES: Final = ("STRONGROOM_ENVIRONMENT", "ENVIRONMENT", "APP_ENV")
_DEVELOPMENT: Final = frozenset({"development", "develop", "dev", "local", "test", "testing"})
# How old a value may be while its origin is away, where nothing else is said.
MAX_STALE_S: Final = 86_400.0
_PRODUCTION: Final = frozenset({"production", "prod", "live"})


@dataclass(frozen=True, slots=True)
class Environment:
    """`name` as it was given. `said` is whether anybody gave it."""

    name: str
    said: bool = True

    @property
    def development(self) -> bool:
        """Whether defaults, weak values and a `.env` are allowed."""
        return self.name.lower() in _DEVELOPMENT

    @property
    def production(self) -> bool:
        """Whether keys that are marked as live ones belong here."""
        return self.name.lower() in _PRODUCTION

    @property
    def why(self) -> str:
        """What to add where somebody may wonder why the rules are strict."""
        return "" if self.said else f"; {VARIABLES[0]} is not set, so production's rules count"


def current(environ: Mapping[str, str]) -> Environment:
    """The environment of a process: the first of `VARIABLES` that is set, otherwise production."""
    for variable in VARIABLES:
        name = environ.get(variable, "").strip()
        if name:
            return Environment(name)
    return Environment("production", said=False)
