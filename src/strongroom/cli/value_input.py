"""A value from a person or a program, never from the command line: others can read that."""

import os
import stat
import sys
from collections.abc import Sequence
from getpass import GetPassWarning, getpass
from pathlib import Path
from typing import Final
from warnings import catch_warnings, simplefilter

from strongroom.errors import InvalidError, LimitError, MachineError, UsageError
from strongroom.secret.value import OPEN, Field, Value

VALUE_BYTES_MAX: Final = 1024 * 1024


def read(what: str = "value", bytes_max: int = VALUE_BYTES_MAX) -> bytes:
    """A value from standard input less one line's end, or typed unseen at a terminal.

    Raises:
        LimitError: `value-too-large`.
        UsageError: `no-input`, `terminal-echoes`.
    """
    if sys.stdin is None:
        raise _no_input("standard input is closed")
    if sys.stdin.isatty():
        return ask(f"{what} (not shown): ").encode()
    data = sys.stdin.buffer.read(bytes_max + 3)
    data = data.removesuffix(b"\n").removesuffix(b"\r") if data.endswith(b"\n") else data
    if len(data) > bytes_max:
        raise LimitError("value-too-large", f"a value has at most {bytes_max} bytes")
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


def templates(given: Sequence[str] | None) -> dict[str, str]:
    """Composites from the command line, NAME=TEMPLATE each.

    Raises:
        UsageError: `field-malformed`. InvalidError: `fields-twice`.
    """
    return _named(given, "url=https://{host}")


def open_fields(given: Sequence[str] | None) -> Value:
    """Fields from the command line, NAME=TEXT each; only such as are no secrets.

    Raises:
        UsageError: `field-malformed`, `field-secret`. InvalidError: `fields-twice`.
    """
    found = _named(given, "host=db.example")
    if not all(name.lower() in OPEN for name in found):
        raise UsageError(
            "field-secret",
            "others on the machine can read the command line, so no secret is taken from it",
            fix=f"pipe it into `secret set --fields`; these are no secrets: {', '.join(sorted(OPEN))}",
        )
    return Value({name: Field(text, secret=False) for name, text in found.items()})


def _named(given: Sequence[str] | None, example: str) -> dict[str, str]:
    pairs = [text.partition("=") for text in given or ()]
    if not all(name and equals for name, equals, _ in pairs):
        raise UsageError("field-malformed", "a field is NAME=TEXT", fix=f"e.g. {example}")
    if len({name for name, _, _ in pairs}) != len(pairs):
        raise InvalidError("fields-twice", "a field stands there twice")
    return {name: text for name, _, text in pairs}
