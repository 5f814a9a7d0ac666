"""Flask: `Strongroom(app, Service(AppSecrets))`, or `init_app` where there is a factory."""

from collections.abc import Iterable
from typing import Final

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from strongroom.errors import ConfigError
from strongroom.runtime.secret import Secret
from strongroom.runtime.web.service import Service, leave
from strongroom.runtime.web.words import Word, keys, masked_mapping
from strongroom.runtime.web.wsgi import Guarded

NAME: Final = "strongroom"
KEY: Final = "SECRET_KEY"
FALLBACKS: Final = "SECRET_KEY_FALLBACKS"


class Strongroom:
    """Checks when the application is made, and lets no value out of it.

    `config` names the secrets that `app.config` has too. `SECRET_KEY` signs sessions: when it is
    rotated the application goes on with the new one, and accepts the old one in its grace.
    """

    def __init__(
        self,
        app: Flask | None = None,
        service: Service | None = None,
        *,
        config: Iterable[str] = (),
    ) -> None:
        self.service = service or Service()
        self._config = tuple(config)
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Bind it to `app`.

        Raises:
            SecretsError, ConfigError: as `Service.start`. The command `flask` says so and ends
                with 78.
        """
        app.cli.add_command(_commands(self.service))
        try:
            self.service.start()
        except ConfigError as error:
            if click.get_current_context(silent=True) is not None:
                leave(error)  # the command `flask` would show where in our code this stands
            raise
        app.extensions[NAME] = self.service
        app.config.__class__ = masked_mapping(type(app.config))
        for name in self._config:
            self._follow(app, name)
        app.wsgi_app = Guarded(app.wsgi_app, self.service.masker)

    def _follow(self, app: Flask, name: str) -> None:
        def put(new: Secret) -> None:
            app.config[name] = Word(new)
            if name == KEY:
                app.config[KEY], app.config[FALLBACKS] = keys(self.service.versions(KEY) or (new,))

        put(self.service.get(name))
        self.service.on_rotate(name, put)


def secret(name: str) -> Secret:
    """The value of `name` as it is now, for the application that runs."""
    found: Secret = current_app.extensions[NAME].get(name)
    return found


def _commands(service: Service) -> AppGroup:
    group = AppGroup(NAME, help="The secrets of this application; values are never shown.")

    @group.command("check")  # type: ignore[untyped-decorator]  # the library is not typed here
    def check() -> None:
        """Say which secrets there are; one that is wrong has ended the command by now."""
        for one in service.declared():
            found = service.find(one.name)
            click.echo(f"{one.name:40} {'-' if found is None else found}")
        for warning in service.check():
            click.echo(str(warning), err=True)

    return group
