"""A report in a file: whole, or the old one stays. Into a pipe or a terminal it is written."""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from strongroom.errors import MachineError

_NEW: Final = 0o666  # less what the umask takes away
_PRIVATE: Final = 0o600  # until it has the mode of the old one
_RIGHTS: Final = 0o777
_OPEN_FILES: Final = "/proc/"  # where links such as /dev/stdout lead


def save(path: Path, data: bytes, *, private: bool = False) -> None:
    """Write a report whole: beside its place first, then renamed over it, with the mode it had.

    With `private`, whatever mode it had, only its owner may read it.

    Nobody can have planted the file beside it: its name is not foreseen, and it must be new.
    A character device or a FIFO is written into; what else is no regular file is refused.

    Raises:
        MachineError: `output-unwritable`; nothing is left of the new file.
    """
    kind = _kind(path)
    if kind is not None and not stat.S_ISREG(kind):
        _write_into(path, kind, data)
        return
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
        raise _unwritable(path, error.strerror) from None


def _kind(path: Path) -> int | None:
    """The mode of what is there, behind a link, too; None where there is nothing.

    Raises:
        MachineError: `output-unwritable`: it is another name of a file that is open.
    """
    try:
        mode = path.stat().st_mode
        through = str(path.readlink()) if path.is_symlink() else ""
    except OSError:
        return None
    if stat.S_ISREG(mode) and through.startswith(_OPEN_FILES):
        raise _unwritable(path, "it is another name of a file that is open")
    return mode


def _write_into(path: Path, kind: int, data: bytes) -> None:
    """Write to a device or a FIFO, as a shell does.

    Raises:
        MachineError: `output-unwritable`, as what is of another kind.
    """
    if not (stat.S_ISCHR(kind) or stat.S_ISFIFO(kind)):
        raise _unwritable(path, "it is no regular file")
    try:
        # Not made: where it has gone since, a file of everybody's mode would be in its place.
        descriptor = os.open(path, os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(descriptor, "wb", buffering=0) as stream:
            if stat.S_IFMT(os.fstat(descriptor).st_mode) != stat.S_IFMT(kind):
                raise _unwritable(path, "it was replaced meanwhile")
            rest = memoryview(data)
            while rest:
                rest = rest[stream.write(rest) or 0 :]
    except OSError as error:
        raise _unwritable(path, error.strerror) from None


def _unwritable(path: Path, why: str | None) -> MachineError:
    return MachineError(
        "output-unwritable",
        f"{path} cannot be written: {why}",
        fix="name a file in a folder that you may write to",
    )


def _mode(path: Path) -> int | None:
    """Who may do what with the file that is there; None where there is none, or a link."""
    with suppress(FileNotFoundError):
        there = path.lstat().st_mode
        return stat.S_IMODE(there) & _RIGHTS if stat.S_ISREG(there) else None
    return None
