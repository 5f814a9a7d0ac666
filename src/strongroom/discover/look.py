"""Look at a folder of source code once, and say what it expects: the only I/O of a discovery."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Final

from strongroom.discover.interface import Mention, Reader, Trouble
from strongroom.discover.python.project import Project
from strongroom.discover.sources import declared, env_file
from strongroom.discover.sources.registry import READERS
from strongroom.naming.vocabulary import vocabulary
from strongroom.source import files
from strongroom.source.files import must_be_a_folder
from strongroom.source.git import Git, Refused
from strongroom.source.paths import ENV_PATTERNS, shown
from strongroom.source.seen import NotLookedAt

SUBMODULE: Final = "160000"
PROGRESS_EVERY: Final = 64
KEPT_BYTES_MAX: Final = 128 * 1024 * 1024  # of Python files, to look at them again
# Other people's code that is tracked beside the own: it expects nothing of this application.
VENDORED: Final = vocabulary(
    "node_modules vendor vendored third_party third-party site-packages bower_components _vendor"
)
_READERS: Final[tuple[Reader, ...]] = (env_file, declared, *READERS)
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Looked:
    """What was found, what was not looked at, and how many files were."""

    mentions: list[Mention] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    unread: list[NotLookedAt] = field(default_factory=list)
    files: int = 0


def look(
    root: Path, environ: Mapping[str, str], progress: Progress | None = None, *, git: str = "git"
) -> Looked:
    """Every mention below `root`. `progress` is called with (files done, files in all).

    Raises:
        NotFoundError: `path-not-found`.
        InvalidError: `path-not-a-folder`.
        MachineError: `path-unreadable`.
    """
    must_be_a_folder(root)
    looked = Looked()
    paths = _paths(root, Git(root, environ, git), looked)
    kept: dict[str, bytes] = {}
    python = [p for p in paths if p.endswith((".py", ".pyw"))]
    project = Project(lambda path: kept.get(path) if path in kept else _again(root, path), python)
    held = 0
    for done, path in enumerate(paths):
        if progress and done % PROGRESS_EVERY == 0:
            progress(done, len(paths))
        if path.endswith((".py", ".pyw")):
            data = _data(root, path, looked)
            if data is not None:
                held += len(data)
                if held < KEPT_BYTES_MAX:
                    kept[path] = data
                project.add(path, data)
        else:
            _other(root, path, looked)
    if progress:
        progress(len(paths), len(paths))
    _keep(project.finish(), looked)
    return looked


def _paths(root: Path, git: Git, looked: Looked) -> list[str]:
    try:
        _, is_root = git.place()
        listing = git.files()
        found = [
            e.path for e in listing.entries if e.mode != SUBMODULE and not e.path.endswith("/")
        ]
        looked.unread += [
            files.skipped(
                e.path.rstrip("/"), "submodule", "a repository of its own: look at it on its own"
            )
            for e in listing.entries
            if e.mode == SUBMODULE or e.path.endswith("/")
        ]
        looked.unread += [files.unread_folder(f, "no permission") for f in listing.unreadable]
        found += git.ignored(ENV_PATTERNS)
    except Refused:
        found, is_root = [], False
    if not found and not is_root:
        # No repository, or one around it that ignores all of the folder.
        found = list(files.walk(root, looked.unread))
    return sorted(_own(found, looked))


def _own(paths: list[str], looked: Looked) -> Iterator[str]:
    """Without other people's code, each folder of it named once."""
    named: set[str] = set()
    for path in dict.fromkeys(paths):
        folders = path.split("/")[:-1]
        at = next((n for n, f in enumerate(folders) if f in VENDORED), None)
        if at is None:
            yield path
            continue
        folder = "/".join(folders[: at + 1])
        if folder not in named:
            named.add(folder)
            looked.unread.append(files.skipped(folder, "vendored", "other people's code"))


def _data(root: Path, path: str, looked: Looked) -> bytes | None:
    content = files.read(root, path)
    if isinstance(content, NotLookedAt):
        looked.unread.append(content)
        return None
    looked.files += 1
    return content.data


def _again(root: Path, path: str) -> bytes | None:
    content = files.read(root, path)
    return None if isinstance(content, NotLookedAt) else content.data


def _other(root: Path, path: str, looked: Looked) -> None:
    place = PurePosixPath(path)
    readers = [r for r in _READERS if r.reads(place)]
    if not readers:
        return
    data = _data(root, path, looked)
    if data is None:
        return
    if b"\0" in data:
        looked.unread.append(files.skipped(path, "holds-nul", "holds NUL bytes, so it is not text"))
        return
    text = data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n")
    for reader in readers:
        _keep(reader.read(shown(path), text), looked)


def _keep(found: Iterable[Mention | Trouble], looked: Looked) -> None:
    for one in found:
        if not one.path.isascii():
            one = replace(one, path=shown(one.path))  # noqa: PLW2901 - bytes that are no UTF-8
        if isinstance(one, Mention):
            looked.mentions.append(one)
        else:
            looked.troubles.append(one)
