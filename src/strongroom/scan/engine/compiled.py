"""The compiled database in a file of the cache, so that a hook starts in milliseconds."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from strongroom.scan.engine import kept, vectorscan
from strongroom.scan.engine.matcher import Pattern
from strongroom.scan.engine.vectorscan import Vectorscan

MAGIC: Final = b"strongroom patterns 1\n"
HEAD_OCTETS: Final = len(MAGIC) + kept.DIGEST_OCTETS  # then comes the database


def matcher(folder: Path | None, key: str, patterns: Callable[[], Sequence[Pattern]]) -> Vectorscan:
    """The database of `patterns`, from the cache where `key` says the same patterns."""
    if folder is None:
        return Vectorscan.compiled(patterns())
    path = folder / name(key)
    serialized = kept.read(path, MAGIC)
    if serialized is not None:
        with suppress(vectorscan.Unusable):
            return Vectorscan.loaded(serialized)
    made = Vectorscan.compiled(patterns())
    with suppress(OSError):
        kept.write(path, MAGIC, made.serialized())
    return made


def name(key: str) -> str:
    """The name of the file in the cache for patterns that `key` names."""
    machine = os.uname().machine
    made_by = sha256(f"{key} {vectorscan.VERSION} {machine}".encode()).hexdigest()[:32]
    return f"patterns-{made_by}.bin"
