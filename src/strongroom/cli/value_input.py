"""A value from a person or a program, never from the command line: others can read that."""

import os
import stat
import sys
from getpass import GetPassWarning, getpass
from pathlib import Path
from typing import Final
from warnings import catch_warnings, simplefilter

from strongroom.errors import InvalidError, LimitError, MachineError, UsageError

VALUE_BYTES_MAX: Final = 1024 * 1024


def read() -> bytes:
    """A value from standard input less one line's end, or typed unseen at a terminal.

    Raises:
        LimitError: `value-too-large`.
        UsageError: `no-input`, `terminal-echoes`.
    """
    if sys.stdin is None:
        raise _no_input("standard input is closed")
    if sys.stdin.isatty():
        return ask("value (not shown): ").encode()
    data = sys.stdin.buffer.read(VALUE_BYTES_MAX + 3)
    data = data.removesuffix(b"\n").removesuffix(b"\r") if data.endswith(b"\n") else data
    if len(data) > VALUE_BYTES_MAX:
        raise LimitError("value-too-large", f"a value has at most {VALUE_BYTES_MAX} bytes")
    return data


def ask(prompt: str) -> str:
    """What is typed at the terminal, unseen.

    Raises:
        UsageError: `no-input`, `terminal-echoes`.
    """
    with catch_warnings():
        # Rather no answer than one that stays on the screen.
        simplefilter("error", GetPassWarning)
        try:
            return getpass(prompt)
        except EOFError:
            raise _no_input("nothing was typed") from None
        except GetPassWarning:
            raise UsageError(
                "terminal-echoes",
                "this terminal cannot hide what is typed",
                fix="pipe the value in, e.g. `strongroom … < file`",
            ) from None


def _no_input(message: str) -> UsageError:
    return UsageError("no-input", message, fix="pipe the value in")


def from_file(path: Path) -> bytes:
    """The bytes of a file as they are.

    Raises:
        LimitError: `value-too-large`.
        InvalidError: `value-not-a-file`. MachineError: `value-unreadable`.
    """
    data = regular_file(path, VALUE_BYTES_MAX + 1)
    if len(data) > VALUE_BYTES_MAX:
        raise LimitError("value-too-large", f"a value has at most {VALUE_BYTES_MAX} bytes")
    return data


def regular_file(path: Path, bytes_max: int) -> bytes:
    """The first `bytes_max` bytes of a regular file.

    Raises:
        InvalidError: `value-not-a-file`. MachineError: `value-unreadable`.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name cannot be used"
        raise MachineError("value-unreadable", f"{path}: {reason}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise InvalidError("value-not-a-file", f"{path} is not a regular file")
    with os.fdopen(descriptor, "rb") as stream:
        return stream.read(bytes_max)
