"""`get_secret`: one value by its name, as the policy's example has it, and stricter (C-9).

Empty is missing. A default counts in development only: elsewhere it is a hardcoded secret. What
was read once is not read again as long as the environment holds the same: a call then takes less
than looking into `os.environ`. Files are looked at again after `FILE_SECONDS`.
"""

import os
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Final, Literal, overload

from strongroom.runtime import local_env
from strongroom.runtime.environment import VARIABLES, Environment, current
from strongroom.runtime.masking.known import MASKER
from strongroom.runtime.problems import MissingSecretError, missing
from strongroom.runtime.shared import Shared
from strongroom.runtime.sources import RAW, Sources, checked, of_process

FILE_SECONDS: Final = 10.0

_raw: Final[Callable[[bytes], bytes | None]] = ({} if RAW is None else RAW).get
# By name: the name as bytes, the very object behind it in the environment, the value, and until
# when by the monotonic clock, if it was not in the environment.
_hits: dict[str, tuple[bytes, bytes | None, str, float | None]] = {}
_shared: Final = Shared(lambda name: _hits.pop(name, None))
os.register_at_fork(after_in_child=_shared.after_fork)


@overload
def get_secret(key: str, default: str, required: bool = False) -> str: ...
@overload
def get_secret(key: str, default: None, required: Literal[True]) -> str: ...
@overload
def get_secret(key: str, *, required: Literal[True]) -> str: ...
@overload
def get_secret(key: str, default: str | None = None, required: bool = False) -> str | None: ...
def get_secret(key: str, default: str | None = None, required: bool = False) -> str | None:
    """The value of `key`: environment, file of secrets, origin or, in development, `.env`.

    From then on the value is masked in all that the process logs, if masking is installed.

    Raises:
        MissingSecretError: (a ValueError) `secret-missing`: it is required and nowhere, or there
            is only a default and this is not development.
        StrongroomError: the origin of the application's secrets refused or failed.
        ConfigError: a file that holds it cannot be used; nothing of it is repeated.
        InvalidError: `secret-name-invalid`.
    """
    hit = _hits.get(key)
    if hit is not None:
        raw_name, raw, value, until = hit
        if _raw(raw_name) is raw and (until is None or monotonic() < until):
            return value
    return _read(key, default, required)


def forget() -> None:
    """Read everything anew from now on."""
    _shared.forget()
    _hits.clear()


def process_sources(environment: Environment) -> Sources:
    """Where this process finds its secrets, its origin included, if it has one.

    Raises:
        ConfigError: a `.env` that cannot be used, in development.
    """
    values = local_env.load(Path())[0] if environment.development else {}
    return of_process(os.environ, dotenv=values, origin=_shared.ask(environment))


def _read(key: str, default: str | None, required: bool) -> str | None:
    checked(key)
    environment = current(os.environ)
    found = process_sources(environment).find(key)
    if found is not None:
        MASKER.add(key, found.value, version=found.version)
        _keep(key, found.value)
        return found.value
    if default and environment.development and not required:
        return default
    if required or default:
        raise _missing(key, environment, only_default=bool(default) and not required)
    return None


def _keep(key: str, value: str) -> None:
    if RAW is None:
        return
    raw_name = os.fsencode(key)
    raw = RAW.get(raw_name)
    # From the environment it counts as long as it stands there; from a file for some seconds.
    until = None if raw else monotonic() + FILE_SECONDS
    _hits[key] = (raw_name, raw, value, until)


def _missing(key: str, environment: Environment, *, only_default: bool) -> MissingSecretError:
    if only_default:
        message = f"{key} is not set, and a default counts in development only"
        return MissingSecretError(
            "secret-missing",
            f"{message}{environment.why} (P-9.1, P-8.11)",
            fix=f"set {key}, or {VARIABLES[0]}=development on a developer's machine",
        )
    return missing(key, f"set {key}, or {key}_FILE to a file that holds it")
