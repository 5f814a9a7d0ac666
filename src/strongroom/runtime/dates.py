"""What the dates of a value say: expired, or not rotated in time. How bad that is can be said.

[validate]                 # in strongroom.toml
expired = "warning"        # "error" by default, in development "warning"
overdue = "ignore"         # "warning" by default: a calendar takes no production down
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from strongroom.errors import ConfigError
from strongroom.runtime import tables
from strongroom.runtime.declaration import FILE
from strongroom.runtime.environment import Environment
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.problems import Level, Problem

TABLE: Final = "validate"
_KEYS: Final = ("expired", "overdue")
_WORDS: Final = {"error": Level.ERROR, "warning": Level.WARNING, "ignore": None}


@dataclass(frozen=True, slots=True)
class Levels:
    """How bad it is; None is not at all."""

    expired: Level | None = Level.ERROR
    overdue: Level | None = Level.WARNING


def levels(environment: Environment, folder: Path) -> Levels:
    """What `folder`/strongroom.toml says, or what is usual.

    Raises:
        ConfigError: `validate-invalid`, or as `files.read`.
    """
    said = tables.texts(folder / FILE, TABLE, _KEYS)
    if said is None or not set(said.values()) <= set(_WORDS):
        raise ConfigError(
            "validate-invalid",
            f"in [{TABLE}] stand {' and '.join(_KEYS)}, each one of {', '.join(_WORDS)}",
            fix=f"correct {FILE}, which must be TOML, or its [{TABLE}]",
        )
    usual = "warning" if environment.development else "error"
    return Levels(_WORDS[said.get("expired", usual)], _WORDS[said.get("overdue", "warning")])


def problems(name: str, delivery: Delivery, told: Levels, now_us: int) -> Iterator[Problem]:
    """What is wrong with the dates at `now_us`, microseconds since 1970 UTC; the worse of it."""
    expires, due = delivery.expires_us, delivery.due_us
    if expires is not None and now_us >= expires:
        if told.expired is not None:
            yield Problem(name, "expired", f"expired on {_day(expires)}", "P-1.8", told.expired)
    elif due is not None and now_us >= due and told.overdue is not None:
        message = f"was to be rotated by {_day(due)}"
        yield Problem(name, "overdue", message, "P-1.9", told.overdue)


def _day(us: int) -> str:
    return datetime.fromtimestamp(us / 1_000_000, UTC).strftime("%Y-%m-%d")
