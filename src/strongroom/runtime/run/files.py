"""Secrets as files in memory: swapped all at once on a rotation, gone when the command is.

As Kubernetes does it: `NAME` is a link through `..data` to a folder that is made anew and swapped in by
one rename, so that whoever opens a file gets old or new, and two files belong together.

The lock of the folder is held as long as one of its processes lives. Whoever starts next removes
folders that nobody holds: those of processes that were all killed at once.
"""

import fcntl
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Final

from strongroom.errors import MachineError

START: Final = "strongroom-run-"
DATA: Final = "..data"
MOUNTS: Final = Path("/proc/self/mountinfo")
SHARED: Final = Path("/dev/shm")  # noqa: S108 - a folder of a name of ours is made in it
_MEMORY: Final = frozenset({"tmpfs", "ramfs"})


class Folder:
    """One folder of files; nobody else may look into it."""

    def __init__(self, base: Path) -> None:
        name = token_hex(16)
        made = base / f".{name}"
        self.path = base / f"{START}{name}"
        self._turn = 0
        try:
            made.mkdir(0o700)
            # Held before it has the name by which forgotten ones are found.
            self._held = os.open(made, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            made.rename(self.path)
        except OSError as error:
            raise _failed(error) from None

    def put(self, texts: Mapping[str, str]) -> None:
        """These files and no others, all at once.

        Raises:
            MachineError: `run-files-failed`; what was there before is still there.
        """
        self._turn += 1
        turn = self.path / f"..{self._turn}"
        try:
            turn.mkdir(0o700)
            for name, text in texts.items():
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
                with os.fdopen(os.open(turn / name, flags, 0o600), "wb") as file:
                    file.write(text.encode("utf-8", "surrogatepass"))
            for name in texts:
                with suppress(FileExistsError):
                    (self.path / name).symlink_to(f"{DATA}/{name}")
            new = self.path / "..new"
            new.symlink_to(turn.name)
            new.replace(self.path / DATA)
            for path in list(self.path.iterdir()):
                if not path.name.startswith("..") and path.name not in texts:
                    path.unlink()
        except OSError as error:
            shutil.rmtree(turn, ignore_errors=True)
            raise _failed(error) from None
        shutil.rmtree(self.path / f"..{self._turn - 1}", ignore_errors=True)

    def remove(self) -> None:
        """Gone, as often as it is said."""
        shutil.rmtree(self.path, ignore_errors=True)


def make(environ: Mapping[str, str]) -> Folder:
    """A folder in memory; those that nobody holds any more are removed.

    Raises:
        MachineError: `run-no-memory`, `run-files-failed`.
    """
    given = environ.get("XDG_RUNTIME_DIR", "")
    mounts = MOUNTS.read_text("utf-8", "replace") if MOUNTS.exists() else ""
    for base in (Path(given), SHARED) if given.startswith("/") else (SHARED,):
        if in_memory(base, mounts) and os.access(base, os.W_OK | os.X_OK):
            sweep(base)
            return Folder(base)
    raise MachineError(
        "run-no-memory",
        "there is no place in memory for files: neither $XDG_RUNTIME_DIR nor /dev/shm is a tmpfs",
        fix="mount a tmpfs on /dev/shm, or inject variables: --inject env",
    )


def in_memory(folder: Path, mounts: str) -> bool:
    """Whether `folder` is on a file system in memory; `mounts` as /proc/self/mountinfo has them."""
    try:
        device = folder.stat().st_dev
    except OSError:
        return False
    number = f"{os.major(device)}:{os.minor(device)}"
    for line in mounts.splitlines():
        fields, _, kind = line.partition(" - ")
        if fields.split()[2:3] == [number]:
            return kind.split()[:1] != [] and kind.split()[0] in _MEMORY
    return False


def sweep(base: Path) -> None:
    """Remove folders of this user that no process holds."""
    for path in base.glob(f"{START}*"):
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            held = os.open(path, flags)
        except OSError:
            continue
        try:
            if os.fstat(held).st_uid == os.getuid():
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path, ignore_errors=True)
        except OSError:
            pass  # somebody holds it
        finally:
            os.close(held)


def _failed(error: OSError) -> MachineError:
    return MachineError("run-files-failed", f"the files could not be made: {error.strerror}")
