"""What of a repository is in packs that we can read, and what is left to git."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from strongroom.scan.sources.packs.families import Families, families
from strongroom.scan.sources.packs.index import OBJECTS_MAX, UnusualError, names, read

_TRIES: Final = 3
_FOLDER: Final = 2  # letters of an id that name the folder of a loose object
_HEX: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Stored:
    """Everything that a repository stores: families in packs, and raw ids that git is asked for."""

    packs: list[Families] = field(repr=False)
    others: list[bytes] = field(repr=False)


def stored(objects: Path, width: int) -> Stored | None:
    """What is in the folder `objects`; None where any of it is unusual, so that git must say."""
    with suppress(OSError, UnusualError):
        if (objects / "info" / "alternates").exists():
            return None
        for _ in range(_TRIES):
            packs = _packs(objects)
            loose = _loose(objects, width)
            if packs == _packs(objects):  # else somebody packed meanwhile
                return _stored(packs, loose, width)
    return None


def packed(objects: Path, width: int) -> Iterator[bytes]:
    """The raw ids of all objects that are in packs; not of those where there are too many to know."""
    with suppress(OSError, UnusualError):
        for path in _packs(objects):
            if path.with_suffix(".pack").is_file():
                yield from names(path, width)


def _packs(objects: Path) -> list[Path]:
    """The indexes, the smallest first.

    Raises:
        UnusualError: a pack has none: an index of several may have what is in it.
    """
    folder = objects / "pack"
    if not folder.is_dir():
        return []
    there = set(os.listdir(folder))  # noqa: PTH208 - it says when a folder may not be read
    found = [name for name in there if name.endswith(".idx")]
    packs = [name for name in there if name.endswith(".pack")]
    if not {name.removesuffix(".pack") + ".idx" for name in packs} <= there:
        raise UnusualError("a pack has no index")
    paths = [folder / name for name in found]
    return sorted(paths, key=lambda path: (path.stat().st_size, path.name))


def _loose(objects: Path, width: int) -> list[bytes]:
    found: list[str] = []
    for folder in os.scandir(objects):
        if len(folder.name) == _FOLDER and _HEX.issuperset(folder.name):
            names = [entry.name for entry in os.scandir(folder)]
            found += [folder.name + name for name in names if _HEX.issuperset(name)]
    return [bytes.fromhex(one) for one in found if len(one) == 2 * width]


def _stored(packs: list[Path], loose: list[bytes], width: int) -> Stored:
    elsewhere = set(loose)
    found: list[Families] = []
    others = list(loose)
    for i, path in enumerate(packs):
        index = read(path, width)
        if len(index.begins) + len(elsewhere) > OBJECTS_MAX:
            raise UnusualError("too many objects")
        one = families(path.with_suffix(".pack"), index, elsewhere)
        found.append(one)
        others += one.left
        if i < len(packs) - 1:
            elsewhere.update(index.ids(range(len(index.begins))))
    return Stored(found, others)
