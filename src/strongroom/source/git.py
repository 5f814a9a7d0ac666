"""Questions to git about somebody else's repository, asked so that nothing of it is run.

What is switched off, and why, is written in `scan/sources/git.py`.
"""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from strongroom.errors import MachineError
from strongroom.scan.sources.asking import QUIET, environment

TIMEOUT_S: Final = 60
OUTPUT_BYTES_MAX: Final = 256 * 1024 * 1024
_UNREADABLE: Final = re.compile(rb"could not open directory '(.+?)/?':")


@dataclass(frozen=True, slots=True)
class Entry:
    """A path that git lists; `mode` is git's own (`120000` a symbolic link), empty untracked."""

    path: str  # as the file system has it, undecodable bytes as surrogates
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """The paths under a folder, and the folders that could not be opened."""

    entries: tuple[Entry, ...]
    unreadable: tuple[str, ...]


class Refused(Exception):  # noqa: N818 - an answer of git, turned into a fact by its caller
    """Git said no. `code` is stable and kebab-case, `why` is for people."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(code)
        self.code = code
        self.why = why


class Git:
    """Git in one folder. Each method is one process."""

    def __init__(self, folder: Path, environ: Mapping[str, str], program: str = "git") -> None:
        self._folder = folder
        self._program = program
        self._environ = environment(environ)

    def place(self) -> tuple[bool, bool]:
        """Whether the history is cut short, and whether the folder is the work tree's root.

        Raises:
            Refused: `git-missing`, `not-a-repository`, `not-a-work-tree` or `git-failed`.
        """
        out = self._run(
            "rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-prefix"
        )
        inside, shallow, prefix = [*out.split(b"\n"), b"", b""][:3]
        if inside != b"true":
            raise Refused("not-a-work-tree", "a repository without a work tree: no files to check")
        return shallow == b"true", not prefix

    def has_commits(self) -> bool:
        """Whether any reference points at a commit."""
        refs = self._run("for-each-ref", "--count=1", "--format=%(objectname)")
        return bool(refs.strip()) or self._quiet(
            "rev-parse", "--verify", "--quiet", "HEAD^{commit}"
        )

    def files(self) -> Listing:
        """What is tracked, and what is neither tracked nor ignored."""
        tracked = self._run("ls-files", "-z", "--cached", "--stage", "--no-recurse-submodules")
        entries: dict[str, Entry] = {}
        for row in filter(None, tracked.split(b"\0")):
            meta, _, name = row.partition(b"\t")
            path = os.fsdecode(name)
            entries[path] = Entry(path, meta.partition(b" ")[0].decode())
        others, errors = self._both("ls-files", "-z", "--others", "--exclude-standard")
        for name in filter(None, others.split(b"\0")):
            path = os.fsdecode(name)
            entries.setdefault(path, Entry(path))
        unreadable = tuple(os.fsdecode(n) for n in _UNREADABLE.findall(errors))
        return Listing(tuple(entries.values()), unreadable)

    def ignored(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """The ignored files on disk whose path matches one of the glob patterns."""
        globs = [f":(glob){p}" for p in patterns]
        out = self._run(
            "ls-files",
            "-z",
            "--others",
            "--ignored",
            "--exclude-standard",
            "--",
            *globs,
        )
        return tuple(os.fsdecode(n) for n in out.split(b"\0") if n)

    def ignored_by(self, paths: Sequence[str]) -> dict[str, str]:
        """For each path the file whose rule ignores it; a path that none ignores is absent."""
        # Behind `./` no name is read as pathspec magic.
        asked = b"".join(b"./" + os.fsencode(p) + b"\0" for p in paths)
        out = self._run("check-ignore", "-z", "-v", "-n", "--no-index", "--stdin", given=asked)
        parts = out.split(b"\0")
        answers: dict[str, str] = {}
        for source, _, pattern, path in zip(*[iter(parts[:-1])] * 4, strict=False):
            if source and not pattern.startswith(b"!"):
                answers[os.fsdecode(path.removeprefix(b"./"))] = os.fsdecode(source)
        return answers

    def ever_added(self, patterns: Sequence[str]) -> tuple[str, ...]:
        """Every path below the folder that matches a pattern and was added by some commit."""
        out = self._run(
            "log", "--all", "--format=", "--name-only", "-z", "--relative", "--no-renames",
            "--diff-filter=A", "-m", "--full-history", "--no-show-signature", "--no-ext-diff",
            "--no-textconv", "--no-mailmap", "--", *[f":(glob){p}" for p in patterns],
        )  # fmt: skip
        names = (n.lstrip(b"\n") for n in out.split(b"\0"))
        return tuple(dict.fromkeys(os.fsdecode(n) for n in names if n))

    def is_tracked(self, path: str) -> bool:
        """Whether git tracks a file of the folder."""
        return bool(self._run("ls-files", "-z", "--cached", "--", f":(literal){path}"))

    def commits(self, path: str) -> tuple[str, ...]:
        """The short names of all commits that touched a file of the folder, newest first."""
        if not self.has_commits():
            return ()
        out = self._run(
            "log", "--all", "--format=%h", "-m", "--full-history", "--no-show-signature",
            "--no-ext-diff", "--no-textconv", "--no-mailmap", "--", f":(literal){path}",
        )  # fmt: skip
        return tuple(dict.fromkeys(out.decode("ascii", "replace").split()))

    def _quiet(self, *arguments: str) -> bool:
        try:
            self._run(*arguments)
        except Refused:
            return False
        return True

    def _run(self, *arguments: str, given: bytes = b"") -> bytes:
        return self._both(*arguments, given=given)[0]

    def _both(self, *arguments: str, given: bytes = b"") -> tuple[bytes, bytes]:
        try:
            done = subprocess.run(
                [self._program, *QUIET, *arguments],
                cwd=self._folder,
                env=self._environ,
                input=given,
                capture_output=True,
                timeout=TIMEOUT_S,
                check=False,
            )
        except FileNotFoundError:
            raise Refused("git-missing", "git is not installed, or not on the PATH") from None
        except subprocess.TimeoutExpired:
            raise Refused("git-timeout", f"git took longer than {TIMEOUT_S} s") from None
        except OSError as error:
            raise MachineError("git-failed", f"git could not be run: {error.strerror}") from None
        # `check-ignore` says with 1 that it found nothing.
        if done.returncode not in ({0, 1} if arguments[0] == "check-ignore" else {0}):
            raise _refusal(done.stderr)
        return done.stdout, done.stderr


def _refusal(stderr: bytes) -> Refused:
    said = stderr.decode("utf-8", "replace").strip().partition("\n")[0].removeprefix("fatal: ")
    if "not a git repository" in said:
        return Refused("not-a-repository", "not a git repository")
    return Refused("git-failed", f"git refused: {said[:200] or 'no reason given'}")
