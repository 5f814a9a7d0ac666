"""What a range of commits brings: lines, files without lines, names and messages."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from strongroom.errors import InvalidError
from strongroom.scan.model import Medium, NotScanned, Origin, Piece
from strongroom.scan.sources.asking import PATCHES
from strongroom.scan.sources.content import look, whole
from strongroom.scan.sources.git import Repository, never_fetched, said_by
from strongroom.scan.sources.interface import Extent
from strongroom.scan.sources.log import FETCH
from strongroom.scan.sources.messages import message
from strongroom.scan.sources.objects import Object, in_lines, objects
from strongroom.scan.sources.patches import Patches, remaining
from strongroom.scan.sources.share import shares
from strongroom.scan.sources.uncompared import uncompared

FEW_COMMITS: Final = 200  # fewer are one part
TAGS_MAX: Final = 64  # of one another
_TAG: Final = re.compile(rb"object ([0-9a-f]+)\ntype ([a-z]+)\n")


@dataclass(frozen=True, slots=True)
class CommitsPart:
    """Some commits, raw ids behind one another. Of a merge what no parent has counts.

    `tips` are what references will point at: tags among them have messages, and a reference
    may point at a file without any commit.
    """

    repository: Repository
    ids: bytes = field(repr=False)
    width: int
    tips: bytes = b""

    @property
    def extent(self) -> Extent:
        """Their number; how much they bring is known when it is read."""
        return Extent(len(self.ids) // self.width)

    def pieces(self) -> Iterator[Piece | NotScanned]:
        """Messages, then what is added.

        Raises:
            StrongroomError: git can't be run.
        """
        yield from self._tips()
        for found in objects(self.repository, self.ids, self.width):
            if isinstance(found, NotScanned):
                yield found
            else:
                yield from message(found)
        with self.repository.stream(
            "diff-tree", "--stdin", "--root", "-r", "-c", *PATCHES,
            given=in_lines(self.ids, self.width),
        ) as git:  # fmt: skip
            patches = Patches(git.out, Medium.BLOB)
            yield from patches.pieces()
            code, said = git.end()
        yield from remaining(self.repository, patches, Medium.BLOB)
        if code:
            # Git ends at the first file that it cannot compare; leaks behind it are leaks.
            if never_fetched(said):
                yield NotScanned("", "partial-clone", f"older versions {FETCH}; the new are whole")
            else:
                yield NotScanned("", "history-broken", f"git: {said_by(said)}")
            yield from uncompared(self.repository, self.ids, self.width)

    def _tips(self) -> Iterator[Piece | NotScanned]:
        tips = self.tips
        for _ in range(TAGS_MAX):
            behind = b""
            for found in objects(self.repository, tips, self.width) if tips else ():
                if isinstance(found, NotScanned):
                    yield found
                elif found.kind == b"blob":
                    origin = Origin("", Medium.BLOB, found.oid)
                    yield from look(found.read, origin) if found.read else whole(found.data, origin)
                elif found.kind == b"tree":
                    yield NotScanned(
                        found.oid, "tree-without-commit", "a reference to a bare folder"
                    )
                elif found.kind != b"commit":
                    yield from message(found)
                    behind += _target(found)
            tips = behind
        if tips:
            yield NotScanned("", "tags-of-tags", f"tags of tags, more than {TAGS_MAX}")


def _target(tag: Object) -> bytes:
    """The raw id of what a tag is of; nothing where that is a commit, or the tag has megabytes."""
    found = _TAG.match(tag.data)
    return bytes.fromhex(found[1].decode()) if found and found[2] != b"commit" else b""


@dataclass(frozen=True, slots=True)
class Range:
    """The commits of `revisions`, as git reads them: `A..B`, a branch, one commit with `^!`."""

    repository: Repository
    revisions: str

    def parts(self, jobs: int) -> Sequence[CommitsPart]:
        """The commits, shared by their number.

        Raises:
            InvalidError: `range-unusable`.
            StrongroomError: git can't be run.
        """
        code, out, said = self.repository.ask("rev-list", "--end-of-options", self.revisions, "--")
        if code:
            raise InvalidError(
                "range-unusable",
                f"git can't read the range: {said_by(said)}",
                fix="name it as `git log` takes it, like main..HEAD",
            )
        return parts_of(self.repository, out, jobs)


def parts_of(repository: Repository, listed: bytes, jobs: int) -> Sequence[CommitsPart]:
    """Parts for the commits that `git rev-list` listed."""
    oids = listed.split()
    width = len(oids[0]) // 2 if oids else 20
    ids = bytes.fromhex(b"".join(oids).decode())
    jobs = jobs if len(oids) > FEW_COMMITS else 1
    return [
        CommitsPart(repository, ids[begin * width : end * width], width)
        for begin, end in shares([1] * len(oids), jobs)
    ] or [CommitsPart(repository, b"", width)]
