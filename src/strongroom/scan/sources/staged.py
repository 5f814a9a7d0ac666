"""What is staged, at the cost of the change and not of the repository."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from strongroom.scan.model import Medium, NotScanned, Piece
from strongroom.scan.sources.asking import PATCHES
from strongroom.scan.sources.git import Repository, refusal
from strongroom.scan.sources.interface import Extent
from strongroom.scan.sources.patches import Patches, remaining

_UNBORN: Final = (b"ambiguous argument 'HEAD'", b"bad revision 'HEAD'")


@dataclass(frozen=True, slots=True)
class Staged:
    """The index against the commit that it will follow, of which there may be none yet.

    `repository` keeps a hook's variables (`HOOK_VARIABLES`): `git commit FILE` has an index
    of its own. It is source and only part in one.
    """

    repository: Repository

    @property
    def extent(self) -> Extent:
        """Unknown: asking costs as much as looking."""
        return Extent()

    def parts(self, jobs: int) -> Sequence["Staged"]:  # noqa: ARG002 - nothing to share
        """Itself."""
        return (self,)

    def pieces(self) -> Iterator[Piece | NotScanned]:
        """Added lines with those around them; files without lines whole; names of new files.

        Raises:
            StrongroomError: git can't be run, or refuses.
        """
        begun = yield from self._against("HEAD")
        if not begun:
            tree = self.repository.run("hash-object", "-t", "tree", "--stdin").decode().strip()
            yield from self._against(tree)

    def _against(self, revision: str) -> Generator[Piece | NotScanned, None, bool]:
        with self.repository.stream("diff-index", "--cached", *PATCHES, revision, "--") as git:
            patches = Patches(git.out, Medium.STAGED)
            yield from patches.pieces()
            code, said = git.end()
        if code:
            if any(words in said for words in _UNBORN):
                return False
            raise refusal(said)
        yield from remaining(self.repository, patches, Medium.STAGED)
        return True
