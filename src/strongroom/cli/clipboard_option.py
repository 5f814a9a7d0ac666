"""`--clipboard` of the commands that show a value."""

import os
from typing import Annotated, NamedTuple

from cyclopts import Parameter

from strongroom.cli import clipboard as boards
from strongroom.cli import render
from strongroom.cli.clipboard import Board
from strongroom.errors import UsageError

Clipboard = Annotated[
    bool,
    Parameter(negative="", help="Put it on the clipboard instead of printing it, for a while."),
]
ClearAfter = Annotated[
    int | None,
    Parameter(help=f"Seconds until the clipboard is cleared; {boards.SECONDS} by default."),
]


class Wanted(NamedTuple):
    """A clipboard, and for how many seconds."""

    board: Board
    after_s: int


def wanted(*, clipboard: bool, clear_after: int | None, json: bool = False) -> Wanted | None:
    """What the options ask for; looked up before a value is read, which would be recorded.

    Raises:
        UsageError: `clipboard-or-json`, `clipboard-time`. MachineError: `clipboard-missing`.
    """
    if not clipboard:
        if clear_after is not None:
            raise UsageError("clipboard-time", "--clear-after goes with --clipboard")
        return None
    if json:
        raise UsageError(
            "clipboard-or-json", "a value is put on the clipboard or printed, not both"
        )
    return Wanted(boards.find(os.environ), boards.seconds(clear_after))


def give(asked: Wanted, value: bytes) -> int:
    """Put a value there, and say so."""
    boards.copy(asked.board, value, asked.after_s)
    render.err().print(boards.told(asked.board, asked.after_s), soft_wrap=True)
    return 0
