"""What a push takes along, before it goes: for the hook `pre-push`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from strongroom.errors import InvalidError
from strongroom.scan.sources.commits import CommitsPart, parts_of
from strongroom.scan.sources.git import Repository

_LINE: Final = re.compile(r"\S+ ([0-9a-f]{40,64}) \S+ ([0-9a-f]{40,64})")
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]*")  # a remote's; an address has a colon


@dataclass(frozen=True, slots=True)
class PrePush:
    """The commits that the other side does not have, as far as it is known here.

    `lines` are what git gives the hook, `LOCAL-REFERENCE NEW REMOTE-REFERENCE OLD` each;
    `remote` is the hook's first word, a name or an address.
    """

    repository: Repository
    lines: tuple[str, ...]
    remote: str = ""

    def revisions(self) -> tuple[str, ...]:
        """The commits as words of `git rev-list`; none where nothing but deletions is pushed.

        Raises:
            InvalidError: `push-unreadable`, a line is none of the hook's.
        """
        pairs = [_pair(line) for line in self.lines if line.strip()]
        new = [one for one, _ in pairs if one.strip("0")]
        if not new:
            return ()
        old = [one for _, one in pairs if one.strip("0")]
        known = f"--remotes={self.remote}" if _NAME.fullmatch(self.remote) else "--remotes"
        return (*new, "--not", *old, known)

    def parts(self, jobs: int) -> Sequence[CommitsPart]:
        """The commits, shared by their number; tags are read with the first.

        Raises:
            InvalidError: `push-unreadable`, a line is none of the hook's.
            StrongroomError: git can't be run, or refuses.
        """
        asked = self.revisions()
        if not asked:
            return parts_of(self.repository, b"", 1)
        # What is there on the other side may never have been fetched.
        listed = self.repository.run("rev-list", "--ignore-missing", *asked, "--")
        first, *others = parts_of(self.repository, listed, jobs)
        tips = "".join(asked[: asked.index("--not")])
        return [replace(first, tips=bytes.fromhex(tips)), *others]


def _pair(line: str) -> tuple[str, str]:
    read = _LINE.fullmatch(line.strip())
    if read is None:
        raise InvalidError(
            "push-unreadable",
            "a line is not what git gives to a pre-push hook: REFERENCE NEW REFERENCE OLD",
            fix="run it as the hook pre-push of a repository",
        )
    return read[1], read[2]
