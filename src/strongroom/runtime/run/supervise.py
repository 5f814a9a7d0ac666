"""The process in front: it passes signals, keys and sizes to the command and its output back."""

import errno
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple, NoReturn, Protocol, cast

from strongroom.errors import CommandMissingError, CommandUnusableError, MachineError
from strongroom.runtime.run import keeper, terminal
from strongroom.runtime.run.backoff import Backoff
from strongroom.runtime.run.keeper import Channel, Kind, Setting
from strongroom.runtime.run.signals import Received, Signals, passed_on
from strongroom.runtime.run.terminal import Layout, Person

if TYPE_CHECKING:
    from strongroom.runtime.masking.masker import Masker
    from strongroom.runtime.run.pump import Pump

KEYS_OCTETS: Final = 4096
BACKGROUND_S: Final = 0.5  # how soon it is seen that a job came to the front
# After one of these from outside, the command is not started again.
_LEAVING: Final = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT}


class Ended(NamedTuple):
    """How the command ended: its number, or the signal that ended it."""

    code: int
    signal: int = 0

    @classmethod
    def of(cls, status: int) -> "Ended":
        """Of what `waitpid` gives."""
        if os.WIFSIGNALED(status):
            return cls(128 + os.WTERMSIG(status), os.WTERMSIG(status))
        return cls(os.WEXITSTATUS(status))


class Changed(NamedTuple):
    """New secrets: the command's whole environment, and the signal for it; None to restart it."""

    environ: Mapping[str, str]
    signal: int | None


class Changes(Protocol):
    """What tells of rotations while the command runs; `fd` is readable when something has come."""

    fd: int

    def start(self) -> None:
        """The command runs: begin to look."""

    def read(self) -> Changed | None:
        """What has come, if the command must be told."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is run. `masker` makes what hides values, while the command starts.

    `clean` removes what was made for the command, as often as it is called.
    """

    argv: Sequence[str]
    environ: Mapping[str, str] = field(repr=False)
    masker: "Callable[[], Masker] | None"
    grace: float
    changes: Changes | None = None
    clean: Callable[[], None] | None = None


def run(job: Job) -> Ended:
    """Run the command to its end.

    Raises:
        CommandMissingError: `run-command-not-found`. CommandUnusableError: `run-command-unusable`.
        MachineError: `run-output-failed`, `run-keeper-lost`.
    """
    person = Person.here()
    streams = _Streams(person, masked=job.masker is not None)
    with Signals(passed_on()) as signals:
        setting = Setting(
            streams.theirs,
            streams.layout.control,
            person is None,
            frozenset(signals.before),
            job.grace,
            person.restoring if person and streams.layout.control else None,
            job.clean,
        )
        pid, channel = keeper.fork(setting, [*streams.ours, signals.fd])
        streams.close_theirs()
        front = _Front(job, streams, person, signals, channel)
        pumps: list[Pump] = []
        try:
            front.start(job.environ)
            if job.masker is not None:
                pumps = _pumps(streams, job.masker())
            ended = front.run()
        finally:
            if person:
                person.give_back()
            channel.sock.close()
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
            for _ in signals.read():
                pass  # a key that has ended the command is not to end its last words
    for pump in pumps:
        pump.finish()
    streams.close()
    failed = [pump.error for pump in pumps if pump.error]
    if any(not isinstance(error, BrokenPipeError) for error in failed):
        raise MachineError("run-output-failed", f"output was lost: {failed[0].strerror}")
    return ended


def _pumps(streams: "_Streams", masker: "Masker") -> "list[Pump]":
    from strongroom.runtime.run.pump import Pump  # noqa: PLC0415 - the command starts meanwhile

    pairs = zip(streams.sources(), streams.targets, strict=True)
    pumps = [Pump(fd, target, masker) for fd, target in pairs]
    for pump in pumps:
        pump.start()
    return pumps


def become(argv: Sequence[str], environ: Mapping[str, str]) -> NoReturn:
    """Run the command in place of this process: nothing is masked, and nothing stands between.

    Raises:
        CommandMissingError: `run-command-not-found`. CommandUnusableError: `run-command-unusable`.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    before = {n: signal.signal(n, signal.SIG_DFL) for n in (signal.SIGPIPE, signal.SIGXFSZ)}
    number = 0
    try:
        os.execvpe(argv[0], list(argv), environ)  # noqa: S606 - running it is what it is for
    except OSError as error:
        number = error.errno or 0
    for own, handler in before.items():
        signal.signal(own, handler)
    raise _failure(number)


class _Streams:
    """The command's streams, and ours to its other ends."""

    def __init__(self, person: Person | None, *, masked: bool) -> None:
        self.ours: list[int] = []
        self.targets: list[BinaryIO] = []
        self._theirs: list[int] = []
        self._stand_ins: list[int] = []
        if not masked:
            self.layout = Layout(control=False, keys=False, out=False, joined=True, err=False)
            self.theirs = (0, 1, 2)
            return
        stdout, stderr = os.isatty(1), os.isatty(2)
        same = os.path.samestat(os.fstat(1), os.fstat(2))
        self.layout = terminal.layout(
            stdin=os.isatty(0), stdout=stdout, stderr=stderr, same=same, person=person is not None
        )
        self._add(1, sys.stdout, stand_in=self.layout.out)
        if not self.layout.joined:
            self._add(2, sys.stderr, stand_in=self.layout.err)
        out, err = self._theirs[0], self._theirs[-1]
        self.theirs = (out if self.layout.keys else 0, out, err)

    def _add(self, number: int, stream: object, *, stand_in: bool) -> None:
        ours, theirs = terminal.make(number) if stand_in else os.pipe()
        self.ours.append(ours)
        self._theirs.append(theirs)
        if stand_in:
            self._stand_ins.append(ours)
        self.targets.append(_target(stream, number))

    def close_theirs(self) -> None:
        """Behind the fork: only then does the end of the command end our reading."""
        for fd in self._theirs:
            os.close(fd)

    def sources(self) -> list[int]:
        """What to read from, for whoever closes it; our end of a terminal is used beside that."""
        return [os.dup(fd) if fd in self._stand_ins else fd for fd in self.ours]

    def close(self) -> None:
        """Our ends of terminals."""
        for fd in self._stand_ins:
            os.close(fd)

    def resize(self) -> bool:
        """As our own terminals are now; whether the command must be told by us."""
        for fd, like, is_terminal in zip(
            self.ours, (1, 2), (self.layout.out, self.layout.err), strict=False
        ):
            if is_terminal:
                terminal.resize(fd, like)
        return not self.layout.control and (self.layout.out or self.layout.err)


class _Front:
    """The loop; everything that comes, in the order in which it comes."""

    def __init__(
        self,
        job: Job,
        streams: _Streams,
        person: Person | None,
        signals: Signals,
        channel: Channel,
    ) -> None:
        self._job = job
        self._streams = streams
        self._person = person
        self._signals = signals
        self._channel = channel
        self._control = streams.layout.control
        self._keys = b""
        self._child = 0
        self._next: Mapping[str, str] | None = None  # to be started with, when it has ended
        self._backoff = Backoff()
        self._restart_at: float | None = None
        self._kill_at: float | None = None
        self._ending = False  # it was told to end, so that it can be started again
        self._leaving = False
        self._hung_up = False
        if self._control:
            os.set_blocking(streams.ours[0], False)

    def run(self) -> Ended:
        """Until the command has ended."""
        while True:
            ready, writable = self._wait()
            for fd in ready:
                if fd == self._signals.fd:
                    for received in self._signals.read():
                        self._receive(received)
                elif fd == self._channel.sock.fileno():
                    ended = self._event()
                    if ended is not None:
                        return ended
                elif self._person and fd == self._person.fd:
                    self._read_keys()
                elif self._job.changes and fd == self._job.changes.fd:
                    self._change(self._job.changes.read())
            if writable:
                self._write_keys()
            self._on_time(time.monotonic())

    def _wait(self) -> tuple[list[int], bool]:
        poller = select.poll()
        for fd in (self._signals.fd, self._channel.sock.fileno()):
            poller.register(fd, select.POLLIN)
        if self._job.changes:
            poller.register(self._job.changes.fd, select.POLLIN)
        timeout: float | None = None
        if self._control and self._person:
            self._person.take()
            if not self._person.raw:
                timeout = BACKGROUND_S
            elif self._keys:
                poller.register(self._streams.ours[0], select.POLLOUT)
            elif not self._hung_up:
                poller.register(self._person.fd, select.POLLIN)
        for at in (self._kill_at, self._restart_at):
            if at is not None:
                left = max(0.0, at - time.monotonic())
                timeout = left if timeout is None else min(left, timeout)
        found = poller.poll(None if timeout is None else timeout * 1000 + 1)
        readable = [fd for fd, _ in found if not (self._keys and fd == self._streams.ours[0])]
        return readable, len(readable) < len(found)

    def start(self, environ: Mapping[str, str]) -> None:
        """Have the command started."""
        self._next, self._ending, self._kill_at = None, False, None
        self._channel.send(Kind.START, 0, keeper.packed(self._job.argv, environ))

    def _receive(self, received: Received) -> None:
        number, by_key, sender = received
        if number == signal.SIGWINCH:
            if self._streams.resize():
                self._channel.send(Kind.SIGNAL, number)
            return
        if number == signal.SIGCONT:
            self._channel.send(Kind.CONTINUE)
            return
        if number in _LEAVING:
            self._leaving, self._restart_at = True, None
        # Beside us in one group, the command has what the whole group was sent.
        beside = self._person is not None and not self._control
        if beside and (by_key or sender == self._child):
            return
        self._channel.send(Kind.SIGNAL, number)

    def _event(self) -> Ended | None:
        message = self._channel.receive()
        if message is None:
            raise MachineError(
                "run-keeper-lost", "the process that waits for the command was ended"
            )
        match message.kind:
            case Kind.STARTED:
                self._child = message.number
                if self._job.changes:
                    self._job.changes.start()
            case Kind.FAILED:
                raise _failure(message.number)
            case Kind.STOPPED if self._person is not None:
                self._suspend(self._person)
            case Kind.ENDED:
                if self._next is None or not self._ending or self._leaving:
                    return Ended.of(message.number)
                self._backoff.restarted(time.monotonic())
                self.start(self._next)
            case _:
                pass
        return None

    def _suspend(self, person: Person) -> None:
        """The command was stopped at its terminal: stop too, so that the shell has its turn."""
        person.give_back()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTSTP})
        try:
            # Not SIGSTOP: where nobody could take it up again, the kernel does not stop it.
            if self._control:
                os.killpg(0, signal.SIGTSTP)
            else:
                os.kill(os.getpid(), signal.SIGTSTP)
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTSTP})
        self._streams.resize()
        self._channel.send(Kind.CONTINUE)

    def _change(self, changed: Changed | None) -> None:
        if changed is None or self._leaving:
            return
        if changed.signal is not None:
            self._channel.send(Kind.SIGNAL, changed.signal)
            return
        self._next = changed.environ
        if not self._ending and self._restart_at is None:
            self._restart_at = self._backoff.at(time.monotonic())

    def _on_time(self, now: float) -> None:
        if self._restart_at is not None and now >= self._restart_at and not self._leaving:
            self._restart_at, self._ending = None, True
            self._channel.send(Kind.SIGNAL, signal.SIGTERM)
            self._channel.send(Kind.CONTINUE)
            self._kill_at = now + self._job.grace
        if self._kill_at is not None and now >= self._kill_at:
            self._kill_at = None
            self._channel.send(Kind.SIGNAL, signal.SIGKILL)

    def _read_keys(self) -> None:
        data = b""
        with suppress(OSError):
            data = os.read(cast("Person", self._person).fd, KEYS_OCTETS)
        self._keys += data
        self._hung_up = not data

    def _write_keys(self) -> None:
        try:
            written = os.write(self._streams.ours[0], self._keys)
        except BlockingIOError:
            return
        except OSError:
            written = len(self._keys)  # nobody reads there any more
        self._keys = self._keys[written:]


def _failure(number: int) -> MachineError:
    # What was given as the command is not repeated: people forget the `--` before a value.
    if number in {errno.ENOENT, errno.ENOTDIR}:
        return CommandMissingError(
            "run-command-not-found", "there is no such command", fix="check its name and PATH"
        )
    fix = None
    if number == errno.E2BIG:
        fix = "hand the secrets over as files: --inject files"
    elif number == errno.ENOEXEC:
        fix = "a script begins with a line such as #!/bin/sh"
    return CommandUnusableError(
        "run-command-unusable", f"the command cannot be run: {os.strerror(number)}", fix=fix
    )


def _target(stream: object, fd: int) -> BinaryIO:
    """Where text goes, as octets; a stream that tests put in its place too."""
    buffer = getattr(stream, "buffer", None)
    return cast("BinaryIO", buffer) if buffer else open(fd, "wb", closefd=False)
