"""A `.env` on the disk: read only as a file of its own, replaced whole and private."""

import fcntl
import glob
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from strongroom.errors import MachineError, UsageError
from strongroom.runtime import files
from strongroom.source import env_source

PRIVATE: Final = 0o600
PUBLIC: Final = 0o644
_NEW: Final = "new"
_IGNORE: Final = ".gitignore"
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def read(path: Path) -> str | None:
    """Its text, None when there is none; a symbolic link is refused.

    Raises:
        ConfigError: as `files.read`.
    """
    if not os.path.lexists(path):
        return None
    return files.read(path, files.Links.REFUSE).text


def apart(example: Path, file: Path) -> None:
    """Whether `example` may be written without the values of `file`, or of another `.env`.

    Raises:
        UsageError: `example-is-env-file`; what is there has values that would be lost.
    """
    same = os.path.realpath(example) == os.path.realpath(file)
    with suppress(OSError):
        same = same or example.samefile(file)
    if same or env_source.is_env(example.name) or env_source.is_envrc(example.name):
        raise UsageError(
            "example-is-env-file",
            f"{example} is for values, not for an example",
            fix="name it like .env.example",
        )


def replace(path: Path, text: str, mode: int = PRIVATE) -> None:
    """Put `text` there: the old file or the new one stays, whatever happens, and nobody between.

    Nobody has more rights in it than in the one before.

    Raises:
        MachineError: `env-file-unwritable`; nothing is left of the new one.
    """
    try:
        _clean(path)
        with suppress(FileNotFoundError):
            mode &= path.lstat().st_mode
        with _beside(path) as folder:
            _write(folder / _NEW, text.encode("utf-8", "surrogateescape"), mode)
            os.replace(folder / _NEW, path)  # noqa: PTH105 - a link is replaced, never followed
            parent = os.open(path.parent, _FOLDER)
            try:
                os.fsync(parent)
            finally:
                os.close(parent)
    except OSError as error:
        raise MachineError(
            "env-file-unwritable", f"{path} cannot be written: {error.strerror}"
        ) from None


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """A folder on the same file system that git never looks into, whatever else it ignores.

    So what a kill leaves is committed by nobody. It is locked while it is used.
    """
    folder = path.with_name(f"{_prefix(path)}{secrets.token_hex(6)}")
    folder.mkdir(0o700)
    lock = os.open(folder, _FOLDER)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _write(folder / _IGNORE, b"*\n", PRIVATE)
        yield folder
    finally:
        _remove(folder)
        os.close(lock)


def _clean(path: Path) -> None:
    """Remove what writers left that were killed; one that still writes holds its lock."""
    for folder in path.parent.glob(f"{glob.escape(_prefix(path))}{'[0-9a-f]' * 12}"):
        with suppress(OSError):
            lock = os.open(folder, _FOLDER | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if (folder / _IGNORE).read_bytes() == b"*\n":  # it is one of ours
                    _remove(folder)
            finally:
                os.close(lock)


def _remove(folder: Path) -> None:
    for name in (_NEW, _IGNORE):
        with suppress(OSError):
            (folder / name).unlink()
    with suppress(OSError):
        folder.rmdir()


def _prefix(path: Path) -> str:
    return f".{path.name[:64]}-"


def _write(path: Path, data: bytes, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, mode), "wb") as stream:
        os.fchmod(stream.fileno(), mode)
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def protect(path: Path) -> None:
    """Take the rights of others away, if it is a file.

    Raises:
        MachineError: `env-file-unwritable`.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.fchmod(descriptor, PRIVATE)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise MachineError("env-file-unwritable", f"{path}: {error.strerror}") from None
