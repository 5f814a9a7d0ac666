"""A folder, or files, as they are on disk: never through a link, never a pipe, never a hang."""

import io
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from strongroom.errors import MachineError, NotFoundError
from strongroom.scan.model import Medium, NotScanned, Origin, Piece
from strongroom.scan.sources import skips
from strongroom.scan.sources.content import WINDOW, look, reader
from strongroom.scan.sources.disk import exactly, reading, reason
from strongroom.scan.sources.interface import Extent
from strongroom.scan.sources.share import shares
from strongroom.scan.sources.text import Kind, kind_of

SMALL_OCTETS: Final = 4 * 1024 * 1024  # less is done before a second process has started
NAMES_OCTETS: Final = 1024 * 1024  # of one piece of names; a name has a few thousand at most
PART_OCTETS: Final = (
    2 * 1024 * 1024
)  # of files, after which a part is given while others are looked for
PARTS_MANY: Final = 4  # of names alone
PART_NAMES: Final = 16 * 1024  # the same, octets of their names: it must fit in a pipe
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
# Files that are somebody's memory or a door to a driver; some have no end.
_PSEUDO: Final = ("/proc", "/sys")
_OTHERS: Final = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_FOLDERS: Final = (b"objects", b"refs")
_BARE: Final = frozenset({b"HEAD", *_FOLDERS})
_HEAD_OCTETS: Final = 256
# Git's own beside these. Whatever else somebody puts there is looked at.
_OWN: Final = _BARE | frozenset(
    b"config config.worktree description hooks info packed-refs logs index branches worktrees modules shallow "
    b"ORIG_HEAD FETCH_HEAD MERGE_HEAD MERGE_MSG MERGE_MODE SQUASH_MSG COMMIT_EDITMSG AUTO_MERGE CHERRY_PICK_HEAD "
    b"REVERT_HEAD rebase-merge rebase-apply sequencer gc.log gc.pid lfs".split()
)
_HEAD: Final = re.compile(rb"(?:ref: |[0-9a-f]{40}(?:[0-9a-f]{24})?\n?\Z)")
# What a repository says about itself, in a folder whose other files are git's own.
CREDENTIAL_FILES: Final = ("config", "config.worktree", "FETCH_HEAD")


class FilePart(NamedTuple):
    """Some of the files. `paths` are relative to `root`, joined by NULs to be small.

    `others` are names of what is no file to look at, joined alike.
    """

    root: bytes
    paths: bytes
    extent: Extent
    not_scanned: tuple[NotScanned, ...] = ()
    others: bytes = b""

    def pieces(self) -> Iterator[Piece | NotScanned]:
        """What is in them, then their names."""
        yield from self.not_scanned
        for path in self.paths.split(b"\0"):
            if path:
                yield from _file(self.root, path)
        origin = Origin("", Medium.FILE_NAME)
        yield from _names(self.paths, origin)
        yield from _names(self.others, origin)


class Folder(NamedTuple):
    """What is under `root`; of `paths` (relative to it, or absolute and below) where given.

    `everything` looks at what `skips` leaves out too.
    """

    root: Path
    paths: tuple[str, ...] = ()
    everything: bool = False

    def parts(self, jobs: int) -> Sequence[FilePart]:
        """The files in the order of the disk, shared by their size.

        Raises:
            NotFoundError: `path-not-found`.
            MachineError: `path-unreadable`.
        """
        walk, paths = self._walk()
        for path in paths:
            for _ in walk.begin(path):
                pass
        if sum(walk.sizes) < SMALL_OCTETS:
            jobs = 1
        runs = list(shares(walk.sizes, jobs))
        parts = [walk.part(first, last) for first, last in runs[1:]]
        return [walk.part(*(runs[0] if runs else (0, 0)), whole=True), *parts]

    def walked(self) -> Iterator[FilePart]:
        """The same in small parts, each as soon as its files are seen.

        Raises:
            NotFoundError, MachineError: as `parts`.
        """
        walk, paths = self._walk()
        ends: list[int] = []  # of parts that are complete
        first = at = octets = names = whole = 0
        for path in paths:
            for _ in walk.begin(path):
                while at < len(walk.files):
                    octets += walk.sizes[at]
                    names += len(walk.files[at]) + 1
                    at += 1
                    if octets >= PART_OCTETS or names >= PART_NAMES:
                        ends.append(at)
                        whole += octets
                        octets = names = 0
                if whole >= SMALL_OCTETS or len(ends) >= PARTS_MANY:
                    for end in ends:
                        yield walk.part(first, end)
                        first = end
                    ends.clear()
        yield walk.part(first, at, whole=True)

    def _walk(self) -> "tuple[_Walk, list[bytes]]":
        root = os.fsencode(self.root)
        paths = [os.fsencode(path) for path in self.paths] or [b""]
        # `Path.is_dir` raises where a folder above may not be entered.
        if not self.paths and not os.path.isdir(self.root):  # noqa: PTH112
            root, name = os.path.split(root)
            root, paths = root or b".", [name]
        return _Walk(root, everything=self.everything), paths


class _Walk:
    """The names and sizes of files, and what is none."""

    def __init__(self, root: bytes, *, everything: bool) -> None:
        self.root = root
        self.files: list[bytes] = []
        self.sizes: list[int] = []
        self.not_scanned: list[NotScanned] = []
        self.empty: list[bytes] = []  # folders in which there is nothing
        self._everything = everything
        self._pseudo = _devices(_PSEUDO)

    def part(self, first: int, last: int, *, whole: bool = False) -> FilePart:
        """Of the files, those from `first` on; with `whole`, all that is none, too."""
        paths = b"\0".join(self.files[first:last])
        extent = Extent(last - first, sum(self.sizes[first:last]))
        if not whole:
            return FilePart(self.root, paths, extent)
        others = [os.fsencode(one.path) for one in self.not_scanned]
        more = tuple(self.not_scanned), b"\0".join(others + self.empty)
        return FilePart(self.root, paths, extent, *more)

    def begin(self, path: bytes) -> Iterator[None]:
        """Walk, and stop at each folder."""
        if path.startswith(b"/"):
            path = os.path.relpath(path, self.root)
        whole = _join(self.root, path) if path else self.root
        # Who names a link means its target. As above, `Path` would raise.
        if path and os.path.islink(whole):  # noqa: PTH114
            path = os.path.relpath(os.path.realpath(whole), os.path.realpath(self.root))
            whole = _join(self.root, path)
        try:
            found = Path(os.fsdecode(whole)).stat()
            if stat.S_ISDIR(found.st_mode):
                with os.scandir(whole):
                    pass
        except FileNotFoundError:
            raise NotFoundError(
                "path-not-found", f"{_shown(whole)} does not exist", fix="name a file or a folder"
            ) from None
        except OSError as error:
            raise MachineError(
                "path-unreadable",
                f"{_shown(whole)} cannot be opened: {error.strerror}",
                fix="run it as a user who may read it",
            ) from None
        if stat.S_ISDIR(found.st_mode):
            yield from self._folders(path if path != b"." else b"")
        else:
            self._take(path, found)
            yield

    def _folders(self, top: bytes) -> Iterator[None]:
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            try:
                with os.scandir(_join(self.root, folder)) as listed:
                    entries = list(listed)
            except OSError as error:
                self._name(folder, *reason(error))
                continue
            if not entries:
                self.empty.append(folder)
                continue
            if {entry.name for entry in entries} >= _BARE and self._is_repository(folder):
                self._repository(folder)
                entries = [entry for entry in entries if entry.name not in _OWN]
            prefix = folder + b"/" if folder else b""
            below = []
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if self._enters(path, entry):
                        below.append(path)
                else:
                    self._entry(path, entry)
            waiting.extend(reversed(below))
            yield
        yield

    def _enters(self, path: bytes, entry: "os.DirEntry[bytes]") -> bool:
        name = os.fsdecode(entry.name)
        if name == skips.GIT:
            return True  # only its configuration is taken from it
        if not self._everything and skips.folder(name):
            self._name(path, "skipped-dependencies", "packages of others, or made by a tool")
            return False
        if self._pseudo and os.lstat(_join(self.root, path)).st_dev in self._pseudo:
            self._name(path, "skipped-pseudo", "no files: the system's own memory")
            return False
        return True

    def _is_repository(self, folder: bytes) -> bool:
        """Whether git would take it for one: anybody can call three files so."""
        whole = _join(self.root, folder)
        try:
            if any(not stat.S_ISDIR(os.lstat(whole + b"/" + one).st_mode) for one in _FOLDERS):
                return False
            if stat.S_ISLNK(os.lstat(whole + b"/HEAD").st_mode):  # as it was once written
                return True
            handle = os.open(whole + b"/HEAD", _OPEN)
            try:
                return _HEAD.match(os.read(handle, _HEAD_OCTETS)) is not None
            finally:
                os.close(handle)
        except OSError:
            return False

    def _repository(self, folder: bytes) -> None:
        """Credentials in its configuration; the rest is packed, and scanned as a history."""
        for name in CREDENTIAL_FILES:
            path = _join(folder, name.encode())
            try:
                found = os.lstat(_join(self.root, path))
            except OSError:
                continue
            self._take(path, found)
        self._name(folder, "skipped-git", "git's own files; scan the history for what they hold")

    def _entry(self, path: bytes, entry: "os.DirEntry[bytes]") -> None:
        try:
            if entry.is_symlink():
                self._name(path, "skipped-link", "a symbolic link, not followed")
                return
            self._take(path, entry.stat(follow_symlinks=False))
        except OSError as error:
            self._name(path, *reason(error))

    def _take(self, path: bytes, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode):
            what = _OTHERS.get(stat.S_IFMT(found.st_mode), "no regular file")
            self._name(path, "not-a-file", f"{what}, not opened")
        elif not self._everything and skips.file(os.fsdecode(path)):
            self._name(path, "skipped-compiled", "compiled, or a font")
        else:
            self.files.append(path)
            self.sizes.append(found.st_size)

    def _name(self, path: bytes, code: str, why: str) -> None:
        self.not_scanned.append(NotScanned(os.fsdecode(path) or ".", code, why))


def _file(root: bytes, path: bytes) -> Iterator[Piece | NotScanned]:
    shown = os.fsdecode(path)
    try:
        handle = os.open(_join(root, path), _OPEN)
    except OSError as error:
        yield NotScanned(shown, *reason(error))
        return
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):  # it was one when the folder was listed
            yield NotScanned(shown, "not-a-file", "no regular file any more, not opened")
            return
        medium = (
            Medium.GIT_CONFIG if path.startswith(b".git/") or b"/.git/" in path else Medium.FILE
        )
        origin = Origin(shown, medium)
        small = 0 < before.st_size < WINDOW
        head = exactly(handle, before.st_size) if small else b""
        if head and kind_of(head) is Kind.TEXT and b"\0" not in head:
            yield Piece(head, origin)
        else:
            with io.FileIO(handle, closefd=False) as seekable:
                read = reader(head) if small else reading(handle, before)
                yield from look(read, origin, seekable=seekable)
        after = os.fstat(handle)
        if (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            yield NotScanned(shown, "changed-meanwhile", "it was written to while it was read")
    except OSError as error:
        yield NotScanned(shown, *reason(error))
    finally:
        os.close(handle)


def _names(joined: bytes, origin: Origin) -> Iterator[Piece]:
    """Names, a line each, in large pieces: there may be millions."""
    at = 0
    while at < len(joined):
        end = len(joined)
        if end - at > NAMES_OCTETS:
            end = joined.rfind(b"\0", at, at + NAMES_OCTETS)
        names = joined[at:end]
        if b"\n" in names:
            names = names.replace(b"\n", b" ")
        yield Piece(names.replace(b"\0", b"\n"), origin)
        at = end + 1


def _join(folder: bytes, path: bytes) -> bytes:
    if not folder or not path:
        return folder or path
    return folder + path if folder.endswith(b"/") else folder + b"/" + path


def _devices(paths: Sequence[str]) -> frozenset[int]:
    found = set()
    for path in paths:
        try:
            found.add(os.lstat(path).st_dev)
        except OSError:
            continue
    return frozenset(found - {os.lstat("/").st_dev})


def _shown(path: bytes) -> str:
    return "".join(c if c.isprintable() else "?" for c in path.decode("utf-8", "backslashreplace"))
