"""What a process that answers requests does with its secrets, from its start to its end."""

import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NoReturn, Protocol

from strongroom.errors import ConfigError, StrongroomError
from strongroom.runtime import declaration
from strongroom.runtime.declaration import Declared
from strongroom.runtime.environment import Environment, current
from strongroom.runtime.fields import Declaration
from strongroom.runtime.lookup import process_sources
from strongroom.runtime.masking import process
from strongroom.runtime.masking.known import MASKER
from strongroom.runtime.problems import MissingSecretError, Problem
from strongroom.runtime.secret import Secret
from strongroom.runtime.sources import Found, Sources
from strongroom.runtime.validate import accepted, problems, problems_here

LOG: Final = logging.getLogger("strongroom.web")


class Live(Protocol):
    """What a client for live secrets offers here; `strongroom.Secrets` is one."""

    def find(self, name: str) -> Secret | None:
        """The current value, or None."""

    def versions(self, name: str) -> tuple[Secret, ...]:
        """All that are to be accepted, the current one first."""

    def on_rotate(self, name: str, callback: Callable[[Secret], Any]) -> Callable[[], None]:
        """Call with each new value; gives what ends that."""

    def watch(self) -> Any:
        """Look for changes from now on."""

    def close(self) -> None:
        """Let go of everything."""


class Service:
    """The secrets of one process that serves.

    `what` is a class that declares them, their names, or None for `strongroom.toml`. With
    `secrets` they are live; without, they are read beside the process each time.
    """

    masker: Final = MASKER

    def __init__(
        self,
        what: type[Declaration] | Sequence[str] | None = None,
        secrets: Live | None = None,
        *,
        environment: str | None = None,
    ) -> None:
        self._what = what
        self._secrets = secrets
        self._environment = Environment(environment) if environment else None
        self._checked: tuple[Problem, ...] | None = None
        self._ends: ExitStack | None = None

    def declared(self) -> tuple[Declared, ...]:
        """What is declared.

        Raises:
            ConfigError: `declaration-missing`, `declaration-invalid`.
        """
        match self._what:
            case None:
                return declaration.load(Path(declaration.FILE))
            case type() as kind:
                return kind.declared()
            case names:
                return tuple(declaration.declared(name) for name in dict.fromkeys(names))

    @property
    def environment(self) -> Environment:
        """Where it runs."""
        return self._environment or current(os.environ)

    def problems(self) -> tuple[Problem, ...]:
        """What is wrong now, warnings too, sorted.

        Raises:
            ConfigError: as `declared`.
        """
        wanted, where = self.declared(), self.environment
        if self._secrets is None:
            return problems_here(wanted, where, Path())
        return problems(wanted, Sources({}, origin=_asking(self._secrets)), where)

    def check(self) -> tuple[Problem, ...]:
        """The warnings. It is looked once: what a process has checked its children need not.

        Raises:
            SecretsError: (a ValueError, exit code 78) `secrets-invalid`, with all problems.
            ConfigError: as `declared`.
        """
        if self._checked is None:
            self._checked = accepted(self.problems())
        return self._checked

    def start(self) -> None:
        """Mask what the process says, check, and look for changes. Once; also of several threads.

        Raises:
            SecretsError, ConfigError: as `check`; then nothing is started.
        """
        if self._ends is not None:
            return
        with ExitStack() as ends:
            ends.callback(process.install(self.masker))
            for warning in self.check():
                LOG.warning("%s", warning)
            if self._secrets is not None:
                ends.callback(self._secrets.close)
                self._secrets.watch()
            self._ends = ends.pop_all()

    def stop(self) -> None:
        """Undo `start`."""
        ends, self._ends, self._checked = self._ends, None, None
        if ends is not None:
            ends.close()

    def find(self, name: str) -> Secret | None:
        """The value of `name` as it is now, or None.

        Raises:
            StrongroomError: as the client's `find`.
        """
        if self._secrets is not None:
            return self._secrets.find(name)
        found = process_sources(self.environment).find(name)
        return None if found is None else Secret(found.value, name=name)

    def get(self, name: str) -> Secret:
        """The value of `name` as it is now.

        Raises:
            MissingSecretError: `secret-missing`.
            StrongroomError: as `find`.
        """
        found = self.find(name)
        if found is None:
            raise MissingSecretError(
                "secret-missing",
                f"{name} is required and not set (P-8.7)",
                fix=f"set {name}, or {name}_FILE to a file that holds it",
            )
        return found

    def versions(self, name: str) -> tuple[Secret, ...]:
        """All values of `name` that are to be accepted, the current one first."""
        if self._secrets is not None:
            return self._secrets.versions(name)
        found = self.find(name)
        return () if found is None else (found,)

    def on_rotate(self, name: str, callback: Callable[[Secret], Any]) -> None:
        """Call `callback` with each new value of `name`, as long as the process lives."""
        if self._secrets is not None:
            self._secrets.on_rotate(name, callback)

    def values(self) -> Declaration:
        """All values as they are now, by the class that declares them.

        Raises:
            TypeError: there is no such class.
        """
        if not isinstance(self._what, type):
            raise TypeError("the service was made without a class that declares its secrets")
        return self._what.of(self.find)


def _asking(secrets: Live) -> Callable[[str], Found | None]:
    """A client for live secrets as a place that a check looks into."""

    def find(name: str) -> Found | None:
        try:
            found = secrets.find(name)
        except StrongroomError as error:
            failed = error
        else:
            return None if found is None else Found(found.reveal(), "live", found.version)
        # To a check it is one problem among others, whatever it is.
        raise ConfigError(failed.code, failed.message, fix=failed.fix)

    return find


def said(error: ConfigError) -> str:
    """One message for people, with the next step."""
    return f"{error}\n{error.fix}" if error.fix else str(error)


def leave(error: ConfigError) -> NoReturn:
    """Say what is wrong on standard error, and end with its exit code."""
    sys.stderr.write(f"{said(error)}\n")
    raise SystemExit(error.exit)


def before_workers(service: Service) -> Callable[[Any], None]:
    """What gunicorn calls first, as `on_starting` in its file of settings.

    It is checked once, before there are workers: each of them would fail by itself, one after the
    other, again and again.
    """

    def on_starting(server: Any) -> None:  # noqa: ARG001 - gunicorn's signature
        try:
            service.check()
        except ConfigError as error:
            leave(error)

    return on_starting
