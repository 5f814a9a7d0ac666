"""Room on the disk that is kept for the worst day: revoke, freeze, kill and seal still work.

A file beside the database, allocated in full. While it stands, ordinary work goes on. When
the disk is full, ordinary work is refused, and what contains an incident makes room for
itself by cutting the file shorter, a slice at a time, so that a neighbour who fills the
disk can take no more than one slice. Ordinary work begins again when the file could be
allocated in full once more.
"""

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

RESERVE_BYTES: Final = 64 * 1024 * 1024
SLICES: Final = 32
RETRY_US: Final = 1_000_000


class Reserve:
    """The file `path` of `size_bytes`. Not for two threads at once; processes may share it."""

    def __init__(self, path: Path, *, size_bytes: int = RESERVE_BYTES) -> None:
        self._path = path
        self._size = size_bytes
        self._slice = max(1, size_bytes // SLICES)
        self._whole = False
        self._tried_us = 0

    @property
    def whole(self) -> bool:
        """Whether the file stood in full when it was last looked at."""
        return self._whole

    def ready(self, now_us: int) -> bool:
        """Whether ordinary work may go on; refills the file if there is space again.

        Looks at the disk at most once in `RETRY_US` while the file is short.
        """
        if self._whole:
            if self._stands():
                return True
            self.doubt()
        if now_us - self._tried_us < RETRY_US and self._tried_us:
            return False
        self._tried_us = now_us
        self._whole = self._fill()
        return self._whole

    def doubt(self) -> None:
        """Look again before the next ordinary work: a write has just failed for want of space."""
        self._whole = False
        self._tried_us = 0

    def give(self) -> bool:
        """Free one slice for what cannot wait; False when nothing is left."""
        self._whole = False
        try:
            left = self._path.stat().st_size
            if not left:
                return False
            # Cutting a file shorter needs no space on any file system that we know of.
            os.truncate(self._path, max(0, left - self._slice))
        except OSError:
            return False
        return True

    def _stands(self) -> bool:
        # Another process may have cut it shorter; asked once for each flush, under 2 µs.
        try:
            return self._path.stat().st_size >= self._size
        except OSError:
            return False

    def _fill(self) -> bool:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            handle = os.open(self._path, flags, stat.S_IRUSR | stat.S_IWUSR)
        except OSError:
            return False
        try:
            before = os.fstat(handle).st_size
            if before >= self._size:
                return True
            try:
                os.posix_fallocate(handle, 0, self._size)
            except OSError:
                # Some file systems keep what they could allocate; that would be the last
                # space, taken from the very work that this file is for.
                with suppress(OSError):
                    os.ftruncate(handle, before)
                return False
            return True
        finally:
            os.close(handle)
