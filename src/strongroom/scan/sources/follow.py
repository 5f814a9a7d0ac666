"""A log as it grows: what is added to it, also when it is rotated or cut short."""

import os
import stat
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from strongroom.errors import InvalidError, MachineError, NotFoundError
from strongroom.scan.model import NotScanned, Origin, Piece
from strongroom.scan.sources.content import OVERLAP, WINDOW
from strongroom.scan.sources.disk import exactly, reason
from strongroom.scan.sources.interface import Extent
from strongroom.scan.sources.text import strings, wide_strings

POLL_S: Final = 0.25
_OPEN: Final = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY


def rest() -> bool:
    """Wait a little; whether to go on, which an interrupt ends."""
    try:
        time.sleep(POLL_S)
    except KeyboardInterrupt:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Follow:
    """The log at `path`, from its beginning; it is source and only part in one.

    `idle` is called when there is nothing new, and ends it by saying no. What is moved away
    is read to its end, then what has come in its place.
    """

    path: Path
    idle: Callable[[], bool] = field(default=rest, repr=False)

    @property
    def extent(self) -> Extent:
        """Unknown."""
        return Extent()

    def parts(self, jobs: int) -> Sequence["Follow"]:  # noqa: ARG002 - nothing to share
        """Itself.

        Raises:
            NotFoundError: `path-not-found`.
            InvalidError: `path-not-a-log`, a pipe or a device.
            MachineError: `path-unreadable`.
        """
        try:
            handle = self._open()
        except FileNotFoundError:
            raise NotFoundError(
                "path-not-found", f"{self._shown} does not exist", fix="name a file"
            ) from None
        except OSError as error:
            raise MachineError(
                "path-unreadable",
                f"{self._shown} cannot be opened: {error.strerror}",
                fix="run it as a user who may read it",
            ) from None
        if handle is None:
            raise InvalidError(
                "path-not-a-log",
                f"{self._shown} is no regular file",
                fix="give what comes from a pipe on standard input",
            )
        os.close(handle)
        return (self,)

    def pieces(self) -> Iterator[Piece | NotScanned]:
        """Lines as they come, behind some that came before; `changed` says which are new."""
        log: _Log | None = None
        try:
            while True:
                try:
                    log = log or self._begun()
                    piece = log.next() if log else None
                    if piece is None and log is not None and self._is_other(log):
                        log.close()
                        log = None
                        continue
                except OSError as error:
                    yield NotScanned(os.fspath(self.path), *reason(error))
                    return
                if piece is not None:
                    yield piece
                elif not self.idle():
                    if log is not None and (piece := log.rest()) is not None:
                        yield piece
                    return
        finally:
            if log is not None:
                log.close()

    @property
    def _shown(self) -> str:
        text = os.fsencode(self.path).decode("utf-8", "backslashreplace")
        return "".join(c if c.isprintable() else "?" for c in text)

    def _open(self) -> int | None:
        handle = os.open(self.path, _OPEN)
        if stat.S_ISREG(os.fstat(handle).st_mode):
            return handle
        os.close(handle)
        return None

    def _begun(self) -> "_Log | None":
        try:
            handle = self._open()
        except FileNotFoundError:  # moved away, and nothing in its place yet
            return None
        return None if handle is None else _Log(handle, Origin(os.fspath(self.path)))

    def _is_other(self, log: "_Log") -> bool:
        if log.waits:
            return False
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return False
        if (found.st_dev, found.st_ino) == log.identity:
            return log.was_cut(found.st_size)
        return log.at_end()


class _Log:
    """One file of the log, and how far it was read."""

    def __init__(self, handle: int, origin: Origin) -> None:
        found = os.fstat(handle)
        self.identity = (found.st_dev, found.st_ino)
        self._handle = handle
        self._origin = origin
        self._read = 0
        self._line = 1  # in which `_held` begins
        self._held = b""  # given already, and the context of what comes
        self._new = b""  # not given: a line that may not be whole

    def next(self) -> Piece | None:
        """What is new, if there is something: whole lines, or a part of one when nothing came."""
        data = exactly(self._handle, WINDOW)
        self._read += len(data)
        self._new += data
        end = self._new.rfind(b"\n") + 1
        if not data or (not end and len(self._new) >= WINDOW):
            end = len(self._new)
        return self._give(end) if end else None

    @property
    def waits(self) -> bool:
        """Whether there is a part of a line that was not given."""
        return bool(self._new)

    def rest(self) -> Piece | None:
        """That part, at the end."""
        return self._give(len(self._new)) if self._new else None

    def _give(self, end: int) -> Piece:
        data, self._new = self._new[:end], self._new[end:]
        if b"\0" in data:  # what a writer leaves who goes on behind a cut
            data = b"\n".join(filter(None, (strings(data), wide_strings(data))))
        first = self._line + self._held.count(b"\n")
        whole = self._held + data
        last = self._line + whole.count(b"\n")
        piece = Piece(whole, self._origin, self._line, changed=((first, last),))
        cut = max(0, len(whole) - OVERLAP)
        if cut:
            cut = whole.find(b"\n", cut) + 1 or len(whole)
        self._line += whole.count(b"\n", 0, cut)
        self._held = whole[cut:]
        return piece

    def was_cut(self, size: int) -> bool:
        """Whether the file is shorter than what was read of it; it is then read anew."""
        return size < self._read

    def at_end(self) -> bool:
        """Whether what was moved away has nothing more."""
        return os.fstat(self._handle).st_size <= self._read

    def close(self) -> None:
        """Leave it."""
        os.close(self._handle)
