"""Terminals: the person's own, and those that stand in for it towards the command."""

import fcntl
import os
import pty
import termios
from contextlib import suppress
from typing import Any, Final, NamedTuple

_TTY: Final = "/dev/tty"
_SIZE_OCTETS: Final = 8


class Layout(NamedTuple):
    """What the command's streams are. What is a terminal for us is one for the command.

    `control` is whether that terminal also takes the keys; then its input comes from there too
    when ours is a terminal. `joined` is whether errors go the way of the output.
    """

    control: bool
    keys: bool
    out: bool
    joined: bool
    err: bool


def layout(*, stdin: bool, stdout: bool, stderr: bool, same: bool, person: bool) -> Layout:
    """Of which streams are terminals; `same` is whether both outputs are one place.

    `person` is whether this process has a controlling terminal.
    """
    control = stdout and person
    return Layout(control, control and stdin, stdout, (stdout and stderr) or same, stderr)


class Person:
    """The terminal at which somebody sits, if there is one."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._attributes: list[Any] = termios.tcgetattr(fd)
        self.raw = False

    @classmethod
    def here(cls) -> "Person | None":
        """The controlling terminal of this process."""
        try:
            fd = os.open(_TTY, os.O_RDWR | os.O_CLOEXEC | os.O_NOCTTY)
        except OSError:
            return None
        try:
            return cls(fd)
        except termios.error:
            os.close(fd)
            return None

    @property
    def restoring(self) -> tuple[int, list[object]]:
        """How it was, for whoever restores it when this process cannot."""
        return self.fd, self._attributes

    @property
    def in_front(self) -> bool:
        """Whether this process may read keys: it is not in the background."""
        try:
            return os.tcgetpgrp(self.fd) == os.getpgrp()
        except OSError:
            return False

    def take(self) -> None:
        """Hand every key on as it is; the command's own terminal makes of it what it is."""
        if self.raw or not self.in_front:
            return
        with suppress(termios.error):
            self._attributes = termios.tcgetattr(self.fd)
            changed = termios.tcgetattr(self.fd)
            _raw(changed)
            termios.tcsetattr(self.fd, termios.TCSADRAIN, changed)
            self.raw = True

    def give_back(self) -> None:
        """As it was."""
        if self.raw:
            self.raw = False
            with suppress(termios.error):
                termios.tcsetattr(self.fd, termios.TCSADRAIN, self._attributes)


def make(like: int) -> tuple[int, int]:
    """A pair of terminal ends, ours and the command's, of the size and the manners of `like`."""
    ours, theirs = pty.openpty()
    with suppress(termios.error):
        termios.tcsetattr(theirs, termios.TCSANOW, termios.tcgetattr(like))
    resize(ours, like)
    return ours, theirs


def resize(ours: int, like: int) -> None:
    """Give the command's terminal the size of `like`; what runs in it is told by the kernel."""
    with suppress(OSError):
        size = fcntl.ioctl(like, termios.TIOCGWINSZ, bytes(_SIZE_OCTETS))
        fcntl.ioctl(ours, termios.TIOCSWINSZ, size)


def _raw(attributes: list[Any]) -> None:
    off = termios.BRKINT | termios.ICRNL | termios.INPCK | termios.ISTRIP | termios.IXON
    attributes[0] &= ~(off | termios.INLCR | termios.IGNCR | termios.PARMRK | termios.IGNBRK)
    attributes[1] &= ~termios.OPOST
    attributes[2] = attributes[2] & ~(termios.CSIZE | termios.PARENB) | termios.CS8
    attributes[3] &= ~(
        termios.ECHO | termios.ECHONL | termios.ICANON | termios.IEXTEN | termios.ISIG
    )
    attributes[6][termios.VMIN], attributes[6][termios.VTIME] = 1, 0
