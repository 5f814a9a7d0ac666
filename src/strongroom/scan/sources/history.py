"""A whole history: every version of every file once, and what people wrote beside them."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from strongroom.scan.model import Medium, NotScanned, Origin, Passed, Piece
from strongroom.scan.sources.content import look, whole
from strongroom.scan.sources.folder import CREDENTIAL_FILES
from strongroom.scan.sources.git import Repository
from strongroom.scan.sources.interface import Extent, IsQuiet
from strongroom.scan.sources.log import LogPart
from strongroom.scan.sources.messages import message
from strongroom.scan.sources.objects import Listing, listing, objects
from strongroom.scan.sources.packs.families import BASE_ONLY, Families, Share
from strongroom.scan.sources.packs.sifted import sifted
from strongroom.scan.sources.packs.stored import stored
from strongroom.scan.sources.share import shares
from strongroom.scan.sources.text import Kind, kind_of

SMALL_OCTETS: Final = 4 * 1024 * 1024
SHARES: Final = 4  # for each process, so that none waits long for another
EMPTY: Final = NotScanned("", "history-empty", "the repository has nothing in it yet")
_SHA1_OCTETS: Final = 20
_SHA256_OCTETS: Final = 32
_PARTIAL: Final = re.compile(rb"(?im)^\s*(?:partialclone|promisor|partialclonefilter)\s*=")


@dataclass(frozen=True, slots=True)
class HistoryPart:
    """Some of the objects; the first part has the configuration too, the last the log.

    `packs` are read by ourselves, git is asked for `ids`.
    """

    repository: Repository
    ids: bytes = field(repr=False)
    width: int
    extent: Extent
    packs: tuple[Share, ...] = ()
    first: tuple[Piece | NotScanned, ...] = ()
    log: LogPart | None = None

    def pieces(self) -> Iterator[Piece | NotScanned]:
        """What is in them, in the order of the packs, which is the fastest to read."""
        for found in self.sifted(lambda _text, _whole: False):
            if not isinstance(found, Passed):
                yield found

    def sifted(self, is_quiet: IsQuiet) -> Iterator[Piece | NotScanned | Passed]:
        """The same without versions in which nothing is; of those that differ, what differs is asked."""
        yield from self.first
        left = bytearray(self.ids)
        for share in self.packs:
            try:
                yield from sifted(share, is_quiet, left)
            except OSError:  # it was packed anew: git knows where things are now
                left += share.ids
        yield from self._by_git(bytes(left))
        if self.log is not None:
            yield from self.log.pieces()

    def _by_git(self, ids: bytes) -> Iterator[Piece | NotScanned]:
        for found in objects(self.repository, ids, self.width):
            if isinstance(found, NotScanned):
                yield found
            elif found.kind == b"blob":
                origin = Origin("", Medium.BLOB, found.oid)
                if found.read is not None:
                    yield from look(found.read, origin)
                elif (
                    kind_of(found.data) is Kind.TEXT and b"\0" not in found.data
                ):  # nearly all of them, and so without `look`
                    if found.data:
                        yield Piece(found.data, origin)
                else:
                    yield from whole(found.data, origin)
            else:
                yield from message(found)


@dataclass(frozen=True, slots=True)
class History:
    """All that a repository has: reachable, forgotten, stashed, noted.

    Objects that no reference reaches are looked at too, because finding out which those are
    costs more than reading them; `attribution` tells them apart. `spool` is the file that the
    log is written to; without one git is asked.
    """

    repository: Repository
    spool: Path | None = None

    def parts(self, jobs: int) -> Sequence[HistoryPart]:
        """The objects in the order of the packs, shared by their size.

        Raises:
            StrongroomError: there is no repository, or git can't be run.
        """
        known = about(self.repository)
        # Of objects that a variable alone tells of, git alone knows.
        there = None
        if not self.repository.environ.get("GIT_ALTERNATE_OBJECT_DIRECTORIES"):
            there = stored(known.objects, known.width)
        if there is None:
            found = listing(self.repository)
        elif there.others:
            found = listing(self.repository, b"".join(there.others), known.width)
        else:
            found = Listing(known.width)
        packs = there.packs if there else []
        log = LogPart(self.repository, self.spool, known.partial, known.objects)
        first = (*known.first, *found.not_scanned)
        if not found.sizes and not found.not_scanned and not any(pack.roots for pack in packs):
            first = (*first, EMPTY)
        parts = [
            HistoryPart(self.repository, ids, found.width, extent, some, first if not i else ())
            for i, (ids, extent, some) in enumerate(_shared(found, packs, jobs))
        ]
        if len(parts) < 2:
            return [replace(part, log=log) for part in parts]
        # At the end, when git has had the time to make it.
        return [*parts, HistoryPart(self.repository, b"", found.width, Extent(), log=log)]


_Some = tuple[bytes, Extent, tuple[Share, ...]]


def _shared(found: Listing, packs: Sequence[Families], jobs: int) -> Iterator[_Some]:
    """Objects that git is asked for, and families in packs, in several parts for each of `jobs`."""
    costs = [*found.sizes, *(cost for pack in packs for cost in pack.costs)]
    count = 1 if jobs == 1 or sum(costs) < SMALL_OCTETS else jobs * SHARES
    width, ids = found.width, bytes(found.ids)
    for first, last in shares(costs, count):
        begin, end = min(first, len(found.sizes)), min(last, len(found.sizes))
        items = end - begin
        passed = len(found.sizes)
        some = []
        for pack in packs:
            low, high = max(first - passed, 0), min(last - passed, len(pack.roots))
            passed += len(pack.roots)
            if low < high:
                bounds = [*pack.roots[low : high + 1], len(pack.share.kinds)]
                share = pack.share.part(bounds[0], bounds[high - low])
                items += len(share.kinds) - share.kinds.count(BASE_ONLY)
                some.append(share)
        yield ids[begin * width : end * width], Extent(items), tuple(some)
    if not costs:
        yield b"", Extent(), ()


@dataclass(frozen=True, slots=True)
class About:
    """A repository's configuration as pieces with what it doesn't have, and how it is kept.

    `partial` is whether it is a partial clone, `objects` the folder of its objects, `width`
    how many octets an id has.
    """

    first: list[Piece | NotScanned]
    partial: bool
    objects: Path
    width: int


def about(repository: Repository) -> About:
    """What is said of it before anything is read.

    Raises:
        StrongroomError: there is no repository, or git can't be run.
    """
    said = repository.run(
        "rev-parse", "--is-shallow-repository", "--show-object-format", "--git-common-dir",
        "--git-path", "objects",
    )  # fmt: skip
    shallow, hashed, folder, stored_in, *_ = said.split(b"\n")
    # Relative to where git runs.
    common = repository.folder / os.fsdecode(folder)
    shown = common.resolve().name + "/" if common.resolve().name == ".git" else ""
    found: list[Piece | NotScanned] = []
    partial = False
    for name in CREDENTIAL_FILES:
        try:
            data = (common / name).read_bytes()
        except OSError:
            continue  # most have only the first
        partial = partial or bool(_PARTIAL.search(data))
        found.append(Piece(data, Origin(shown + name, Medium.GIT_CONFIG)))
    if shallow == b"true":
        found.append(
            NotScanned("", "shallow", "the history is cut short; fetch it with --unshallow")
        )
    return About(
        found,
        partial,
        repository.folder / os.fsdecode(stored_in),
        _SHA256_OCTETS if hashed == b"sha256" else _SHA1_OCTETS,
    )
