"""A whole history: every version of every file once, and what people wrote beside them."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from strongroom.scan.model import Medium, NotScanned, Origin, Piece
from strongroom.scan.sources.content import look, whole
from strongroom.scan.sources.folder import CREDENTIAL_FILES
from strongroom.scan.sources.git import Repository
from strongroom.scan.sources.interface import Extent
from strongroom.scan.sources.log import LogPart
from strongroom.scan.sources.messages import message
from strongroom.scan.sources.objects import listing, objects
from strongroom.scan.sources.share import shares
from strongroom.scan.sources.text import Kind, kind_of

SMALL_OCTETS: Final = 4 * 1024 * 1024
# What the pass over the log costs, as a share of what reading all blobs costs.
_LOG_SHARE: Final = 0.12
_PARTIAL: Final = re.compile(rb"(?im)^\s*(?:partialclone|promisor|partialclonefilter)\s*=")


@dataclass(frozen=True, slots=True)
class HistoryPart:
    """Some of the objects; the first part has the log and the configuration too."""

    repository: Repository
    ids: bytes = field(repr=False)
    width: int
    extent: Extent
    first: tuple[Piece | NotScanned, ...] = ()
    log: LogPart | None = None

    def pieces(self) -> Iterator[Piece | NotScanned]:
        """What is in them, in the order of the packs, which is the fastest to read."""
        yield from self.first
        if self.log is not None:
            yield from self.log.pieces()
        for found in objects(self.repository, self.ids, self.width):
            if isinstance(found, NotScanned):
                yield found
            elif found.kind == b"blob":
                origin = Origin("", Medium.BLOB, found.oid)
                if found.read is not None:
                    yield from look(found.read, origin)
                elif kind_of(found.data) is Kind.TEXT:  # nearly all of them, and so without `look`
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
    costs more than reading them; `attribution` tells them apart. `spool` is a file, not
    there yet, to keep the log in for it; without one it asks git again.
    """

    repository: Repository
    spool: Path | None = None

    def parts(self, jobs: int) -> Sequence[HistoryPart]:
        """The objects in the order of the packs, shared by their size.

        Raises:
            StrongroomError: there is no repository, or git can't be run.
        """
        first, partial = about(self.repository)
        found = listing(self.repository)
        octets = sum(found.sizes)
        if octets < SMALL_OCTETS:
            jobs = 1
        log = LogPart(self.repository, self.spool, partial)
        beginning = (*first, *found.not_scanned)
        width, ids = found.width, bytes(found.ids)
        parts = [
            HistoryPart(
                self.repository,
                ids[begin * width : end * width],
                width,
                Extent(end - begin, sum(found.sizes[begin:end])),
                beginning if not begin else (),
                log if not begin else None,
            )
            for begin, end in shares(found.sizes, jobs, int(octets * _LOG_SHARE))
        ]
        return parts or [HistoryPart(self.repository, b"", width, Extent(), beginning, log)]


def about(repository: Repository) -> tuple[list[Piece | NotScanned], bool]:
    """Its configuration as pieces and what it doesn't have; whether it is a partial clone.

    Raises:
        StrongroomError: there is no repository, or git can't be run.
    """
    said = repository.run("rev-parse", "--is-shallow-repository", "--git-common-dir")
    shallow, folder, *_ = said.split(b"\n")
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
    return found, partial
