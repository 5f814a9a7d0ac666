"""An application's names for secrets: `DATABASE_PASSWORD` is `database/password`, or a field.

The secret `database` with the fields `username` and `password` gives `DATABASE_USERNAME` and
`DATABASE_PASSWORD`; one with the single field `value` gives `DATABASE`. A value that has other
fields beside `value` gives both.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from strongroom.errors import ConflictError

SINGLE: Final = "value"
_OTHER: Final = re.compile(r"[^A-Z0-9_]")


def name_of(path: str, field: str = SINGLE) -> str:
    """The name of a field of the secret at `path`, which is below the application's folder."""
    whole = path if field == SINGLE else f"{path}_{field}"
    return _OTHER.sub("_", whole.upper())


def candidates(name: str, paths: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Where `name` may be: the path itself with None, or a path and the beginning of a field.

    The field's part is in capitals with `_`, as in `name_of`; the longest path comes first.
    """
    for path in sorted(paths, key=lambda p: (-len(p), p)):
        stem = name_of(path)
        if stem == name:
            yield path, None
        elif name.startswith(f"{stem}_"):
            yield path, name[len(stem) + 1 :]


def together(found: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Places by their names.

    Raises:
        ConflictError: `name-collision`: two places have one name.
    """
    places: dict[str, str] = {}
    for name, place in found:
        other = places.setdefault(name, place)
        if other != place:
            raise ConflictError(
                "name-collision",
                f"{other} and {place} have the same name for the application, {name}",
                fix="move one of them: strongroom secret move",
            )
    return places
