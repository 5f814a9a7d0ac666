"""Where the values for a command come from: an origin, and in development a `.env`."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from strongroom.errors import ConfigError
from strongroom.runtime import application, local_env
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.choose import origin_of
from strongroom.runtime.origin.interface import Delivery, Origin
from strongroom.runtime.run.options import Options
from strongroom.runtime.run.plan import Value, wanted

NEARBY: Final = "room"


def named(options: Options, environ: Mapping[str, str], folder: Path) -> Application:
    """The application, with what the options say of it.

    Raises:
        ConfigError: as `application.load`.
    """
    said = {
        "STRONGROOM_ORIGIN": options.origin,
        "STRONGROOM_FOLDER": options.folder,
    }
    given = {name: text for name, text in said.items() if text}
    return application.load({**environ, **given}, folder)


def origin(
    options: Options, app: Application, environment: Environment
) -> tuple[Origin | None, Mapping[str, Delivery], str | None]:
    """The origin, what it gives and, to watch it, its mark; where none is named, a room that is found from here, if any.

    Raises:
        ConfigError: `run-everything`, or as `origin_of`.
        StrongroomError: those of the origin.
    """
    found = origin_of(app if app.origin else replace(app, origin=NEARBY), environment)
    assert found is not None, "an origin is named"
    names = wanted(options)
    try:
        mark = found.mark() if options.watch else None  # before: a change meanwhile shows next time
        deliveries = found.fetch(names)
    except ConfigError as error:
        if app.origin or error.code != "room-not-found":
            raise
        return None, {}, None
    if names is None and not app.folder and not environment.development and deliveries:
        raise ConfigError(
            "run-everything",
            f"without the application's folder this would be all of {environment.name}",
            fix="name it: --folder customer-api, or `name` under [application] in strongroom.toml",
        )
    return found, deliveries, mark


def gather(
    deliveries: Mapping[str, Delivery], environment: Environment, folder: Path
) -> tuple[Value, ...]:
    """All values, the origin's before those of a `.env`, which counts in development only.

    Raises:
        ConfigError: a `.env` that cannot be used.
    """
    texts = local_env.load(folder)[0] if environment.development else {}
    local = {name: Value(name, text) for name, text in texts.items() if text}
    given = {d.name: Value(d.name, d.text, d.version, secret=d.secret) for d in deliveries.values()}
    return tuple((local | given).values())
