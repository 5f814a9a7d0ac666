"""A small table of texts or numbers in `strongroom.toml`, such as `[application]`."""

from collections.abc import Collection
from contextlib import suppress
from math import inf
from pathlib import Path
from typing import Any, Final

from strongroom.runtime import files

FILE: Final = "strongroom.toml"


def texts(path: Path, name: str, keys: Collection[str]) -> dict[str, str] | None:
    """The table `name` of `path`, empty without it; None when it cannot be used as it is.

    Raises:
        ConfigError: as `files.read`.
    """
    table = _table(path, name)
    if table is None or not set(table) <= set(keys):
        return None
    return dict(table) if all(isinstance(v, str) for v in table.values()) else None


def numbers(path: Path, name: str) -> dict[str, float] | None:
    """The same for a table of numbers that are finite and not negative, with any keys.

    Raises:
        ConfigError: as `files.read`.
    """
    table = _table(path, name)
    if table is None:
        return None
    good = [type(v) in {int, float} and 0 <= v < inf for v in table.values()]
    return {key: float(v) for key, v in table.items()} if all(good) else None


def _table(path: Path, name: str) -> dict[str, Any] | None:
    if not path.exists():
        return {}
    import tomllib  # noqa: PLC0415 - most start without the file

    text, document = files.read(path).text, None
    # The parser's message may repeat what stands there, and as a context it would be kept.
    with suppress(tomllib.TOMLDecodeError):
        document = tomllib.loads(text)
    table: Any = None if document is None else document.get(name, {})
    return table if isinstance(table, dict) else None
