"""A value on the clipboard, for a while.

The value goes to the clipboard's tool by its standard input and to nothing else. What clears
the clipboard later is a process of its own that outlives command and terminal; it is given a
salted digest, not the value, and clears only what still has that digest. Run as a module, this
file is that process.
"""

import base64
import hashlib
import hmac
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, NamedTuple

from strongroom.errors import InvalidError, LimitError, MachineError, UsageError

SECONDS: Final = 30
SECONDS_MAX: Final = 3_600
BYTES_MAX: Final = 64 * 1024  # more than any terminal takes in one sequence
TOOL_S: Final = 5
_SALT_BYTES: Final = 16
_TERMINAL: Final = "/dev/tty"


class Board(NamedTuple):
    """A clipboard: what writes it from standard input, what prints it, what empties it.

    `paste` is empty where it can only be written. Without any tool it is the terminal's own.
    """

    name: str
    copy: tuple[str, ...]
    paste: tuple[str, ...]
    clear: tuple[str, ...]

    @property
    def by_terminal(self) -> bool:
        """Whether the terminal is asked, by OSC 52."""
        return not self.copy


_X: Final = ("-selection", "clipboard")
BOARDS: Final = {
    board.name: board
    for board in (
        Board("wl-copy", ("wl-copy", "--type", "text/plain"), ("wl-paste", "--no-newline"),
              ("wl-copy", "--clear")),
        Board("xclip", ("xclip", *_X, "-in"), ("xclip", *_X, "-out"), ("xclip", *_X, "-in")),
        Board("xsel", ("xsel", "--clipboard", "--input"), ("xsel", "--clipboard", "--output"),
              ("xsel", "--clipboard", "--delete")),
        Board("pbcopy", ("pbcopy",), ("pbpaste",), ("pbcopy",)),
        Board("terminal", (), (), ()),
    )
}  # fmt: skip


def find(environ: Mapping[str, str], platform: str = sys.platform) -> Board:
    """The clipboard of this session.

    Raises:
        MachineError: `clipboard-missing`.
    """
    wanted = ["pbcopy"] if platform == "darwin" else []
    if environ.get("WAYLAND_DISPLAY"):
        wanted.append("wl-copy")
    if environ.get("DISPLAY"):
        wanted += ["xclip", "xsel"]
    for name in wanted:
        board = BOARDS[name]
        if shutil.which(board.copy[0]) and shutil.which(board.paste[0]):
            return _discreet(board)
    with suppress(OSError):
        os.close(os.open(_TERMINAL, os.O_WRONLY | os.O_NOCTTY))
        return BOARDS["terminal"]
    raise MachineError(
        "clipboard-missing",
        "there is no clipboard here",
        fix="install wl-clipboard (Wayland) or xclip (X11), or leave --clipboard out",
    )


def _discreet(board: Board) -> Board:
    """With the hint to managers of clipboards that this is a secret, where the tool has one."""
    if board.name != "wl-copy":
        return board
    said = subprocess.run([*board.copy[:1], "--help"], capture_output=True, check=False).stdout
    return board._replace(copy=(*board.copy, "--sensitive")) if b"--sensitive" in said else board


def seconds(n: int | None) -> int:
    """For how long, by default half a minute.

    Raises:
        UsageError: `clipboard-time`.
    """
    if n is None:
        return SECONDS
    if not 1 <= n <= SECONDS_MAX:
        raise UsageError("clipboard-time", f"a clipboard is cleared after 1 to {SECONDS_MAX:,} s")
    return n


def copy(board: Board, value: bytes, after_s: int) -> int:
    """Put `value` there and have it cleared after `after_s` seconds; the clearer's process id.

    Raises:
        InvalidError: `value-not-text`. LimitError: `clipboard-full`.
        MachineError: `clipboard-failed`; then it is not left there.
    """
    if len(value) > BYTES_MAX:
        raise LimitError("clipboard-full", f"a clipboard is given at most {BYTES_MAX:,} bytes")
    if value.decode(errors="ignore").encode() != value:  # no error, which would hold it
        raise InvalidError("value-not-text", "the value is not text")
    _put(board, value)
    salt = secrets.token_bytes(_SALT_BYTES)
    try:
        started = subprocess.run(
            # -P: a module of the folder that one happens to be in is not ours to run.
            [sys.executable, "-P", "-m", "strongroom.cli.clipboard", board.name, str(after_s)],
            input=salt + _digest(salt, value),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=TOOL_S, check=True,
        )  # fmt: skip
        return int(started.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        _empty(board)
        raise MachineError("clipboard-failed", "nothing would have cleared it") from None


def told(board: Board, after_s: int) -> str:
    """What to tell whoever asked."""
    if board.by_terminal:
        return (
            f"given to the terminal's clipboard; emptied in {after_s} s, whatever it holds then,"
            " since a terminal can't be asked"
        )
    return f"on the clipboard ({board.name}) for {after_s} s, unless something else is copied"


def clear(
    board: Board, salt: bytes, digest: bytes, after_s: int, rest: Callable[[float], None]
) -> None:
    """Wait, and empty the clipboard if it still holds what has this digest."""
    end = _now_s() + after_s
    while (left := end - _now_s()) > 0:
        # Short, since a machine that slept in between has not waited.
        rest(min(left, 1.0))
    if board.by_terminal:
        _empty(board)
        return
    held = subprocess.run(board.paste, capture_output=True, timeout=TOOL_S, check=False).stdout
    if hmac.compare_digest(_digest(salt, held), digest):
        _empty(board)


def _put(board: Board, value: bytes) -> None:
    if board.by_terminal:
        _tell_terminal(base64.b64encode(value))
        return
    try:
        # X11's tools stay behind to answer whoever pastes, and hold no pipe of ours open.
        subprocess.run(
            board.copy, input=value, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            timeout=TOOL_S, check=True, start_new_session=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        raise MachineError("clipboard-failed", f"{board.name} did not take it") from None


def _empty(board: Board) -> None:
    with suppress(OSError, subprocess.SubprocessError, MachineError):
        if board.by_terminal:
            _tell_terminal(b"!")  # what is no base64 empties it
            return
        subprocess.run(
            board.clear, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=TOOL_S, check=False, start_new_session=True,
        )  # fmt: skip


def _tell_terminal(data: bytes) -> None:
    try:
        with open(_TERMINAL, "wb", buffering=0) as terminal:  # noqa: PTH123 - a device
            terminal.write(b"\033]52;c;" + data + b"\a")
    except OSError:
        raise MachineError("clipboard-failed", "the terminal did not take it") from None


def _digest(salt: bytes, value: bytes) -> bytes:
    return hashlib.sha256(salt + value).digest()


def _now_s() -> float:
    """A clock that goes on while the machine sleeps, where there is one."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def main(argv: list[str]) -> int:
    """`NAME SECONDS`, salt and digest on standard input: leave a process behind that clears."""
    board, after_s = BOARDS[argv[0]], int(argv[1])
    given = sys.stdin.buffer.read()
    ready, say_ready = os.pipe()
    pid = os.fork()
    if pid:
        os.close(say_ready)
        os.read(ready, 1)
        sys.stdout.write(str(pid))
        return 0
    if not board.by_terminal:
        os.setsid()  # a terminal that goes away takes its session along
    for number in range(3):
        os.dup2(os.open(os.devnull, os.O_RDWR), number)
    os.chdir("/")
    for number in (ready, say_ready):
        os.close(number)
    clear(board, given[:_SALT_BYTES], given[_SALT_BYTES:], after_s, time.sleep)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
