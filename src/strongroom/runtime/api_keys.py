"""Keys that an application gives to its clients, and who it is that presents one.

    keys = ApiKeys(secrets, pepper="API_KEY_PEPPER", records=records, brand="api", marker="live")
    client = keys.verify(request.headers["x-api-key"]).who

Kept are only records (docs/spec/api-key-record.md), from which no key can be had. A key is 256 random bits,
so a fast hash is right: there is nothing to guess that a slow one would make slower, and whoever sends
garbage would have us work for him.
"""

import hmac
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, Protocol

from strongroom.errors import ConfigError, UnauthenticatedError
from strongroom.generate import api_key
from strongroom.generate.strength import measure
from strongroom.runtime.secret import Secret

KEY_CHARS_MAX: Final = 256
PEPPER_BITS_MIN: Final = 256
WHO_CHARS_MAX: Final = 256
_ID: Final = b"strongroom api key id v1\0"
_DIGEST: Final = b"strongroom api key digest v1\0"
_ID_OCTETS: Final = 16
_NOTHING: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a key: hexadecimal `id` and `digest`, whose it is, what for, and until when.

    `expires_s` is seconds since 1970, None never.
    """

    id: str
    digest: str = field(repr=False)
    who: str
    scopes: tuple[str, ...] = ()
    expires_s: float | None = None


class Records(Protocol):
    """Where an application keeps its records: a table with an index on `id`, mostly."""

    def find(self, id_: str, /) -> Record | None:
        """The record of this id."""
        ...


class Holder(Protocol):
    """What is asked of `strongroom.Secrets`."""

    def versions(self, name: str, /) -> tuple[Secret, ...]:
        """All values that are still accepted, the current one first."""
        ...


class RecordSet:
    """Records out of one text, such as a secret: a JSON list of objects.

    Raises:
        ConfigError: `api-key-records-invalid`; nothing of the text is repeated.
    """

    def __init__(self, text: str) -> None:
        records: list[Record] | None = None
        with suppress(ValueError, TypeError, KeyError, AttributeError, RecursionError):
            document = json.loads(text)
            records = [_record(one) for one in document] if isinstance(document, list) else None
        if records is None or len({one.id for one in records}) != len(records):
            raise ConfigError(
                "api-key-records-invalid",
                "the records of API keys are no list as docs/spec/api-key-record.md has it",
            )
        self._by_id: Mapping[str, Record] = {one.id: one for one in records}

    def find(self, id_: str) -> Record | None:
        """As `Records`."""
        return self._by_id.get(id_)


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
        ConfigError: `api-key-pepper-weak`.
        UnauthenticatedError: `api-key-malformed`.
    """
    if not isinstance(api_key.check(key), api_key.Parts):
        raise UnauthenticatedError("api-key-malformed", "it is no API key")
    _strong_enough(pepper)
    id_, digest = _derived(pepper, key)
    return Record(id_, digest.hex(), who, tuple(scopes), expires_s)


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

    Raises:
        UnauthenticatedError: `api-key-malformed`, `api-key-environment`, `api-key-unknown`,
            `api-key-expired`. Nothing of the key is repeated.
        ConfigError: `api-key-pepper-weak`.
    """
    parts = None
    if isinstance(presented, str) and len(presented) <= KEY_CHARS_MAX and presented.isascii():
        parts = api_key.check(presented)
    if not isinstance(presented, str) or not isinstance(parts, api_key.Parts):
        raise UnauthenticatedError("api-key-malformed", "that is no API key, or it was cut")
    if parts.brand != brand:
        raise UnauthenticatedError("api-key-unknown", "nobody has this API key")
    if parts.marker != marker:
        raise UnauthenticatedError(
            "api-key-environment", "this API key is for another environment (P-8.5)"
        )
    found: Record | None = None
    for pepper in peppers:  # all of them: how long it takes says nothing of which one fits
        id_, digest = _derived(pepper, presented)
        kept = records.find(id_)
        expected = _NOTHING if kept is None else _octets(kept.digest)
        if hmac.compare_digest(digest, expected) and kept is not None:
            # The newest pepper's record: one that was made anew says what counts now.
            found = found or kept
    if found is None:
        raise UnauthenticatedError("api-key-unknown", "nobody has this API key")
    if found.expires_s is not None and now >= found.expires_s:
        raise UnauthenticatedError("api-key-expired", "this API key's time is over")
    return found


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
        self._strong: tuple[Secret, ...] = ()

    def verify(self, presented: object) -> Record:
        """Whose key it is.

        Raises:
            StrongroomError: as `verify_api_key`, or the pepper cannot be had.
        """
        try:
            found = verify_api_key(
                presented, peppers=self._peppers(), records=self._records,
                brand=self._brand, marker=self._marker, now=self._clock(),
            )  # fmt: skip
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
        for one in found:
            if all(one is not known for known in self._strong):
                _strong_enough(one)
        self._strong = found
        return found


def _derived(pepper: Secret, key: str) -> tuple[str, bytes]:
    """(id, digest) of `key`; whoever has the records and not the pepper can check no key."""
    word, text = pepper.reveal().encode("utf-8"), key.encode("ascii")
    id_ = hmac.digest(word, _ID + text, "sha256")[:_ID_OCTETS]
    return id_.hex(), hmac.digest(word, _DIGEST + text, "sha256")


def _strong_enough(pepper: Secret) -> None:
    if (measure(pepper.reveal()).bits or 0) < PEPPER_BITS_MIN:
        raise ConfigError(
            "api-key-pepper-weak",
            f"{pepper} has less than {PEPPER_BITS_MIN} bits (P-4.1)",
            fix="generate one: strongroom generate jwt",
        )


def _octets(text: str) -> bytes:
    with suppress(ValueError):
        return bytes.fromhex(text)
    return _NOTHING


def _record(one: Mapping[str, Any]) -> Record:
    scopes, expires = one.get("scopes", []), one.get("expires_s")
    if (
        not set(one) <= {"id", "digest", "who", "scopes", "expires_s"}
        or len(bytes.fromhex(one["id"])) != _ID_OCTETS
        or len(bytes.fromhex(one["digest"])) != len(_NOTHING)
        or not 0 < len(one["who"]) <= WHO_CHARS_MAX
        or not all(isinstance(text, str) for text in (one["id"], one["who"], *scopes))
        or isinstance(expires, bool)
        or not isinstance(expires, int | float | None)
    ):
        raise ValueError
    return Record(one["id"].lower(), one["digest"], one["who"], tuple(scopes), expires)
