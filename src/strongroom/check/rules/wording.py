"""Small words that several rules use."""

import re
from typing import Final

from strongroom.check.facts import EnvFile
from strongroom.naming.classify import is_secret
from strongroom.source.values import Value

TYPED: Final = frozenset({Value.LITERAL, Value.GENERATED})
_SAFE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")


def plural(count: int, noun: str) -> str:
    """`1 file`, `2 files`, `2 entries`, `2 days`."""
    many = re.sub(r"(?<![aeiou])y\Z", "ie", noun) + "s"
    return f"{count} {noun if count == 1 else many}"


def holds_secret(file: EnvFile) -> bool:
    """Whether a value under the name of a secret was typed or generated into this file."""
    return any(is_secret(e.name) and e.value in TYPED for e in file.entries)


def variable(name: str) -> str:
    """The name that an environment variable for this secret would have."""
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper() or "SECRET"


def listed(names: list[str], most: int = 8) -> str:
    """Names in one line, a long list cut with its count."""
    shown = ", ".join(n if _SAFE.fullmatch(n) else repr(n) for n in names[:most])
    rest = len(names) - most
    return f"{shown} and {rest} more" if rest > 0 else shown
