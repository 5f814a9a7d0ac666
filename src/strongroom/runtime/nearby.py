"""The secrets that lie beside a process, remembered: the environment, files, `.env` in development.

A change of the environment is seen at once; files are looked at again after `FILE_SECONDS`, or when
`changed` is asked.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import Final

from strongroom.runtime import local_env
from strongroom.runtime.environment import Environment
from strongroom.runtime.secret import Secret
from strongroom.runtime.sources import FILE_SUFFIX, RAW, Sources, checked, of_process

FILE_SECONDS: Final = 10.0
_raw: Final[Callable[[bytes], bytes | None]] = ({} if RAW is None else RAW).get

# By name: the variables `NAME` and `NAME_FILE` with the very objects behind them, the secret that
# was found, until when that counts, and what the files looked like.
_Memo = tuple[bytes, bytes | None, bytes, bytes | None, Secret | None, float, tuple[object, ...]]


class Nearby:
    """What lies beside this process. Threads may share it: each memo is replaced whole."""

    def __init__(self, environment: Environment, folder: Path) -> None:
        self._development = environment.development
        self._folder = folder
        self._memos: dict[str, _Memo] = {}
        self._dotenv: tuple[Mapping[str, str], float] = ({}, 0.0)

    def find(self, name: str) -> Secret | None:
        """The value of `name` from the environment or a file.

        Raises:
            ConfigError: as `Sources.find`.
        """
        memo = self._memos.get(name)
        if memo is not None:
            key, raw, file_key, raw_file, secret, until, _ = memo
            if _raw(key) is raw and _raw(file_key) is raw_file and monotonic() < until:
                return secret
        return self._look(name, None if memo is None else memo[4])

    def peek(self, name: str) -> Secret | None:
        """What was found last; nothing is looked at."""
        memo = self._memos.get(name)
        return None if memo is None else memo[4]

    def dotenv(self, name: str) -> Secret | None:
        """The value of `name` from `.env`, in development.

        Raises:
            ConfigError: as `local_env.load`.
        """
        if not self._development:
            return None
        values, until = self._dotenv
        if monotonic() >= until:
            values = local_env.load(self._folder)[0]
            self._dotenv = (values, monotonic() + FILE_SECONDS)
        text = values.get(name)
        return Secret(text, name=name) if text else None

    def changed(self) -> tuple[str, ...]:
        """Forget what files have changed since, and say which names that concerns."""
        found = []
        for name, memo in list(self._memos.items()):
            sources = of_process(os.environ)
            if memo[6] != _looks(sources, name):
                self._memos[name] = (*memo[:5], 0.0, ())
                found.append(name)
        return tuple(found)

    def forget(self) -> None:
        """Look at everything anew."""
        self._memos.clear()
        self._dotenv = ({}, 0.0)

    def _look(self, name: str, before: Secret | None) -> Secret | None:
        sources = of_process(os.environ)
        checked(name)  # it becomes part of a path
        looks = _looks(sources, name)  # before they are read: a change meanwhile shows next time
        found = sources.near(name)
        secret = None
        if found is not None:
            secret = Secret(found.value, name=name)
            if before is not None and before == secret:
                secret = before
        if RAW is not None:
            key, file_key = os.fsencode(name), os.fsencode(name + FILE_SUFFIX)
            until = monotonic() + FILE_SECONDS
            self._memos[name] = (key, _raw(key), file_key, _raw(file_key), secret, until, looks)
        return secret


def _looks(sources: Sources, name: str) -> tuple[object, ...]:
    """What the files that may hold `name` look like from outside."""
    found: list[object] = []
    for path in sources.paths(name):
        try:
            status = path.stat()
        except (OSError, ValueError):
            found.append(None)
        else:
            found.append((status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns))
    return tuple(found)
