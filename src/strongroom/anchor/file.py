"""A file that keeps checkpoints, one line each. Format: docs/spec/audit-export.md, section 4.

On another disk, another machine's share or write-once storage it outlives the room. The file
is only ever appended to, so the system's append-only attribute may be set on it.
"""

import fcntl
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from strongroom.anchor.interface import NOTE_BYTES_MAX, foreign, unreadable, unwritable

_LINE_BYTES_MAX = 2 * NOTE_BYTES_MAX
_BEGIN = b'{"checkpoint": "'
_FLAGS = os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY


class FileAnchor:
    """See `strongroom.anchor.interface`. `origins` are the log's names, the one of today last."""

    def __init__(self, path: Path, *origins: str) -> None:
        self._path = path
        self._starts = tuple(f"{origin}\n" for origin in origins)

    def notes(self) -> Iterator[str]:
        """What was kept. A line that was cut off by a crash is none."""
        try:
            with self._opened(os.O_RDONLY) as stream:
                yield from filter(None, map(self._note, self._lines(stream)))
        except FileNotFoundError:
            raise unreadable("there is no such file") from None
        except OSError as error:
            raise unreadable(error.strerror or "the machine refused") from None

    def append(self, note: str, at_us: int) -> None:
        """One line, synced, behind lines of this log."""
        del at_us
        line = json.dumps({"checkpoint": note}).encode() + b"\n"
        try:
            with self._opened(os.O_RDWR | os.O_CREAT | os.O_APPEND) as stream:
                fcntl.flock(stream, fcntl.LOCK_EX)
                new, whole = True, True
                for raw in self._lines(stream):
                    self._note(raw)  # nothing is appended to what is of somebody else
                    new, whole = False, raw.endswith(b"\n")
                written = line if whole else b"\n" + line
                if os.write(stream.fileno(), written) != len(written):
                    raise unwritable("it took a part only")
                os.fsync(stream.fileno())
            if new:
                _sync_folder(self._path.parent)
        except OSError as error:
            raise unwritable(error.strerror or "the machine refused") from None

    @contextmanager
    def _opened(self, flags: int) -> Iterator[BinaryIO]:
        descriptor = os.open(self._path, flags | _FLAGS, 0o600)
        with os.fdopen(descriptor, "r+b" if flags & os.O_RDWR else "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise foreign("it is not a regular file")
            yield stream

    @staticmethod
    def _lines(stream: BinaryIO) -> Iterator[bytes]:
        while raw := stream.readline(_LINE_BYTES_MAX):
            if len(raw) == _LINE_BYTES_MAX:
                raise foreign("a line of it is too long")
            yield raw

    def _note(self, raw: bytes) -> str | None:
        """The note of a line, None for the beginning of one that a crash cut off."""
        try:
            line = json.loads(raw)
            note = line["checkpoint"] if line.keys() == {"checkpoint"} else None
        except (ValueError, RecursionError, AttributeError):
            if raw.startswith(_BEGIN) or _BEGIN.startswith(raw.rstrip(b"\n")):
                return None
            note = None
        if not isinstance(note, str):
            raise foreign("a line of it is not a checkpoint")
        if not note.startswith(self._starts):
            raise foreign("it keeps the checkpoints of another log")
        return note


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
