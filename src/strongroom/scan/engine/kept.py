"""Files of the cache, which are believed: so only those that nobody else could have written.

The folder and the file belong to the user alone, and a digest finds accidents. Whatever is wrong
with a file, what is in it is made again; a folder that cannot be written costs time and nothing else.
"""

import os
import shlex
import stat
from hashlib import sha256
from pathlib import Path
from typing import Final

OCTETS_MAX: Final = 64 << 20
DIGEST_OCTETS: Final = 32
FILES_MAX: Final = 8  # of one kind: each edit of a project's rules makes another


def read(path: Path, magic: bytes) -> bytes | None:
    """What is behind `magic` and the digest; None where there is no such file, or it is not trusted."""
    try:
        if not _ours(path.parent.stat(follow_symlinks=False)):
            return None
        with open(path, "rb", opener=_opener) as file:
            found = os.fstat(file.fileno())
            if not (_ours(found) and stat.S_ISREG(found.st_mode) and found.st_size <= OCTETS_MAX):
                return None
            whole = file.read()
    except OSError:
        return None
    digest, body = whole[len(magic) :][:DIGEST_OCTETS], whole[len(magic) + DIGEST_OCTETS :]
    good = whole.startswith(magic) and sha256(body).digest() == digest
    return body if good else None


def write(path: Path, magic: bytes, body: bytes) -> None:
    """Put it there as a whole; of its kind (`KIND-….bin`) the last `FILES_MAX` stay.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not _ours(path.parent.stat(follow_symlinks=False)):
        return
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123 - a handle
            file.write(magic + sha256(body).digest() + body)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    kind = path.name.partition("-")[0]
    made = sorted((each.stat().st_mtime_ns, each) for each in path.parent.glob(f"{kind}-*.bin"))
    for _, old in made[:-FILES_MAX]:
        old.unlink(missing_ok=True)


def distrusted(folder: Path) -> str:
    """Why nothing in the cache's folder is believed, and what mends it; empty where it may be."""
    try:
        found = folder.stat(follow_symlinks=False)
    except OSError:
        return ""
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        return "it is no folder of yours; mend it: take it away, or set XDG_CACHE_HOME"
    if not _ours(found):
        return f"others may read it or write to it; mend it: chmod 700 {shlex.quote(str(folder))}"
    return ""


def _ours(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & 0o077


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
