"""A file that appears under its name whole, synced and private, or not at all.

It has no name while it is written, so that nothing is left of it however the process ends.
Where the file system cannot do that, it has a temporary one.
"""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

from strongroom.errors import ConflictError, MachineError

_PRIVATE: Final = 0o600
_PLAIN: Final = os.O_RDWR | os.O_CLOEXEC


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Write a new file, mode 0600; it is at `path` and on the disk when the body has ended.

    Raises:
        ConflictError: `file-exists`; nothing is overwritten, and no link is followed.
        MachineError: `file-unwritable`; nothing is left of it.
    """
    try:
        if _is_there(path):
            raise _exists(path)
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from None
    try:
        yield from _written(path, folder)
    except OSError as error:
        raise _unwritable(path, error) from None
    finally:
        os.close(folder)


def _written(path: Path, folder: int) -> Iterator[BinaryIO]:
    descriptor, name = _open(path, folder)
    try:
        with os.fdopen(descriptor, "r+b") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
            _name(stream.fileno(), name, path, folder)
    finally:
        if name is not None:
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)
    os.fsync(folder)


def _open(path: Path, folder: int) -> tuple[int, str | None]:
    with suppress(OSError):
        return os.open(".", _PLAIN | os.O_TMPFILE, _PRIVATE, dir_fd=folder), None
    name = f".{path.name[:64]}-{secrets.token_hex(4)}"
    return os.open(name, _PLAIN | os.O_CREAT | os.O_EXCL, _PRIVATE, dir_fd=folder), name


def _name(descriptor: int, name: str | None, path: Path, folder: int) -> None:
    """Give it its name, which nothing else has."""
    try:
        if name is None:
            # With a folder's descriptor it is `linkat`, which follows the kernel's own link.
            os.link(f"/proc/self/fd/{descriptor}", path.name, dst_dir_fd=folder)
        else:
            os.link(name, path.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError:
        raise _exists(path) from None
    except PermissionError as error:
        # No hard links here, as on a memory stick: look, and rename.
        if name is None or error.errno != errno.EPERM:
            raise
        if _is_there(path):
            raise _exists(path) from None
        os.rename(name, path.name, src_dir_fd=folder, dst_dir_fd=folder)


def _is_there(path: Path) -> bool:
    with suppress(FileNotFoundError):
        path.lstat()
        return True
    return False


def _exists(path: Path) -> ConflictError:
    return ConflictError("file-exists", f"{path} exists", fix="name another file")


def _unwritable(path: Path, error: OSError | ValueError) -> MachineError:
    reason = error.strerror if isinstance(error, OSError) else None
    return MachineError(
        "file-unwritable", f"{path} cannot be written: {reason or 'its name cannot be used'}"
    )
