"""A small disk of its own for a test: a tmpfs where one can be mounted."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
DETACH = 2


@contextmanager
def small_disk(folder: Path, size_bytes: int) -> Iterator[Path]:
    """A file system of `size_bytes` at `folder`; needs the right to mount, as CI has it."""
    folder.mkdir()
    options = f"size={size_bytes},mode=0700".encode()
    if _libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, options):
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    try:
        yield folder
    finally:
        _libc.umount2(os.fsencode(folder), DETACH)


def may_mount(folder: Path) -> bool:
    try:
        with small_disk(folder, 1 << 20):
            return True
    except OSError:
        return False


def fill(folder: Path) -> Path:
    """Write a file until nothing more goes onto the disk."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as stream:
        for size in (1 << 20, 1 << 16, 4_096, 1):
            try:
                while stream.write(b"\x00" * size):
                    pass
            except OSError:
                continue
    return ballast
