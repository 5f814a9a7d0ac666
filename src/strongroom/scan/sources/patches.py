"""What changes bring: the new side of each hunk of a patch with the lines around it.

Whole files would report what was there before; added lines alone would hide a name from its
value two lines further down. Patches of merges (`-c`) have what no parent has.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Final

from strongroom.scan.model import Medium, NotScanned, Origin, Piece
from strongroom.scan.sources.content import OVERLAP, WINDOW, look, whole
from strongroom.scan.sources.git import Repository
from strongroom.scan.sources.objects import objects
from strongroom.scan.sources.quoting import unquoted
from strongroom.scan.sources.text import Kind, kind_of

_HUNK: Final = re.compile(rb"^(@@+) ((?:-\d+(?:,\d+)? )+)\+(\d+)(?:,(\d+))? @@")
_OLD: Final = re.compile(rb"-\d+(?:,(\d+))? ")
_SUBMODULE: Final = b"160000"


@dataclass(slots=True)
class _File:
    """What the lines above a file's hunks say of it."""

    path: bytes = b""
    oid: str = ""
    is_submodule: bool = False


class Patches:
    """Reads patches; afterwards `binaries` and `names` have what has no lines."""

    def __init__(self, out: IO[bytes], medium: Medium) -> None:
        self._out = out
        self._medium = medium
        self._file = _File()
        self.binaries: dict[str, list[str]] = {}  # oid to paths
        self.names: dict[bytes, None] = {}

    def pieces(self) -> Iterator[Piece | NotScanned]:
        """One piece for each hunk that adds something."""
        readline = self._out.readline
        while line := readline():
            if line.startswith(b"@@"):
                yield from self._hunk(line)
            elif line.startswith(b"* Unmerged path "):
                path = os.fsdecode(unquoted(line[16:].rstrip(b"\n")))
                yield NotScanned(path, "unmerged", "its conflict is not resolved")
            elif unscanned := self._header(line):
                yield unscanned

    def _header(self, line: bytes) -> NotScanned | None:
        word, _, rest = line.rstrip(b"\n").partition(b" ")
        if word == b"diff":
            self._file = _File(_path(rest))
        elif word == b"new" and rest.startswith(b"file mode "):
            self.names[self._file.path] = None
            self._file.is_submodule = rest.endswith(_SUBMODULE)
        elif word in {b"rename", b"copy"} and rest.startswith(b"to "):
            self._file.path = unquoted(rest[3:])
            self.names[self._file.path] = None
        elif word == b"index":
            return self._index(rest)
        elif word == b"Binary" and self._file.oid.strip("0") and not self._file.is_submodule:
            self.binaries.setdefault(self._file.oid, []).append(os.fsdecode(self._file.path))
        return None

    def _index(self, rest: bytes) -> NotScanned | None:
        oids, _, mode = rest.partition(b" ")
        self._file.oid = oids.partition(b"..")[2].decode("ascii", "replace")
        if mode == _SUBMODULE or self._file.is_submodule:
            self._file.is_submodule = True
            path = os.fsdecode(self._file.path)
            return NotScanned(path, "skipped-submodule", "a repository of its own; scan it there")
        return None

    def _hunk(self, line: bytes) -> Iterator[Piece]:
        head = _HUNK.match(line)
        if head is None:
            return
        parents = len(head[1]) - 1
        old = [int(count) if count else 1 for count in _OLD.findall(head[2])]
        new = int(head[4]) if head[4] is not None else 1
        body = self._plain(old[0], new) if parents == 1 else self._combined(old, new)
        if self._file.is_submodule:
            for _ in body:
                pass
            return
        path = os.fsdecode(self._file.path)
        for piece in _pieces(body, int(head[3]), Origin(path, self._medium, self._file.oid)):
            if self._is_text(piece):
                yield piece
            elif path not in (those := self.binaries.setdefault(self._file.oid, [])):
                those.append(path)

    def _is_text(self, piece: Piece) -> bool:
        """Whether lines are all that it has: an attribute can make a text of anything for git."""
        if not self._file.oid.strip("0"):
            return True
        begins = piece.first_line == 1
        return b"\0" not in piece.data and not (begins and kind_of(piece.data) is not Kind.TEXT)

    def _plain(self, old: int, new: int) -> Iterator[tuple[bytes, bool]]:
        """Each line of the new side, and whether it is added."""
        readline = self._out.readline
        while old or new:
            line = readline()
            first = line[:1]
            if first == b"+":
                new -= 1
                yield line[1:], True
            elif first == b"-":
                old -= 1
            elif first == b"\\":
                continue
            elif not line:
                return
            else:  # an empty line may have lost its blank
                old, new = old - 1, new - 1
                yield line[1:] or line, False

    def _combined(self, old: list[int], new: int) -> Iterator[tuple[bytes, bool]]:
        readline = self._out.readline
        width = len(old)
        added = b"+" * width
        while new or any(old):
            line = readline()
            if not line:
                return
            marks = line[:width]
            if marks.startswith(b"\\"):
                continue
            gone = b"-" in marks
            for parent in range(width):
                if marks[parent : parent + 1] == (b"-" if gone else b" "):
                    old[parent] -= 1
            if not gone:
                new -= 1
                yield line[width:], marks == added


def _pieces(body: Iterator[tuple[bytes, bool]], line: int, origin: Origin) -> Iterator[Piece]:
    """The lines in pieces of at most about a window, with the ranges that are added."""
    lines: list[bytes] = []
    ranges: list[tuple[int, int]] = []
    size = 0
    first = line
    for text, is_added in body:
        lines.append(text)
        size += len(text)
        if is_added:
            if ranges and ranges[-1][1] == line - 1:
                ranges[-1] = (ranges[-1][0], line)
            else:
                ranges.append((line, line))
        line += 1
        if size >= WINDOW:
            yield Piece(b"".join(lines), origin, first, changed=tuple(ranges))
            kept = _tail(lines)
            lines = lines[len(lines) - kept :]
            first = line - kept
            size = sum(map(len, lines))
            ranges = [(max(begin, first), end) for begin, end in ranges if end >= first]
    if ranges:
        yield Piece(b"".join(lines), origin, first, changed=tuple(ranges))


def _tail(lines: list[bytes]) -> int:
    """How many of the last lines fit into an overlap."""
    size = 0
    for kept, text in enumerate(reversed(lines)):
        size += len(text)
        if size > OVERLAP:
            return kept
    return len(lines)


def _path(rest: bytes) -> bytes:
    sort, _, names = rest.partition(b" ")
    if sort != b"--git":  # `--combined` and `--cc` name it once
        return unquoted(names)
    # Both halves are the same but for their first letter, or `rename to` follows.
    second = unquoted(names[(len(names) - 1) // 2 + 1 :])
    return second.removeprefix(b"b/")


def remaining(
    repository: Repository, patches: Patches, medium: Medium
) -> Iterator[Piece | NotScanned]:
    """The binary files that patches named, whole, and the names of new files."""
    yield from blobs(repository, patches.binaries, medium)
    if patches.names:
        yield Piece(b"\n".join(patches.names), Origin("", Medium.FILE_NAME))


def blobs(
    repository: Repository, binaries: Mapping[str, list[str]], medium: Medium
) -> Iterator[Piece | NotScanned]:
    """Files whole, by their ids, each with the paths that it has; what is not there is named."""
    if not binaries:
        return
    width = len(next(iter(binaries))) // 2
    for found in objects(repository, bytes.fromhex("".join(binaries)), width):
        if isinstance(found, NotScanned):
            yield from (NotScanned(p, found.code, found.why) for p in binaries[found.path])
            continue
        paths = binaries[found.oid]
        if found.read is not None:
            yield from look(found.read, Origin(paths[0], medium, found.oid))
            paths = paths[1:]
            for path in paths:
                yield NotScanned(path, "skipped-double", "the same bytes under another name")
        else:
            for path in paths:
                yield from whole(found.data, Origin(path, medium, found.oid))
