"""Where the values for a command come from: an origin, and in development a `.env`."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from strongroom.errors import (
    ConfigError,
    DeniedError,
    SealedError,
    UnauthenticatedError,
    UpstreamError,
)
from strongroom.runtime import application, last_good, local_env
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.last_good import LastGood
from strongroom.runtime.origin.choose import origin_of
from strongroom.runtime.origin.interface import Delivery, Origin
from strongroom.runtime.run import kept
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
    texts = {name: text for name, text in said.items() if text}
    return application.load({**environ, **texts}, folder)


class Given(NamedTuple):
    """What was given: by whom, what its mark was, and what a person is to know of it."""

    origin: Origin | None
    deliveries: Mapping[str, Delivery]
    mark: str | None = None
    cache: LastGood | None = None
    note: str = ""


def given(
    options: Options, app: Application, environment: Environment, environ: Mapping[str, str]
) -> Given:
    """What the origin gives; where none is named, a room that is found from here, if any.

    While it is away, what it gave last serves.

    Raises:
        ConfigError: `run-everything`, `run-nothing-kept`, or as `origin_of`.
        StrongroomError: those of the origin.
    """
    chosen = app if app.origin else replace(app, origin=NEARBY)
    found = origin_of(chosen, environment)
    assert found is not None, "an origin is named"
    cache, names = _cache(options, chosen, environment, environ), wanted(options)
    if options.offline:
        kept_ = _recalled(cache, names)
        if kept_ is None:
            raise ConfigError("run-nothing-kept", "nothing that may still serve was kept here")
        return Given(None, kept_[0], note=f"offline: values of {kept_[1]} s ago")
    try:
        mark = found.mark() if options.watch else None  # before: a change meanwhile shows next time
        deliveries = found.fetch(names)
    except ConfigError as error:
        if app.origin or error.code != "room-not-found":
            raise
        return Given(None, {})
    except (DeniedError, UnauthenticatedError):
        if cache is not None:
            kept.keep(cache, names, {})  # a right that was taken away is away
        raise
    except (UpstreamError, SealedError) as error:
        kept_ = _recalled(cache, names)
        if kept_ is None or not getattr(error, "retryable", True):
            raise
        note = f"{error.message} [{error.code}]: values of {kept_[1]} s ago serve"
        return Given(found, kept_[0], "", note=note)
    if names is None and not app.folder and not environment.development and deliveries:
        raise ConfigError(
            "run-everything",
            "without the application's folder this would be every secret of the environment",
            fix="name it: --folder customer-api, or `name` under [application] in strongroom.toml",
        )
    return Given(found, deliveries, mark, cache)


def _cache(
    options: Options, app: Application, environment: Environment, environ: Mapping[str, str]
) -> LastGood | None:
    if not options.cache:
        return None
    return last_good.of_process(environ, app, environment, app.max_stale_s(environment))


def _recalled(
    cache: LastGood | None, names: tuple[str, ...] | None
) -> tuple[Mapping[str, Delivery], int] | None:
    return None if cache is None else kept.recall(cache, names)


def gather(
    deliveries: Mapping[str, Delivery], environment: Environment, folder: Path
) -> tuple[Value, ...]:
    """All values, the origin's before those of a `.env`, which counts in development only.

    Raises:
        ConfigError: a `.env` that cannot be used.
    """
    texts = local_env.load(folder)[0] if environment.development else {}
    local = {name: Value(name, text) for name, text in texts.items() if text}
    theirs = {
        d.name: Value(d.name, d.text, d.version, secret=d.secret) for d in deliveries.values()
    }
    return tuple((local | theirs).values())
