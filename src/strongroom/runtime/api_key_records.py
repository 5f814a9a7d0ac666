"""What is kept of an API key: docs/spec/api-key-record.md. No key can be had from it."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from strongroom.errors import ConfigError
from strongroom.runtime import strict_json

WHO_CHARS_MAX: Final = 256
EXPIRES_S_MAX: Final = 2**53
_MEMBERS: Final = frozenset({"id", "digest", "who", "scopes", "expires_s"})
_ID: Final = re.compile(r"[0-9a-f]{32}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_FIX: Final = "make it by strongroom.runtime.api_keys.record"


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
        self._by_id = {one.id: one for one in records}
        if len(self._by_id) != len(records):
            raise ConfigError(
                "api-key-records-invalid", "two records of API keys have one `id`", fix=_FIX
            )

    def find(self, id_: str) -> Record | None:
        """As `Records`."""
        return self._by_id.get(id_)


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
