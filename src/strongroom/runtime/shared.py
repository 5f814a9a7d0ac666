"""The one `Secrets` of a process: what `get_secret` asks for what does not lie beside the process.

It is made when something is not there, and only where an origin is named; then it watches, since
rotation waits for what a process says that it uses.
"""

import atexit
import os
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from strongroom.runtime.environment import Environment
from strongroom.runtime.sources import Found

if TYPE_CHECKING:
    from strongroom.runtime.client import Secrets


class Shared:
    """`changed` is called with the name of a secret that has another value, or none any more."""

    def __init__(self, changed: Callable[[str], object]) -> None:
        self._changed = changed
        self._made: dict[str, Secrets | None] = {}
        self.after_fork()

    def after_fork(self) -> None:
        """In a child: a thread that is not there may have held the lock."""
        self._lock = Lock()

    def ask(self, environment: Environment) -> Callable[[str], Found | None]:
        """What asks the origin for a name, in `environment`.

        Raises (when it asks):
            StrongroomError: as `Secrets.find`.
        """

        def find(name: str) -> Found | None:
            secrets = self.secrets(environment)
            secret = None if secrets is None else secrets.from_origin(name)
            if secret is None:
                return None
            return Found(secret.reveal(), "the origin", secret.version)

        return find

    def secrets(self, environment: Environment) -> "Secrets | None":
        """The client for `environment`, or None when the process has no origin."""
        made = self._made
        if environment.name not in made:
            with self._lock:
                if environment.name not in made:
                    made[environment.name] = self._make(environment)
        return made[environment.name]

    def forget(self) -> None:
        """Close all; the next question reads `strongroom.toml` and the environment anew."""
        with self._lock:
            made, self._made = self._made, {}
        for secrets in made.values():
            if secrets is not None:
                secrets.close()

    def _make(self, environment: Environment) -> "Secrets | None":
        # Names are compared before anything is loaded: most processes have no origin.
        if (
            not os.environ.get("STRONGROOM_ORIGIN", "").strip()
            and not Path("strongroom.toml").exists()
        ):
            return None
        from strongroom.runtime import application  # noqa: PLC0415 - reads TOML
        from strongroom.runtime.client import Secrets  # noqa: PLC0415 - threads, asyncio

        found = application.load(os.environ, Path())
        if found.origin is None:
            return None
        secrets = Secrets(application=found, environment=environment, changed=self._changed)
        secrets.watch()
        # What it said that it uses is taken back at the end, or rotation would wait for the lease.
        atexit.unregister(self.forget)
        atexit.register(self.forget)
        return secrets
