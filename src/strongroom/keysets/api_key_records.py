"""What is kept of an API key: docs/spec/api-key-record.md. No key can be had from it."""

import hmac
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from strongroom.errors import ConfigError, UnauthenticatedError
from strongroom.generate import api_key
from strongroom.keysets import strict_json

WHO_CHARS_MAX: Final = 256
EXPIRES_S_MAX: Final = 2**53
_MEMBERS: Final = frozenset({"id", "digest", "who", "scopes", "expires_s"})
_ID: Final = re.compile(r"[0-9a-f]{32}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_FIX: Final = "make it by strongroom.runtime.api_keys.record"
_ID_LABEL: Final = b"strongroom api key id v1\0"
_DIGEST_LABEL: Final = b"strongroom api key digest v1\0"
_ID_OCTETS: Final = 16
_NOTHING: Final = "0" * 64
KEY_CHARS_MAX: Final = 256


def derived(pepper: bytes, key: str) -> tuple[str, str]:
    """(id, digest) of `key`; whoever has the records and not the pepper can check no key."""
    text = key.encode("ascii")
    id_ = hmac.digest(pepper, _ID_LABEL + text, "sha256")[:_ID_OCTETS]
    return id_.hex(), hmac.digest(pepper, _DIGEST_LABEL + text, "sha256").hex()


@dataclass(frozen=True, slots=True)
class Record:
    """Hexadecimal `id` and `digest`, whose key it is, what for, and until when.

    `expires_s` is seconds since 1970, None never.

    Raises:
        ConfigError: `api-key-record-invalid`: it is not as the specification has it.
    """

    id: str
    digest: str = field(repr=False)
    who: str
    scopes: tuple[str, ...] = ()
    expires_s: float | None = None

    def __post_init__(self) -> None:
        scopes: object = self.scopes
        if isinstance(scopes, list):  # as JSON and tables have it
            object.__setattr__(self, "scopes", tuple(scopes))
        flaw = self._flaw()
        if flaw is not None:
            raise ConfigError(
                "api-key-record-invalid", f"a record of an API key cannot be: {flaw}", fix=_FIX
            )

    def _flaw(self) -> str | None:
        scopes: object = (
            self.scopes
        )  # rows of a table come in here, whatever their types are said to be
        if not _matches(_ID, self.id) or not _matches(_DIGEST, self.digest):
            return "`id` and `digest` are 32 and 64 hexadecimal digits in small letters"
        if not _text(self.who) or not 0 < len(self.who) <= WHO_CHARS_MAX:
            return f"`who` is a text of 1 to {WHO_CHARS_MAX} characters"
        if not isinstance(scopes, tuple) or not all(_text(scope) for scope in scopes):
            return "`scopes` is a list of texts"
        if self.expires_s is not None and not _time(self.expires_s):
            return "`expires_s` is seconds since 1970 up to 2^53, or nothing"
        return None


class Records(Protocol):
    """Where an application keeps its records: a table with an index on `id`, mostly."""

    def find(self, id_: str, /) -> Record | None:
        """The record of this id."""
        ...


class RecordSet:
    """Records out of one text, such as a secret: a JSON list of objects.

    Raises:
        ConfigError: `api-key-records-invalid`, `api-key-record-invalid`; nothing of the text is repeated.
    """

    def __init__(self, text: str) -> None:
        document: Any = None
        with suppress(ValueError, TypeError, RecursionError):
            document = strict_json.loads(text)
        if not isinstance(document, list) or not all(_members(one) for one in document):
            raise ConfigError(
                "api-key-records-invalid",
                "the records of API keys are no list as docs/spec/api-key-record.md has it",
                fix="a list of objects with `id`, `digest`, `who`, `scopes` and `expires_s`, each once",
            )
        records = [Record(**one) for one in document]
        self.records = tuple(records)
        self._by_id = {one.id: one for one in records}
        if len(self._by_id) != len(records):
            raise ConfigError(
                "api-key-records-invalid", "two records of API keys have one `id`", fix=_FIX
            )

    def find(self, id_: str) -> Record | None:
        """As `Records`."""
        return self._by_id.get(id_)


def written(records: Iterable[Record]) -> str:
    """A record set as text; nothing that is absent is written."""
    return json.dumps([_document(one) for one in records], ensure_ascii=False, indent=1)


def _document(one: Record) -> dict[str, object]:
    found: dict[str, object] = {"id": one.id, "digest": one.digest, "who": one.who}
    if one.scopes:
        found["scopes"] = list(one.scopes)
    if one.expires_s is not None:
        found["expires_s"] = one.expires_s
    return found


def well_formed(presented: object, brand: str, marker: str) -> str:
    """It, if it may be a key of this application and environment; nobody is asked.

    Raises:
        UnauthenticatedError: `api-key-malformed`, `api-key-environment`, `api-key-unknown`.
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
    return presented


def holder_of(key: str, peppers: Iterable[bytes], records: Records, now: float) -> Record:
    """Whose key it is, by any of `peppers`, the current one first. `now` is seconds since 1970.

    Raises:
        UnauthenticatedError: `api-key-unknown`, `api-key-expired`.
    """
    found: Record | None = None
    for pepper in peppers:  # all of them: how long it takes says nothing of which one fits
        id_, digest = derived(pepper, key)
        kept = records.find(id_)
        expected = _NOTHING if kept is None else kept.digest
        if hmac.compare_digest(digest, expected) and kept is not None:
            # The newest pepper's record: one that was made anew says what counts now.
            found = found or kept
    if found is None:
        raise UnauthenticatedError("api-key-unknown", "nobody has this API key")
    if found.expires_s is not None and now >= found.expires_s:
        raise UnauthenticatedError("api-key-expired", "this API key's time is over")
    return found


def _members(one: object) -> bool:
    return isinstance(one, dict) and {"id", "digest", "who"} <= set(one) <= _MEMBERS


def _matches(form: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _text(value: object) -> bool:
    if not isinstance(value, str):
        return False
    with suppress(UnicodeEncodeError):
        value.encode("utf-8")
        return True
    return False


def _time(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and 0 <= value <= EXPIRES_S_MAX  # not a number is neither
    )
