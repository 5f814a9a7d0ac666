"""Where the values for a command come from: an origin, and in development a `.env`."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from strongroom.errors import (
    ConfigError,
    DeniedError,
    SealedError,
    UnauthenticatedError,
    UpstreamError,
)
from strongroom.runtime import application, local_env
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.choose import origin_of
from strongroom.runtime.origin.interface import Delivery, Origin
from strongroom.runtime.run.options import Options
from strongroom.runtime.run.plan import Value, wanted

if TYPE_CHECKING:
    from strongroom.runtime.last_good import LastGood

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
    """What was given: by whom, what its mark was, and what a person is to know of it.

    `keep` keeps what the origin gives for an outage.
    """

    origin: Origin | None
    deliveries: Mapping[str, Delivery]
    mark: str | None = None
    keep: Callable[[Mapping[str, Delivery]], None] = lambda _: None
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
    names = wanted(options)

    @cache
    def kept() -> "LastGood | None":
        # Here, since it is needed when an origin is away, or beside a command that runs.
        from strongroom.runtime import last_good  # noqa: PLC0415

        if not options.cache:
            return None
        stale_s = chosen.max_stale_s(environment)
        return last_good.of_process(environ, chosen, environment, stale_s)

    keep = partial(_keep, kept, names)
    if options.offline:
        kept_ = _recalled(kept, names)
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
        keep({})  # a right that was taken away is away
        raise
    except (UpstreamError, SealedError) as error:
        kept_ = _recalled(kept, names)
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
    return Given(found, deliveries, mark, keep)


def _keep(
    opened: "Callable[[], LastGood | None]",
    names: tuple[str, ...] | None,
    found: Mapping[str, Delivery],
) -> None:
    from strongroom.runtime.run import kept  # noqa: PLC0415 - as in `given`

    cache_ = opened()
    if cache_ is not None:
        kept.keep(cache_, names, found)


def _recalled(
    opened: "Callable[[], LastGood | None]", names: tuple[str, ...] | None
) -> tuple[Mapping[str, Delivery], int] | None:
    from strongroom.runtime.run import kept  # noqa: PLC0415 - as in `given`

    cache_ = opened()
    return None if cache_ is None else kept.recall(cache_, names)


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
