"""A small table of texts in `strongroom.toml`, such as `[application]`."""

import tomllib
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from strongroom.runtime import files


def texts(path: Path, name: str, keys: Collection[str]) -> dict[str, str] | None:
    """The table `name` of `path`, empty without it; None when it cannot be used as it is.

    Raises:
        ConfigError: as `files.read`.
    """
    if not path.exists():
        return {}
    text, document = files.read(path).text, None
    # The parser's message may repeat what stands there, and as a context it would be kept.
    with suppress(tomllib.TOMLDecodeError):
        document = tomllib.loads(text)
    table: Any = None if document is None else document.get(name, {})
    if not isinstance(table, dict) or not set(table) <= set(keys):
        return None
    return dict(table) if all(isinstance(v, str) for v in table.values()) else None
