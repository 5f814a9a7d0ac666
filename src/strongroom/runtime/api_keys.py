"""Keys that an application gives to its clients, and who it is that presents one.

    keys = ApiKeys(secrets, pepper="API_KEY_PEPPER", records=records, brand="api", marker="live")
    client = keys.verify(request.headers["x-api-key"]).who

Kept are only records (docs/spec/api-key-record.md), from which no key can be had. A key is 256 random bits,
so a fast hash is right: there is nothing to guess that a slow one would make slower, and whoever sends
garbage would have us work for him.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, Final, Protocol

from strongroom.errors import ConfigError, UnauthenticatedError
from strongroom.generate import api_key
from strongroom.generate.strength import measure
from strongroom.keysets.api_key_records import Record, Records, derived, holder_of, well_formed
from strongroom.runtime.listeners import LOG, identical
from strongroom.runtime.secret import Secret

PEPPER_BITS_MIN: Final = 256


class Holder(Protocol):
    """What is asked of `strongroom.Secrets`."""

    def versions(self, name: str, /) -> tuple[Secret, ...]:
        """All values that are still accepted, the current one first."""
        ...


def record(
    key: str,
    pepper: Secret,
    who: str,
    *,
    scopes: Iterable[str] = (),
    expires_s: float | None = None,
) -> Record:
    """What to keep of `key`, which is then shown to its client once.

    Raises:
        ConfigError: `api-key-pepper-weak`, `api-key-record-invalid`.
        UnauthenticatedError: `api-key-malformed`.
    """
    if not isinstance(api_key.check(key), api_key.Parts):
        raise UnauthenticatedError("api-key-malformed", "it is no API key")
    _usable((pepper,))
    id_, digest = derived(_octets(pepper), key)
    # Of a text each letter would become a scope.
    words: Any = scopes if isinstance(scopes, str) else tuple(scopes)
    return Record(id_, digest, who, words, expires_s)


def verify_api_key(
    presented: object,
    *,
    peppers: Iterable[Secret],
    records: Records,
    brand: str,
    marker: str,
    now: float,
) -> Record:
    """Whose key it is. `marker` is this environment's, such as `live`; `now` is seconds since 1970.

    `peppers` are the current one, which must be strong, and older ones; of those a weak one finds
    nothing. They are measured at each call, which takes half a millisecond each; `ApiKeys` does it once.

    Raises:
        UnauthenticatedError: `api-key-malformed`, `api-key-environment`, `api-key-unknown`,
            `api-key-expired`. Nothing of the key is repeated.
        ConfigError: `api-key-pepper-weak`.
    """
    key = well_formed(presented, brand, marker)
    return holder_of(key, map(_octets, _usable(tuple(peppers))[0]), records, now)


class ApiKeys:
    """Threads share it. `pepper` names a secret of 256 bits that is not kept beside the records.

    When it rotates, keys are found by its version in grace; their records are to be made anew when
    they are presented, or the clients get new keys. `clock` gives seconds since 1970.
    """

    def __init__(
        self,
        secrets: Holder,
        *,
        pepper: str,
        records: Records,
        brand: str,
        marker: str,
        clock: Callable[[], float] = time.time,  # noqa: TID251 - it is given to be called
    ) -> None:
        self._secrets = secrets
        self._pepper = pepper
        self._records = records
        self._brand = brand
        self._marker = marker
        self._clock = clock
        self._lock = Lock()
        self._counts: Counter[str] = Counter()
        self._read: tuple[tuple[Secret, ...], tuple[Secret, ...]] = ((), ())

    def verify(self, presented: object) -> Record:
        """Whose key it is.

        Raises:
            StrongroomError: as `verify_api_key`, or the pepper cannot be had.
        """
        try:
            key = well_formed(presented, self._brand, self._marker)
            found = holder_of(key, map(_octets, self._peppers()), self._records, self._clock())
        except UnauthenticatedError as error:
            self._count(f"refused:{error.code}")
            raise
        self._count(f"client:{found.who}")
        return found

    def counts(self) -> dict[str, int]:
        """How often since the last call: `client:NAME`, and `refused:CODE`; never by what was presented."""
        with self._lock:
            counts, self._counts = dict(self._counts), Counter()
        return counts

    def _count(self, what: str) -> None:
        with self._lock:
            self._counts[what] += 1

    def _peppers(self) -> tuple[Secret, ...]:
        found = self._secrets.versions(self._pepper)
        if not found:
            raise ConfigError("api-key-pepper-missing", f"{self._pepper} is not set")
        known, usable = self._read
        if not identical(known, found):
            usable, flaws = _usable(found)
            for flaw in flaws:
                LOG.error("a pepper of API keys is not accepted: %s (%s)", flaw, flaw.code)
            self._read = found, usable
        return usable


def _usable(peppers: tuple[Secret, ...]) -> tuple[tuple[Secret, ...], list[ConfigError]]:
    """Those of `peppers` that count, and why older ones do not: they stop nobody (P-4.1)."""
    flaws = [_flaw(one) for one in peppers]
    if flaws and flaws[0] is not None:
        raise flaws[0]
    usable = tuple(one for one, flaw in zip(peppers, flaws, strict=True) if flaw is None)
    return usable, [flaw for flaw in flaws if flaw is not None]


def _flaw(pepper: Secret) -> ConfigError | None:
    if (measure(pepper.reveal()).bits or 0) < PEPPER_BITS_MIN:
        return ConfigError(
            "api-key-pepper-weak",
            f"{pepper} has less than {PEPPER_BITS_MIN} bits (P-4.1)",
            fix="generate one: strongroom generate jwt",
        )
    try:
        pepper.reveal_bytes()
    except ConfigError as error:
        return error.with_traceback(None)
    return None


def _octets(pepper: Secret) -> bytes:
    return pepper.reveal_bytes()
