"""A report in a file: whole, or the old one stays."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from strongroom.errors import MachineError

_NEW: Final = 0o666  # less what the umask takes away
_PRIVATE: Final = 0o600  # until it has the mode of the old one
_RIGHTS: Final = 0o777


def save(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a report whole: beside its place first, then renamed over it, with the mode it had.

    With `private`, whatever mode it had, only its owner may read it.

    Nobody can have planted the file beside it: its name is not foreseen, and it must be new.

    Raises:
        MachineError: `output-unwritable`; nothing is left of the new one.
    """
    beside = path.with_name(f".{path.name[:64]}-{os.urandom(8).hex()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        mode = _PRIVATE if private else _mode(path)
        descriptor = os.open(beside, flags, _NEW if mode is None else _PRIVATE)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                if mode is not None:
                    os.fchmod(stream.fileno(), mode)
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(path)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
    except OSError as error:
        raise MachineError(
            "output-unwritable",
            f"{path} cannot be written: {error.strerror}",
            fix="name a file in a folder that you may write to",
        ) from None


def _mode(path: Path) -> int | None:
    """Who may do what with the file that is there; None where there is none, or a link."""
    with suppress(FileNotFoundError):
        there = path.lstat().st_mode
        return stat.S_IMODE(there) & _RIGHTS if stat.S_ISREG(there) else None
    return None
