"""The keeper: a process of its own that starts the command, waits for it and cleans up.

It does three things that the process in front cannot. In a terminal of its own it leads the
session, so that Ctrl-Z stops the command and `fg` takes it up again. It starts a second command
after a rotation while threads of the first process copy output. And when that process is killed,
it ends the command, restores the terminal and removes the files: it reads the end of the channel.

It has one thread. It is a copy of a process that has opened the room, so its memory is closed to
others too; what it is sent is in the memory of the command anyway.
"""

import errno
import fcntl
import os
import select
import signal
import socket
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from enum import IntEnum
from typing import Final, NamedTuple, NoReturn

from strongroom.runtime.run import kernel

_HEAD: Final = struct.Struct("!BqI")  # kind, a number, how many octets follow
_COUNT: Final = struct.Struct("!I")


class Kind(IntEnum):
    """What the two processes tell each other. Orders first, then what happened."""

    START = 1  # octets: the command and its environment
    SIGNAL = 2  # number: the signal, for the command alone
    CONTINUE = 3  # the command and all in its group go on
    STARTED = 4  # number: its process id
    FAILED = 5  # number: why it could not be started, an errno
    STOPPED = 6  # number: by which signal
    ENDED = 7  # number: as `waitpid` has it


class Message(NamedTuple):
    """One order or event."""

    kind: Kind
    number: int = 0
    octets: bytes = b""


class Channel:
    """Whole messages over a stream socket."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock

    def send(self, kind: Kind, number: int = 0, octets: bytes = b"") -> bool:
        """Whether the other side is there."""
        try:
            self.sock.sendall(_HEAD.pack(kind, number, len(octets)) + octets)
        except OSError:
            return False
        return True

    def receive(self) -> Message | None:
        """The next message; None when the other side is gone."""
        try:
            head = self._exactly(_HEAD.size)
            kind, number, length = _HEAD.unpack(head)
            return Message(Kind(kind), number, self._exactly(length))
        except (OSError, EOFError):
            return None

    def _exactly(self, length: int) -> bytes:
        data = b""
        while len(data) < length:
            piece = self.sock.recv(length - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data


def packed(argv: Sequence[str], environ: Mapping[str, str]) -> bytes:
    """A command and its environment as octets; neither holds a NUL."""
    pairs = (f"{name}={text}" for name, text in environ.items())
    return _COUNT.pack(len(argv)) + b"\0".join(map(os.fsencode, (*argv, *pairs)))


def unpacked(octets: bytes) -> tuple[list[bytes], dict[bytes, bytes]]:
    """The same back."""
    (count,) = _COUNT.unpack_from(octets)
    parts = octets[_COUNT.size :].split(b"\0")
    return parts[:count], dict(pair.partition(b"=")[::2] for pair in parts[count:])


class Setting(NamedTuple):
    """What the command is started with. Descriptors are those of this process.

    `terminal` is whether `out` is to be its controlling terminal. `alone` is whether it gets a
    group of its own without one. `restore` is a terminal, and how it was.
    """

    descriptors: tuple[int, int, int]
    terminal: bool
    alone: bool
    mask: frozenset[int]
    grace: float
    restore: tuple[int, list[object]] | None = None
    clean: Callable[[], None] | None = None


def fork(setting: Setting, others: Sequence[int]) -> tuple[int, Channel]:
    """Make the keeper: its process id, and the channel to it. `others` are closed in it.

    This process must have one thread and hold back its signals.
    """
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid:
        theirs.close()
        return pid, Channel(ours)
    status = 70
    try:
        ours.close()
        for one in others:
            os.close(one)
        _keep(Channel(theirs), setting)
        status = 0
    finally:
        os._exit(status)


def _keep(channel: Channel, setting: Setting) -> None:
    if setting.terminal:
        os.setsid()
    elif setting.alone:
        os.setpgid(0, 0)
    wake, woken = os.pipe()
    os.set_blocking(wake, False)
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    # Those that this process is not told by name are not its business either.
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.valid_signals()) - {signal.SIGCHLD})
    if setting.terminal:
        fcntl.ioctl(setting.descriptors[1], termios.TIOCSCTTY, 0)
    child = 0
    while True:
        ready = select.select([channel.sock.fileno(), wake], [], [])[0]
        if wake in ready:
            with suppress(BlockingIOError):
                os.read(wake, 4096)
            child = _reap(channel, child)
        if channel.sock.fileno() not in ready:
            continue
        order = channel.receive()
        if order is None:
            break
        if order.kind is Kind.START:
            child = _start(channel, setting, order.octets)
        elif child and order.kind is Kind.SIGNAL:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(child, order.number)
        elif child and order.kind is Kind.CONTINUE:
            with suppress(ProcessLookupError, PermissionError):
                (os.killpg if setting.terminal or setting.alone else os.kill)(child, signal.SIGCONT)
    _leave(setting, child, wake)


def _start(channel: Channel, setting: Setting, octets: bytes) -> int:
    argv, environ = unpacked(octets)
    told, failure = os.pipe()
    keeper = os.getpid()
    pid = os.fork()
    if not pid:
        _become(setting, argv, environ, failure, keeper)
    os.close(failure)
    if setting.terminal:
        _in_front(setting, pid)
    elif setting.alone:
        with suppress(OSError):
            os.setpgid(pid, pid)
    why = os.read(told, 4)
    os.close(told)
    if why:
        os.waitpid(pid, 0)
        channel.send(Kind.FAILED, int.from_bytes(why, "big"))
        return 0
    channel.send(Kind.STARTED, pid)
    return pid


def _in_front(setting: Setting, pid: int) -> None:
    """Both sides do this, for nobody knows which of them is first."""
    with suppress(OSError):
        os.setpgid(pid, pid)
    with suppress(OSError):
        os.tcsetpgrp(setting.descriptors[1], pid)


def _become(
    setting: Setting, argv: list[bytes], environ: dict[bytes, bytes], failure: int, keeper: int
) -> NoReturn:
    try:
        if setting.terminal:
            _in_front(setting, os.getpid())
        elif setting.alone:
            os.setpgid(0, 0)
        kernel.end_with_parent(signal.SIGTERM)
        if os.getppid() != keeper:
            raise ProcessLookupError(errno.ESRCH, "the keeper has ended")
        for number, fd in enumerate(setting.descriptors):
            if fd == number:
                os.set_inheritable(fd, True)
            else:
                os.dup2(fd, number)
        signal.set_wakeup_fd(-1)
        for own in (signal.SIGPIPE, signal.SIGXFSZ, signal.SIGCHLD):
            signal.signal(own, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, setting.mask)
        os.execvpe(argv[0], argv, environ)  # noqa: S606 - running it is what it is for
    except OSError as error:
        os.write(failure, (error.errno or 1).to_bytes(4, "big"))
    finally:
        os._exit(127)


def _reap(channel: Channel, child: int) -> int:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
        except ChildProcessError:
            return child
        if not pid:
            return child
        if pid != child:
            continue
        if os.WIFSTOPPED(status):
            channel.send(Kind.STOPPED, os.WSTOPSIG(status))
        else:
            child = 0
            channel.send(Kind.ENDED, status)


def _ended(child: int) -> bool:
    """Whether it has; it is left unreaped, so that its number stays its own."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _leave(setting: Setting, child: int, wake: int) -> None:
    """The process in front is gone, or does not need this one any more."""
    if child:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(child, signal.SIGTERM)
            os.kill(child, signal.SIGCONT)
        end = time.monotonic() + setting.grace
        while not _ended(child) and (left := end - time.monotonic()) > 0:
            if select.select([wake], [], [], left)[0]:
                os.read(wake, 4096)
        with suppress(ProcessLookupError, PermissionError):
            os.kill(child, signal.SIGKILL)
    if setting.restore is not None:
        fd, attributes = setting.restore
        with suppress(OSError, termios.error):
            termios.tcsetattr(fd, termios.TCSADRAIN, attributes)  # type: ignore[arg-type]
    if setting.clean is not None:
        setting.clean()
