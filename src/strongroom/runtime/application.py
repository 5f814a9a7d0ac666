"""Which application this is, and where its secrets are kept: said once, in `strongroom.toml`.

[application]
name = "customer-api"      # who asks; consumers and acknowledgements carry it
folder = "customer-api"    # where its secrets are in an environment; its name by default
origin = "room"            # a room, or the address of a server

[max_stale]                # how old a value may be while the origin is away, in seconds
production = 3600          # by environment; a day where nothing is said, 0 is not at all

`STRONGROOM_APPLICATION`, `STRONGROOM_FOLDER` and `STRONGROOM_ORIGIN` win over it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.errors import ConfigError
from strongroom.model.address import is_path
from strongroom.runtime import tables
from strongroom.runtime.environment import MAX_STALE_S, Environment
from strongroom.runtime.tables import FILE

VARIABLES: Final = {
    "name": "STRONGROOM_APPLICATION",
    "folder": "STRONGROOM_FOLDER",
    "origin": "STRONGROOM_ORIGIN",
}
UNNAMED: Final = "application"
STALE: Final = "max_stale"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True, slots=True)
class Application:
    """`origin` is None where its secrets lie beside it: environment, files, `.env`."""

    name: str = UNNAMED
    folder: str = ""
    origin: str | None = None
    stale: tuple[tuple[str, float], ...] = ()

    def max_stale_s(self, environment: Environment) -> float:
        """How old a value may be while the origin is away, in seconds.

        An environment has several names: `prod` is `production`.
        """
        said = [(Environment(name), seconds) for name, seconds in self.stale]
        exact = [s for e, s in said if e.name.lower() == environment.name.lower()]
        alike = [
            s
            for e, s in said
            if (e.production and environment.production)
            or (e.development and environment.development)
        ]
        return min(exact or alike, default=MAX_STALE_S)


def load(environ: Mapping[str, str], folder: Path) -> Application:
    """What the environment and `folder`/strongroom.toml say.

    Raises:
        ConfigError: `application-invalid`, or as `files.read`.
    """
    said = tables.texts(folder / FILE, "application", VARIABLES)
    if said is None:
        raise _invalid(f"[application] has {', '.join(VARIABLES)}, each a text")
    for key, variable in VARIABLES.items():
        text = environ.get(variable, "").strip()
        if text:
            said[key] = text
    name = said.get("name", UNNAMED)
    place = said.get("folder", said.get("name", ""))
    if _NAME.fullmatch(name) is None:
        raise _invalid("an application's name is 1 to 128 of A-Za-z0-9._-, not ._- first")
    if place and not is_path(place):
        raise _invalid("`folder` is the beginning of a path, such as customer-api")
    stale = tables.numbers(folder / FILE, STALE)
    if stale is None:
        raise _invalid(f"[{STALE}] has a number of seconds for each environment", STALE)
    return Application(name, place, said.get("origin"), tuple(sorted(stale.items())))


def _invalid(message: str, table: str = "application") -> ConfigError:
    return ConfigError("application-invalid", message, fix=f"correct [{table}] in {FILE}")
