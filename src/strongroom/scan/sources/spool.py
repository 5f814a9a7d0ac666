"""The log of a history in a file: git writes it while versions are looked at, two read it.

One pass of `git log` says which commit brought which blob under which name. It costs about a
fifth of a scan, so it is made once, beside everything else. A lock on the file says that git is
not done, and `END` at its end that it is whole: whoever reads it may be another process.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from strongroom.scan.sources.git import Repository, Stream

# Merges as what no parent has (`-c`); the reflog holds older stashes and what was amended.
ARGUMENTS: Final = (
    "log", "--raw", "--no-abbrev", "--no-renames", "-c", "--no-color",
    "--no-show-signature", "--no-mailmap", "--no-ext-diff", "--no-textconv", "--no-notes",
    "--encoding=UTF-8", "--format=%x01%H%x01%at%x01%S%x01%an",
)  # fmt: skip
EVERYTHING: Final = ("--all", "--reflog")
END: Final = b"\x01end\n"


@contextmanager
def spooled(repository: Repository, path: Path) -> Iterator[None]:
    """Have git write the log into a new file at `path`; with the block it is ended.

    Where the disk refuses there is no file, or it is not whole.

    Raises:
        MachineError: `git-missing` or `git-failed`.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open(path, "xb", buffering=0, opener=_private))
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:
            yield
            return
        with repository.stream(*ARGUMENTS, *EVERYTHING, into=file) as git:
            watcher = threading.Thread(target=_watch, args=(git, file), daemon=True)
            # Once git is ended and before the file is closed, also where the block is interrupted.
            stack.callback(_joined, watcher)
            watcher.start()
            yield


def awaited(path: Path) -> IO[bytes] | None:
    """The file once git is done with it, to be read and closed; None where it is not whole."""
    try:
        file = path.open("rb")
    except OSError:
        return None
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_SH)
        file.seek(-len(END), os.SEEK_END)
        if file.read(len(END)) == END:
            file.seek(0)
            return file
    file.close()
    return None


def _watch(git: Stream, file: IO[bytes]) -> None:
    with suppress(OSError):
        if git.end()[0] == 0:
            file.write(END)
    with suppress(ValueError):  # who was interrupted while this began does not wait for it
        fcntl.flock(file, fcntl.LOCK_UN)


def _joined(watcher: threading.Thread) -> None:
    with suppress(RuntimeError):  # it has not begun
        watcher.join()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
