"""The names that files had in a history, and blobs that it names and doesn't have.

It gives the names of files, which are looked at themselves. `spool` says how it is made.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from strongroom.scan.model import Medium, NotScanned, Origin, Piece
from strongroom.scan.sources.git import Repository, never_fetched, said_by
from strongroom.scan.sources.objects import in_lines, missing, whole_lines
from strongroom.scan.sources.packs.stored import packed
from strongroom.scan.sources.spool import ARGUMENTS, EVERYTHING, awaited

MISSING_MAX: Final = 100
FETCH: Final = "were never fetched; `git fetch --refetch --no-filter` fetches them"
FOLDERS: Final = f"folders of its history {FETCH}"
# A change is `:mode mode oid oid A<tab>name`; a merge's has a mode and an oid for each parent. What is
# deleted was there before. A filter of git would leave out commits that only delete, messages and all.
_CHANGE: Final = re.compile(rb"^:[^\t\n]* ([0-9a-f]{40,64}) [AMT]+\t(.+)$", re.MULTILINE)
_SUBMODULE: Final = re.compile(rb"^:[^\t\n]* 160000 [^\t\n]*\t.*\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LogPart:
    """What the log says besides where findings are from. `spool` is its file; without, git is asked.

    `objects` is the folder of the objects, which spares asking git for those in packs.
    """

    repository: Repository
    spool: Path | None
    partial: bool = False  # a partial clone: blobs are absent by intention
    objects: Path | None = None

    def pieces(self) -> Iterator[Piece | NotScanned]:
        """The names that files ever had, a line each in one piece, and blobs that are absent."""
        found = _Named()
        file = awaited(self.spool) if self.spool else None
        if file is not None:
            with file:
                found.add(file)
        else:
            with self.repository.stream(*ARGUMENTS, *EVERYTHING) as git:
                found.add(git.out)
                code, said = git.end()
            if code:
                why = FOLDERS if never_fetched(said) else f"git: {said_by(said)}"
                yield NotScanned("", "history-broken", why)
        yield from self._told(found)

    def _told(self, found: "_Named") -> Iterator[Piece | NotScanned]:
        if found.names:
            names = b"\n".join(sorted(found.names))
            found.names.clear()  # there may be a million
            yield Piece(names, Origin("", Medium.FILE_NAME))
        if self.objects:
            found.oids.difference_update(packed(self.objects, found.width))
        yield from self._absent(b"".join(found.oids), found.width)

    def _absent(self, oids_: bytes, width: int) -> Iterator[NotScanned]:
        """Those of them that the repository doesn't have."""
        if not oids_:
            return
        absent: list[str] = []
        with self.repository.stream(
            "cat-file", "--batch-check=%(objectname)", "--buffer", given=in_lines(oids_, width)
        ) as git:
            for text in whole_lines(git.out):
                absent.extend(line.decode() for line in text.split(b"\n") if b" " in line)
            code, said = git.end()
        if self.partial and (code or absent):
            # Git ends at the first file that it would have to fetch, so there is no number.
            yield NotScanned("", "partial-clone", f"files of its history {FETCH}")
            return
        if code:
            yield NotScanned("", "repository-corrupt", f"git: {said_by(said)}")
        oids = dict.fromkeys(line.partition(" ")[0] for line in absent)
        for oid in list(oids)[:MISSING_MAX]:
            yield missing(oid)
        if len(oids) > MISSING_MAX:
            why = f"{len(oids) - MISSING_MAX} more are missing"
            yield NotScanned("", "object-missing", why)


def changes_of(text: bytes) -> list[tuple[bytes, bytes]]:
    """The blobs that lines of `--raw` bring, each with its name; submodules have none."""
    return _CHANGE.findall(_SUBMODULE.sub(b"", text) if b" 160000 " in text else text)


class _Named:
    """What the log names: files, and raw ids of blobs."""

    def __init__(self) -> None:
        self.names: set[bytes] = set()
        self.oids: set[bytes] = set()
        self.width = 20

    def add(self, out: IO[bytes]) -> None:
        for text in whole_lines(out):
            if changes := changes_of(text):
                self.width = len(changes[0][0]) // 2
                self.names.update([name for _, name in changes])
                self.oids.update([bytes.fromhex(oid.decode()) for oid, _ in changes])
