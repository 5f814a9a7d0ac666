"""A new file for its owner alone: whole and on the disk, or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from strongroom.errors import ConflictError, MachineError


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Make `path`, mode 0600, and write into it; it appears under its name when it is whole.

    Nothing is overwritten and no link is followed. When the body fails, or the process is
    killed, there is no such file.

    Raises:
        ConflictError: `file-exists`.
        MachineError: `file-unwritable`.
    """
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        if os.path.lexists(path):
            raise _exists(path)
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        os.link(half, path)  # unlike a rename it refuses a name that was taken meanwhile
        _sync_folder(path.parent)
    except FileExistsError:
        raise _exists(path) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name cannot be used"
        raise MachineError("file-unwritable", f"{path} cannot be written: {reason}") from None
    finally:
        with suppress(OSError, ValueError):
            half.unlink()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _exists(path: Path) -> ConflictError:
    return ConflictError("file-exists", f"{path} exists", fix="name another file")
