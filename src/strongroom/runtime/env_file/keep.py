"""A `.env` on the disk: read only as a file of its own, replaced whole and private."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from strongroom.errors import MachineError, UsageError
from strongroom.runtime import files
from strongroom.source import env_source

PRIVATE: Final = 0o600
PUBLIC: Final = 0o644


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
    if same or env_source.is_env(example.name):
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
    beside = path.with_name(f".{path.name[:64]}-{secrets.token_hex(6)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with suppress(FileNotFoundError):
            mode &= path.lstat().st_mode
        with os.fdopen(os.open(beside, flags, mode), "wb") as stream:
            os.fchmod(stream.fileno(), mode)
            stream.write(text.encode("utf-8", "surrogateescape"))
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, path)  # noqa: PTH105 - a link there is replaced, never followed
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise MachineError(
            "env-file-unwritable", f"{path} cannot be written: {error.strerror}"
        ) from None
    finally:
        with suppress(OSError):
            beside.unlink()


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
