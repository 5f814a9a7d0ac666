"""Processes that scan parts of one source, beside the one that started them.

They are started anew and not forked: a fork would copy whatever threads hold (ADR 0355).
"""

import pickle
import selectors
import subprocess
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Final

from strongroom import errors
from strongroom.errors import MachineError, StrongroomError
from strongroom.scan import starting
from strongroom.scan.child import Failed
from strongroom.scan.worker import Emit, Message, Recipe, Worker

if TYPE_CHECKING:
    from collections import deque
    from collections.abc import Iterable

    from strongroom.scan.sources.interface import Part

_READ_OCTETS: Final = 256 * 1024
_AHEAD: Final = 2  # parts that a process has at a time
_FEW: Final = 4  # parts for each process that are left at the end
_PIPE_OCTETS: Final = 32 * 1024  # that fit in a pipe on any system that we know


class _Child:
    __slots__ = ("data", "open", "process")

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.data = bytearray()
        self.open = 0  # parts that it was given and has not finished

    def messages(self, chunk: bytes) -> list[Any]:
        self.data += chunk
        read, at = [], 0
        while len(self.data) >= at + 4:
            size = int.from_bytes(self.data[at : at + 4], "big")
            if len(self.data) < at + 4 + size:
                break
            read.append(pickle.loads(self.data[at + 4 : at + 4 + size]))  # noqa: S301 - our own
            at += 4 + size
        del self.data[:at]
        return read


class Pool:
    """The processes; `end` must be called whatever happens."""

    def __init__(self, recipe: Recipe, ready: "Iterable[subprocess.Popen[bytes]]" = ()) -> None:
        """`ready` are processes that were started before it was known what to scan by."""
        self._recipe = pickle.dumps(recipe, pickle.HIGHEST_PROTOCOL)
        self._ready = list(ready)
        self._children: list[_Child] = []
        self._selector = selectors.DefaultSelector()

    def start(self, count: int) -> None:
        """Start processes until there are `count`; they make their engine at once.

        Raises:
            MachineError: `scan-worker-failed`.
        """
        for _ in range(count - len(self._children)):
            try:
                process = self._ready.pop() if self._ready else starting.start()
            except OSError as error:
                raise MachineError(
                    "scan-worker-failed",
                    f"a process to scan in could not be started: {error.strerror}",
                    fix="try with --jobs 1",
                ) from None
            child = _Child(process)
            self._children.append(child)
            self._selector.register(_out(child), selectors.EVENT_READ, child)
            _give(child, self._recipe)

    def offer(self, waiting: "deque[Part]", take: Emit) -> None:
        """Let the processes take parts of those that are `waiting`, while more are looked for.

        Raises:
            MachineError, StrongroomError: as `look`.
        """
        for child in self._children:
            self._feed(child, waiting)
        self._listen(waiting, take, wait=False)

    def look(self, waiting: "deque[Part]", take: Emit, worker: Worker) -> None:
        """Have all that is `waiting` looked at, here by `worker` and in the processes.

        Whoever is done takes the next part. `take` is told of everything as it comes.

        Raises:
            MachineError: `scan-worker-failed`, `scan-worker-died`.
            StrongroomError: as the parts.
        """
        for child in self._children:
            self._feed(child, waiting)

        def emit(message: Message) -> None:
            take(message)
            self._listen(waiting, take, wait=False)

        while waiting:
            worker.look(waiting.popleft(), emit)
        # Not until they have ended: one may still be loading, or tidying up after itself.
        while any(child.open for child in self._children):
            self._listen(waiting, take, wait=True)

    def _listen(self, waiting: "deque[Part]", take: Emit, *, wait: bool) -> None:
        """Take what the processes say."""
        for key, _ in self._selector.select(None if wait else 0):
            child = key.data
            chunk = _out(child).read1(_READ_OCTETS)
            if not chunk:
                raise _ended(child)
            for message in child.messages(chunk):
                if isinstance(message, Failed):
                    raise _failure(message)
                if message is None:
                    child.open -= 1
                    self._feed(child, waiting)
                else:
                    take(message)

    def _feed(self, child: _Child, waiting: "deque[Part]") -> None:
        """Give it a part, and one more where there are many, so that it need not wait for us."""
        while waiting and child.open < _AHEAD:
            given = pickle.dumps(waiting[0], pickle.HIGHEST_PROTOCOL)
            # It reads no other part while it looks at one: what is given then must fit in a pipe.
            # Of the last ones nobody takes two, or the others would wait for him.
            few = len(waiting) <= _FEW * len(self._children)
            if child.open and (few or len(given) > _PIPE_OCTETS):
                return
            waiting.popleft()
            child.open += 1
            _give(child, given)

    def end(self) -> None:
        """End every process, whatever it is doing."""
        for process in (*self._ready, *(child.process for child in self._children)):
            starting.end(process)
        self._selector.close()
        self._children.clear()


def _give(child: _Child, what: bytes) -> None:
    stream = child.process.stdin
    assert stream is not None
    with suppress(BrokenPipeError):  # it has died: that is seen when it is listened to
        stream.write(what)
        stream.flush()


def _out(child: _Child) -> Any:
    stream: IO[bytes] | None = child.process.stdout
    assert stream is not None
    return stream


def _ended(child: _Child) -> MachineError:
    """None ends before it is ended: it may have been given something since it was listened to."""
    status = child.process.wait()
    return MachineError(
        "scan-worker-died",
        f"a process that scanned has ended ({_status(status)}); not everything was looked at",
        fix="try with --jobs 1; a lack of memory is a common reason",
    )


def _status(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"


def _failure(failed: Failed) -> StrongroomError:
    kind = getattr(errors, failed.kind, MachineError) if failed.kind else MachineError
    return kind(failed.code, failed.message, fix=failed.fix)
