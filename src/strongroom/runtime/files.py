"""Reads one file that holds a secret, and says what is wrong with it without showing any of it."""

import os
import stat
from contextlib import suppress
from enum import Enum, auto
from pathlib import Path
from typing import Final, NamedTuple

from strongroom.errors import ConfigError

VALUE_OCTETS_MAX: Final = 1024 * 1024
_OTHERS: Final = 0o077


class Links(Enum):
    """Whether a symbolic link is followed: Kubernetes mounts are made of them, a `.env` is not."""

    FOLLOW = auto()
    REFUSE = auto()


class Read(NamedTuple):
    """The text of a file, and whether other users of the machine may read it."""

    text: str
    shared: bool


def read(path: Path, links: Links = Links.FOLLOW) -> Read:
    """The whole file as text.

    Raises:
        ConfigError: `secret-undecodable`, or as `octets`.
    """
    data, shared = octets(path, links)
    # The error of a decoder holds all that it was given, and `from None` would only hide it.
    with suppress(UnicodeDecodeError):
        return Read(data.decode("utf-8"), shared)
    raise ConfigError("secret-undecodable", f"{path} is not UTF-8")


def octets(path: Path, links: Links = Links.FOLLOW) -> tuple[bytes, bool]:
    """The whole file as it is, and whether other users of the machine may read it.

    Raises:
        ConfigError: `secret-file-missing`, `secret-file-unreadable`, `secret-file-not-a-file`,
            `secret-file-is-a-link`, `secret-file-too-large`.
    """
    try:
        if links is Links.REFUSE and path.is_symlink():
            raise ConfigError(
                "secret-file-is-a-link",
                f"{path} is a symbolic link, which anybody who may write here can turn elsewhere",
                fix="put the file itself there",
            )
        # Not blocking: a named pipe that nobody writes to must not hold up a start.
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY
        descriptor = os.open(path, flags | (os.O_NOFOLLOW if links is Links.REFUSE else 0))
    except FileNotFoundError:
        raise ConfigError("secret-file-missing", f"there is no file {path}") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name cannot be used"
        raise ConfigError("secret-file-unreadable", f"{path}: {reason}") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise ConfigError("secret-file-not-a-file", f"{path} is not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        try:
            data = stream.read(VALUE_OCTETS_MAX + 1)
        except OSError as error:
            raise ConfigError("secret-file-unreadable", f"{path}: {error.strerror}") from None
    if len(data) > VALUE_OCTETS_MAX:
        limit = f"{path} has more than {VALUE_OCTETS_MAX} bytes"
        raise ConfigError("secret-file-too-large", limit)
    return data, bool(status.st_mode & _OTHERS)


def value(path: Path) -> str:
    """The value in a file of one secret, less one line's end.

    Raises:
        ConfigError: as `read`.
    """
    return trimmed(read(path).text)


def trimmed(text: str) -> str:
    """`text` less one line's end, which editors and `echo` add."""
    return text[:-1].removesuffix("\r") if text.endswith("\n") else text
