"""What a push brings, before it is accepted: for the hook `pre-receive`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from strongroom.errors import InvalidError
from strongroom.scan.sources.commits import CommitsPart, parts_of
from strongroom.scan.sources.git import Repository

_LINE: Final = re.compile(r"([0-9a-f]{40,64}) ([0-9a-f]{40,64}) (\S.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class PreReceive:
    """The commits that no reference of the repository has yet.

    `lines` are what git gives the hook, `OLD NEW REFERENCE` each. `repository` keeps the
    hook's variables (`HOOK_VARIABLES`): the objects are in quarantine.
    """

    repository: Repository
    lines: tuple[str, ...]

    def parts(self, jobs: int) -> Sequence[CommitsPart]:
        """The commits, shared by their number; tags are read with the first.

        Raises:
            InvalidError: `push-unreadable`, a line is none of the hook's.
            StrongroomError: git can't be run, or refuses.
        """
        named = dict.fromkeys(_new(line) for line in self.lines if line.strip())
        tips = [tip for tip in named if tip.strip("0")]  # zeros delete a reference
        if not tips:
            return parts_of(self.repository, b"", 1)
        listed = self.repository.run("rev-list", *tips, "--not", "--all", "--")
        first, *others = parts_of(self.repository, listed, jobs)
        return [replace(first, tips=bytes.fromhex("".join(tips))), *others]


def _new(line: str) -> str:
    read = _LINE.fullmatch(line.rstrip("\n"))
    if read is None:
        raise InvalidError(
            "push-unreadable",
            "a line is not what git gives to a pre-receive hook: OLD NEW REFERENCE",
            fix="run it as the hook pre-receive of a repository",
        )
    return read[2]
