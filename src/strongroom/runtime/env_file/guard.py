"""Whether git keeps its hands off a `.env` (P-3.2): ignored for all, not tracked, never committed."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.errors import ConflictError, MachineError
from strongroom.runtime.env_file.lint import Remark
from strongroom.runtime.problems import Level
from strongroom.source.git import Git, Refused

IGNORE: Final = ".gitignore"
CLAUSE: Final = "P-3.2"
COMMITS_SHOWN_MAX: Final = 5
_NO_REPOSITORY: Final = frozenset({"not-a-repository", "not-a-work-tree"})


@dataclass(frozen=True, slots=True)
class Kept:
    """What git says of one file. `why` says why it could not be asked; no repository is no reason."""

    ignored: bool = True
    tracked: bool = False
    commits: tuple[str, ...] = ()
    why: str = ""


def look(path: Path, environ: Mapping[str, str]) -> Kept:
    """Ask git in the file's folder; nothing of the repository is run."""
    git, name = Git(path.parent, environ), path.name
    try:
        git.place()
        source = git.ignored_by([name]).get(name, "")
        # What only this clone ignores, the next one commits.
        ignored = source.rpartition("/")[2] == IGNORE
        return Kept(ignored, git.is_tracked(name), git.commits(name))
    except Refused as refused:
        return Kept(why="" if refused.code in _NO_REPOSITORY else refused.why)


def remarks(name: str, kept: Kept) -> Iterator[Remark]:
    """What is wrong, for `lint`."""
    if kept.why:
        yield Remark(0, "env-git-unknown", f"git cannot say: {kept.why}", Level.WARNING, CLAUSE)
    if kept.tracked:
        yield Remark(0, "env-tracked", f"is tracked: git rm --cached {name}", clause=CLAUSE)
    if not kept.ignored:
        yield Remark(
            0, "env-not-ignored", "is not ignored: the next `git add` takes it along",
            clause=CLAUSE, fixable=True,
        )  # fmt: skip
    if kept.commits:
        yield Remark(0, "env-in-history", _history(kept), clause=CLAUSE)


def refuse(path: Path, kept: Kept, *, rotated: bool) -> None:
    """Refuse to write secrets where git takes them along.

    `rotated` says that what the history holds was rotated: it cannot be taken out of clones.

    Raises:
        ConflictError: `env-tracked`, `env-not-ignored`, `env-in-history`.
        MachineError: `env-git-unknown`.
    """
    if kept.why:
        raise MachineError("env-git-unknown", f"whether git takes {path} along: {kept.why}")
    if kept.tracked:
        raise ConflictError(
            "env-tracked",
            f"git tracks {path}: whoever has the repository has what it holds (P-3.2)",
            fix=f"git rm --cached {path.name}, commit, and rotate every secret in it",
        )
    if not kept.ignored:
        raise ConflictError(
            "env-not-ignored",
            f"git does not ignore {path} by a {IGNORE} that others get too (P-3.2)",
            fix="add --fix, which adds it there",
        )
    if kept.commits and not rotated:
        raise ConflictError(
            "env-in-history",
            f"{path} {_history(kept)} (P-3.2)",
            fix="rotate what it held, then add --rotated",
        )


def ignore(path: Path) -> None:
    """Add the file to the `.gitignore` beside it.

    Raises:
        MachineError: `gitignore-unwritable`: also where it is a symbolic link.
    """
    at = path.with_name(IGNORE)
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    # A name is a pattern there; `/` keeps it to this folder.
    line = "/" + "".join(f"\\{c}" if c in "*?[]\\ " else c for c in path.name)
    try:
        descriptor = os.open(at, flags, 0o644)
        with os.fdopen(descriptor, "r+b", buffering=0) as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - 1))
            gap = b"" if stream.read(1) in {b"", b"\n"} else b"\n"
            stream.write(gap + os.fsencode(line) + b"\n")
            with suppress(OSError):
                os.fsync(stream.fileno())
    except OSError as error:
        raise MachineError("gitignore-unwritable", f"{at}: {error.strerror}") from None


def _history(kept: Kept) -> str:
    count = len(kept.commits)
    shown = ", ".join(kept.commits[:COMMITS_SHOWN_MAX])
    more = f" and {count - COMMITS_SHOWN_MAX} more" if count > COMMITS_SHOWN_MAX else ""
    return f"is in the history, where every clone can read it: {shown}{more}"
