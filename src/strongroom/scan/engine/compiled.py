"""The compiled database in a file, so that a hook starts in milliseconds.

The file is loaded by code that trusts it blindly, so only one that nobody else could have
written is: its folder and itself belong to the user alone. A digest in it finds accidents.
Whatever is wrong with it, the database is compiled again; a folder that cannot be written
costs time and nothing else.
"""

import os
import stat
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Final

from strongroom.scan.engine import vectorscan
from strongroom.scan.engine.matcher import Pattern
from strongroom.scan.engine.vectorscan import Vectorscan

MAGIC: Final = b"strongroom patterns 1\n"
OCTETS_MAX: Final = 64 << 20
_DIGEST_OCTETS: Final = 32
HEAD_OCTETS: Final = len(MAGIC) + _DIGEST_OCTETS  # then comes the database


def matcher(folder: Path | None, key: str, patterns: Callable[[], Sequence[Pattern]]) -> Vectorscan:
    """The database of `patterns`, from the cache where `key` says the same patterns."""
    if folder is None:
        return Vectorscan.compiled(patterns())
    path = folder / name(key)
    serialized = _read(path)
    if serialized is not None:
        with suppress(vectorscan.Unusable):
            return Vectorscan.loaded(serialized)
    made = Vectorscan.compiled(patterns())
    with suppress(OSError):
        _write(path, made.serialized())
    return made


def name(key: str) -> str:
    """The name of the file in the cache for patterns that `key` names."""
    machine = os.uname().machine
    made_by = sha256(f"{key} {vectorscan.VERSION} {machine}".encode()).hexdigest()[:32]
    return f"patterns-{made_by}.bin"


def _read(path: Path) -> bytes | None:
    try:
        if not _ours(path.parent.stat(follow_symlinks=False)):
            return None
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    with open(handle, "rb") as file:  # noqa: PTH123 - a handle
        found = os.fstat(file.fileno())
        if not (_ours(found) and stat.S_ISREG(found.st_mode) and found.st_size <= OCTETS_MAX):
            return None
        try:
            whole = file.read()
        except OSError:
            return None
    digest, body = whole[len(MAGIC) :][:_DIGEST_OCTETS], whole[len(MAGIC) + _DIGEST_OCTETS :]
    good = whole.startswith(MAGIC) and sha256(body).digest() == digest
    return body if good else None


def _ours(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & 0o077


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _ours(path.parent.stat(follow_symlinks=False)):
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle
            file.write(MAGIC + sha256(body).digest() + body)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
