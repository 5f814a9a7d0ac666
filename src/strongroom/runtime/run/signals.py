"""The signals that this process is sent, as something to wait for, with who sent them.

A key pressed at a terminal reaches every process of the group in front, the command among them; a
`kill` reaches only the process that it names. So the first must not be passed on and the second
must. Linux tells them apart; where nothing does, keys are what is not passed on.
"""

import os
import signal
import struct
from collections.abc import Iterator
from types import TracebackType
from typing import Final, NamedTuple, Self

from strongroom.runtime.run import kernel

# What is about the process itself, or cannot be caught.
_OWN: Final = {
    "SIGKILL", "SIGSTOP", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGTRAP", "SIGABRT", "SIGSYS",
    "SIGPIPE", "SIGXFSZ", "SIGXCPU", "SIGPROF", "SIGTTIN", "SIGTTOU", "SIGCHLD", "SIGEMT",
}  # fmt: skip
_KEYS: Final = frozenset({signal.SIGINT, signal.SIGQUIT, signal.SIGTSTP})
_RECORD: Final = struct.Struct("=IiiI112x")  # of a signalfd: number, errno, code, process
_KERNEL: Final = 0x80


class Received(NamedTuple):
    """One signal. `by_key` is whether the kernel sent it to the whole group, as for a key."""

    number: int
    by_key: bool
    sender: int


def passed_on() -> frozenset[int]:
    """What is passed on to the command: all but what this process is told to ignore (`nohup`)."""
    numbers = {int(s) for s in signal.valid_signals()}
    own = {int(getattr(signal, name)) for name in _OWN if hasattr(signal, name)}
    ignored = {n for n in numbers - own if signal.getsignal(n) is signal.SIG_IGN}
    return frozenset(numbers - own - ignored)


class Signals:
    """Holds signals back while it is open: `fd` is readable when there are some."""

    def __init__(self, numbers: frozenset[int]) -> None:
        self.before = signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
        self._handlers: dict[int, object] = {}
        made = kernel.signal_descriptor(numbers)
        self._exact = made is not None
        self._write = -1
        if made is None:
            made, self._write = os.pipe()
            os.set_blocking(made, False)
            os.set_blocking(self._write, False)
            signal.set_wakeup_fd(self._write)
            self._handlers = {n: signal.signal(n, _nothing) for n in numbers}
            signal.pthread_sigmask(signal.SIG_SETMASK, self.before)
        self.fd = made

    def read(self) -> Iterator[Received]:
        """What has come since."""
        try:
            data = os.read(self.fd, _RECORD.size * 32 if self._exact else 256)
        except BlockingIOError:
            return
        if not self._exact:
            for number in data:
                yield Received(number, number in _KEYS or number == signal.SIGWINCH, 0)
            return
        for number, _, code, sender in _RECORD.iter_unpack(data):
            yield Received(number, code == _KERNEL, sender)

    def close(self) -> None:
        """As it was before; what has come meanwhile and was not read counts then."""
        for number, handler in self._handlers.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        if self._write >= 0:
            signal.set_wakeup_fd(-1)
            os.close(self._write)
        os.close(self.fd)
        signal.pthread_sigmask(signal.SIG_SETMASK, self.before)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.close()


def _nothing(number: int, frame: object) -> None:
    """A handler that only wakes whoever waits."""
