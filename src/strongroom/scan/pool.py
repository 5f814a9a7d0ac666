"""Processes that scan a part each, for one source.

They are started anew and not forked: a fork would copy whatever threads hold (ADR 0355).
"""

import pickle
import selectors
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO, Any, Final

from strongroom import errors
from strongroom.errors import MachineError, StrongroomError
from strongroom.scan.child import Failed
from strongroom.scan.sources.interface import Part
from strongroom.scan.worker import Emit, Recipe

# A folder that is scanned must not be where modules are looked for.
_SAFE: Final = "-I" if sys.flags.isolated else "-P"
_COMMAND: Final = (sys.executable, _SAFE, "-c", "from strongroom.scan.child import main; main()")
_READ_OCTETS: Final = 256 * 1024


@dataclass(slots=True)
class _Child:
    process: subprocess.Popen[bytes]
    data: bytearray = field(default_factory=bytearray)
    done: bool = False

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

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._children: list[_Child] = []

    def start(self, count: int) -> None:
        """Start processes until there are `count`; they make their engine at once.

        Raises:
            MachineError: `scan-worker-failed`.
        """
        for _ in range(count - len(self._children)):
            try:
                process = subprocess.Popen(
                    _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=True
                )
            except OSError as error:
                raise MachineError(
                    "scan-worker-failed",
                    f"a process to scan in could not be started: {error.strerror}",
                    fix="try with --jobs 1",
                ) from None
            self._children.append(_Child(process))
            self._give(self._children[-1], self._recipe)

    def look(self, parts: Sequence[Part], take: Emit) -> None:
        """Give each process a part, and take what they say until all are done.

        Raises:
            MachineError: `scan-worker-failed`, `scan-worker-died`.
            StrongroomError: as the parts.
        """
        self.start(len(parts))
        with selectors.DefaultSelector() as selector:
            for child, part in zip(self._children, parts, strict=False):
                self._give(child, part, last=True)
                selector.register(_out(child), selectors.EVENT_READ, child)
            while selector.get_map():
                for key, _ in selector.select():
                    child = key.data
                    chunk = _out(child).read1(_READ_OCTETS)
                    if not chunk:
                        selector.unregister(key.fileobj)
                        _ended(child)
                    for message in child.messages(chunk):
                        if isinstance(message, Failed):
                            raise _failure(message)
                        if message is None:
                            child.done = True
                        else:
                            take(message)

    def end(self) -> None:
        """End every process, whatever it is doing."""
        for child in self._children:
            with suppress(OSError):
                child.process.kill()
            for stream in (child.process.stdin, child.process.stdout):
                if stream is not None:
                    with suppress(OSError):
                        stream.close()
            child.process.wait()
        self._children.clear()

    def _give(self, child: _Child, what: object, *, last: bool = False) -> None:
        stream = child.process.stdin
        assert stream is not None
        with suppress(BrokenPipeError):  # it has died: that is seen when it is listened to
            pickle.dump(what, stream, pickle.HIGHEST_PROTOCOL)
            stream.flush()
            if last:
                stream.close()


def _out(child: _Child) -> Any:
    stream: IO[bytes] | None = child.process.stdout
    assert stream is not None
    return stream


def _ended(child: _Child) -> None:
    if not child.done:
        status = child.process.wait()
        raise MachineError(
            "scan-worker-died",
            f"a process that scanned has ended ({_status(status)}); not everything was looked at",
            fix="try with --jobs 1; a lack of memory is a common reason",
        )


def _status(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"


def _failure(failed: Failed) -> StrongroomError:
    kind = getattr(errors, failed.kind, MachineError) if failed.kind else MachineError
    return kind(failed.code, failed.message, fix=failed.fix)
