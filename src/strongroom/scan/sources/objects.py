"""The objects of a repository, each read once, by one git that is told which."""

import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final

from strongroom.scan.model import NotScanned
from strongroom.scan.sources.content import WINDOW, Read
from strongroom.scan.sources.git import PIPE_OCTETS, Repository, said_by

# After so many broken objects the rest is named in one word: each costs a new git.
BROKEN_MAX: Final = 500
# More are left in the order of the packs: their names would not fit in memory.
FAMILIES_MAX: Final = 1_000_000
_LISTED: Final = re.compile(
    rb"^(?:blob|commit|tag) (\d+) ([0-9a-f]+) (?:0+|([0-9a-f]+))$", re.MULTILINE
)
_MISSING: Final = re.compile(rb"^([0-9a-f]+) missing$", re.MULTILINE)
_SHA1_OCTETS: Final = 20


@dataclass(slots=True)
class Listing:
    """What a repository holds but trees, in the order in which it is read fastest.

    `ids` are raw object ids behind one another, `width` octets each, `sizes` what they are
    unpacked: together they are small enough for millions.
    """

    width: int = _SHA1_OCTETS
    ids: bytearray = field(default_factory=bytearray)
    sizes: "array[int]" = field(default_factory=lambda: array("Q"))
    not_scanned: list[NotScanned] = field(default_factory=list)


def listing(repository: Repository, ids: bytes | None = None, width: int = _SHA1_OCTETS) -> Listing:
    """The blobs, commits and tags of `ids`; without, every one, reachable or not, from alternates too.

    Raises:
        StrongroomError: git cannot be run, or can't list them.
    """
    found = Listing(width)
    bases: list[tuple[int, bytes]] = []
    which = ("--batch-all-objects", "--unordered") if ids is None else ()
    with repository.stream(
        "cat-file",
        *which,
        "--batch-check=%(objecttype) %(objectsize) %(objectname) %(deltabase)",
        "--buffer",
        given=None if ids is None else in_lines(ids, width),
    ) as git:
        for text in whole_lines(git.out):
            rows = _LISTED.findall(text)
            if not rows:
                continue
            begin = len(found.sizes)
            found.sizes.extend([int(size) for size, _, _ in rows])
            found.width = len(rows[0][1]) // 2
            found.ids += bytes.fromhex(b"".join([oid for _, oid, _ in rows]).decode())
            if begin < FAMILIES_MAX:
                bases += [(i, base) for i, (_, _, base) in enumerate(rows, begin) if base]
            found.not_scanned.extend(missing(oid.decode()) for oid in _MISSING.findall(text))
        code, said = git.end()
    if code:
        found.not_scanned.append(NotScanned("", "repository-corrupt", f"git: {said_by(said)}"))
    elif said and b"promisor" not in said:  # the log says how much a partial clone lacks
        found.not_scanned.append(NotScanned("", "repository-warning", f"git: {said_by(said)}"))
    if bases and len(found.sizes) <= FAMILIES_MAX:
        _by_family(found, bases)
    return found


def _by_family(found: Listing, bases: list[tuple[int, bytes]]) -> None:
    """Put what git packed as differences from one another together.

    Versions of a file are such a family. In the order of the pack they are apart, and git
    unpacks most of them again and again; together it takes half the time and less memory.
    """
    width, ids = found.width, bytes(found.ids)
    needed = {bytes.fromhex(base.decode()) for _, base in bases}
    place = {
        oid: i
        for i in range(len(found.sizes))
        if (oid := ids[i * width : i * width + width]) in needed
    }
    root = list(range(len(found.sizes)))
    for i, base in bases:  # a base is nearly always before what differs from it
        root[i] = root[place.get(bytes.fromhex(base.decode()), i)]
    order = sorted(range(len(root)), key=root.__getitem__)
    found.ids = bytearray(b"".join([ids[i * width : i * width + width] for i in order]))
    found.sizes = array("Q", [found.sizes[i] for i in order])


def whole_lines(out: IO[bytes]) -> Iterator[bytes]:
    """What a pipe gives, in chunks that end with a line."""
    held = b""
    while chunk := out.read(PIPE_OCTETS):
        end = chunk.rfind(b"\n") + 1
        if end:
            yield held + chunk[:end]
            held = chunk[end:]
        else:
            held += chunk
    if held:
        yield held


def missing(oid: str) -> NotScanned:
    """An object that the repository should have."""
    return NotScanned(oid, "object-missing", "it is lost or damaged, or was never fetched")


@dataclass(slots=True)
class Object:
    """One object. `data` is all of it if it is smaller than a window; else `read` gives it."""

    oid: str
    kind: bytes  # blob, commit, tag or tree
    data: bytes = field(repr=False)
    read: Read | None = None


def objects(repository: Repository, ids: bytes, width: int) -> Iterator[Object | NotScanned]:
    """The objects of `ids`, in that order; what can't be read is named.

    An object with `read` must be read before the next is asked for; what is left is passed.
    """
    at = broken = 0
    while at < len(ids):
        if broken > BROKEN_MAX:
            left = (len(ids) - at) // width
            yield NotScanned("", "repository-corrupt", f"{left} more objects were not looked at")
            return
        batch = _Batch(repository, ids[at:], width)
        yield from batch.run()
        at += batch.answered * width
        if at < len(ids):
            oid = ids[at : at + width].hex()
            yield NotScanned(oid, "object-corrupt", f"git: {batch.said or 'it ended early'}")
            at += width
            broken += 1


class _Batch:
    def __init__(self, repository: Repository, ids: bytes, width: int) -> None:
        self._repository = repository
        self._ids = ids
        self._width = width
        self.answered = 0
        self.said = ""

    def run(self) -> Iterator[Object | NotScanned]:
        with self._repository.stream(
            "cat-file", "--batch", "--buffer", given=in_lines(self._ids, self._width)
        ) as git:
            readline, read = git.out.readline, git.out.read
            while header := readline():
                fields = header.split()
                if len(fields) != 3 or not header.endswith(b"\n"):
                    if fields[-1:] != [b"missing"]:
                        break
                    self.answered += 1
                    yield missing(fields[0].decode())
                    continue
                size = int(fields[2])
                if size < WINDOW:
                    data = read(size)
                    if not read(1):
                        break
                    self.answered += 1
                    yield Object(fields[0].decode(), fields[1], data)
                    continue
                large = _Large(read, size)
                yield Object(fields[0].decode(), fields[1], b"", large.read)
                if not large.passed():
                    break
                self.answered += 1
            git.process.kill()  # it ended by itself, or answers what was not asked
            self.said = said_by(git.end()[1])


class _Large:
    """An object of many windows, of which never more than one is in memory."""

    def __init__(self, read: Read, size: int) -> None:
        self._read = read
        self._left = size

    def read(self, octets: int) -> bytes:
        data = self._read(min(octets, self._left))
        self._left -= len(data)
        return data

    def passed(self) -> bool:
        """Read what is left of it, and say whether it was whole."""
        while self._left:
            if not self.read(WINDOW):
                return False
        return self._read(1) == b"\n"


def in_lines(ids: bytes, width: int) -> Iterator[bytes]:
    """Raw ids as git reads them, a line each."""
    step = width * 2048
    for at in range(0, len(ids), step):
        yield ids[at : at + step].hex("\n", width).encode() + b"\n"
