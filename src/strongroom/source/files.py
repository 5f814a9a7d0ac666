"""Read files of a folder that nobody vouches for: bounded, never through a link, never a pipe."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.errors import InvalidError, MachineError, NotFoundError
from strongroom.naming.vocabulary import vocabulary
from strongroom.source.paths import area, shown
from strongroom.source.seen import Area, NotLookedAt

FILE_BYTES_MAX: Final = 2 * 1024 * 1024
FILES_MAX: Final = 200_000
# Other people's code and what tools made: named as not looked at, where git cannot tell.
SKIPPED_FOLDERS: Final = vocabulary("""
    .git .hg .svn .venv venv node_modules __pycache__ .tox .nox .mypy_cache .ruff_cache
    .pytest_cache .eggs site-packages
    """)


@dataclass(frozen=True, slots=True)
class Content:
    """The bytes of a file and its permission bits."""

    data: bytes
    mode: int


def must_be_a_folder(root: Path) -> None:
    """Refuse what is no folder, or cannot be opened.

    Raises:
        NotFoundError: `path-not-found`.
        InvalidError: `path-not-a-folder`.
        MachineError: `path-unreadable`.
    """
    try:
        with os.scandir(root):
            return
    except FileNotFoundError:
        raise NotFoundError(
            "path-not-found", f"{shown(str(root))} does not exist", fix="name a folder"
        ) from None
    except NotADirectoryError:
        raise InvalidError(
            "path-not-a-folder",
            f"{shown(str(root))} is not a folder",
            fix="name the folder that holds the source code",
        ) from None
    except OSError as error:
        raise MachineError(
            "path-unreadable",
            f"{shown(str(root))} cannot be opened: {error.strerror}",
            fix="run it as a user who may read the folder",
        ) from None


def read(root: Path, path: str) -> Content | NotLookedAt:
    """The content of a regular file below `root`, or why it was not looked at."""
    try:
        # Not through a link, and without waiting for whoever writes into a pipe.
        handle = os.open(root / path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return skipped(path, "not-on-disk", "tracked by git, and not in the working tree")
    except NotADirectoryError:
        return skipped(path, "not-on-disk", "tracked by git, and not in the working tree")
    except PermissionError:
        return skipped(path, "unreadable", "no permission to read it")
    except OSError as error:
        if (root / path).is_symlink():
            return link(root, path)
        return skipped(path, "unreadable", f"cannot be opened: {error.strerror}")
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            return skipped(path, "not-a-file", "a pipe, socket, device or folder")
        if found.st_size > FILE_BYTES_MAX:
            return skipped(path, "too-large", f"larger than {FILE_BYTES_MAX} bytes")
        with os.fdopen(os.dup(handle), "rb") as stream:
            return Content(stream.read(FILE_BYTES_MAX), stat.S_IMODE(found.st_mode))
    except OSError as error:
        return skipped(path, "unreadable", f"cannot be read: {error.strerror}")
    finally:
        os.close(handle)


def link(root: Path, path: str) -> NotLookedAt:
    """Why a symbolic link was not looked at. Its target is, where it stands, if it is inside."""
    try:
        target = (root / path).resolve(strict=True)
    except RuntimeError:
        return skipped(path, "symlink-loop", "a symbolic link that leads back to itself")
    except OSError as error:
        loop = "symbolic links" in (error.strerror or "")
        code, why = ("symlink-loop", "a symbolic link that leads back to itself") if loop else (
            "symlink-dangling", "a symbolic link to nothing")  # fmt: skip
        return skipped(path, code, why)
    if target.is_relative_to(root.resolve()):
        return skipped(path, "symlink", "a symbolic link; its target is looked at where it stands")
    return skipped(path, "symlink-outside", "a symbolic link that leads out of the folder")


def skipped(path: str, code: str, why: str) -> NotLookedAt:
    """A file that was not looked at. Only a file that should have been is a gap of its area."""
    harmless = code in {"symlink", "symlink-outside", "symlink-loop", "symlink-dangling"}
    absent = code in {"not-on-disk", "submodule", "folder-skipped"}
    return NotLookedAt(shown(path), code, why, Area.OTHER if harmless or absent else area(path))


def walk(root: Path, unread: list[NotLookedAt]) -> Iterator[str]:
    """Every file below `root`, links not followed; what is left out goes into `unread`."""
    folders = [""]
    count = 0
    while folders:
        folder = folders.pop()
        try:
            found = sorted(os.scandir(root / folder), key=lambda e: e.name)
        except OSError as error:
            unread.append(unread_folder(folder, error.strerror or "unknown"))
            continue
        for entry in found:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if not entry.is_dir(follow_symlinks=False):
                count += 1
                if count > FILES_MAX:
                    unread.append(skipped(path, "too-many-files", f"more than {FILES_MAX} files"))
                    return
                yield path
            elif entry.name == "__pycache__":
                continue  # compiled from what is looked at
            elif entry.name in SKIPPED_FOLDERS:
                unread.append(skipped(path, "folder-skipped", "made by tools or by others"))
            else:
                folders.append(path)


def unread_folder(folder: str, why: str) -> NotLookedAt:
    """A folder that could not be opened: anything may be in it."""
    return NotLookedAt(shown(folder), "unreadable", f"cannot be opened: {why}", Area.FOLDER)
