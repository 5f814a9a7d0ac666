"""From the text that names an origin to the origin.

The runtime imports neither a room nor a client for a server: an adapter is loaded by its name when
an application asks for one. Others add theirs by the entry point group `strongroom.origins`.
"""

from importlib import import_module
from typing import Final, Protocol, cast

from strongroom.errors import ConfigError
from strongroom.runtime.application import Application
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.interface import Origin

GROUP: Final = "strongroom.origins"
OWN: Final = {
    "room": "strongroom.wiring.origin",
    "https": "strongroom.runtime.origin.vault",
    "http": "strongroom.runtime.origin.vault",
}


class Factory(Protocol):
    """What a module of an origin has as `connect`."""

    def __call__(self, address: str, application: Application, environment: Environment) -> Origin:
        """An origin; nothing is asked of it yet, so nothing can fail but the address."""
        ...


def origin_of(application: Application, environment: Environment) -> Origin | None:
    """The origin that `application` names, or None when it names none.

    Raises:
        ConfigError: `origin-unknown`, and those of the adapter for an address it cannot use.
    """
    if application.origin is None:
        return None
    scheme, _, rest = application.origin.partition(":")
    address = application.origin if scheme in {"http", "https"} else rest
    if scheme in OWN:
        return cast("Factory", import_module(OWN[scheme]).connect)(
            address, application, environment
        )
    from importlib.metadata import entry_points  # noqa: PLC0415 - slow, and few need it

    for entry in entry_points(group=GROUP, name=scheme):
        return cast("Factory", entry.load())(address, application, environment)
    raise ConfigError(
        "origin-unknown",
        "the origin of the secrets is of no known kind",
        fix=f"one of {', '.join(OWN)}; STRONGROOM_ORIGIN or [application] origin names it",
    )
