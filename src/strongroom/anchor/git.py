"""A branch of a local git repository that keeps checkpoints, one commit each.

Objects are written by git's plumbing: neither the index nor the working tree is touched, no
hook runs, nothing is signed, and no setting of the user's or of the machine's is read. Those of
the repository itself that could run a program are overridden.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from strongroom.anchor.interface import NOTE_BYTES_MAX, foreign, unreadable, unwritable

BRANCH: Final = "refs/heads/strongroom-anchor/"
FILE: Final = "checkpoint"
TIMEOUT_S: Final = 60
_COMMITS_MAX: Final = 1_000_000
_OBJECT: Final = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SETTINGS: Final = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.fsync": "all",
    "core.fsyncMethod": "fsync",
    "core.logAllRefUpdates": "false",
    "commit.gpgSign": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "protocol.allow": "never",
}
_SAFE_PATH: Final = ("PATH", "LANG", "TMPDIR")


class GitAnchor:
    """See `strongroom.anchor.interface`. The branch is named for the log.

    `origins` are the log's names, the one of today last; earlier ones have branches of theirs.
    """

    def __init__(self, repository: Path, *origins: str) -> None:
        self._repository = repository
        self._earlier, self._origin = origins[:-1], origins[-1]
        self._ref = BRANCH + self._origin.rpartition("/")[2]

    def notes(self) -> Iterator[str]:
        """The note of each commit of the branch."""
        for origin in self._earlier:
            yield from GitAnchor(self._repository, origin).notes()
        if self._tip() is None:
            return
        listed = self._git("rev-list", "--reverse", f"--max-count={_COMMITS_MAX}", self._ref, "--")
        asked = b"".join(commit + f":{FILE}\n".encode() for commit in listed.split())
        yield from self._blobs(self._git("cat-file", "--batch", stdin=asked))

    def append(self, note: str, at_us: int) -> None:
        """A commit on top of the branch, if nobody has moved it meanwhile.

        Raises:
            InvalidError: `anchor-foreign`; the branch is checked out, or is none of ours.
        """
        tip = self._tip()
        if tip is not None:
            for _ in self._blobs(self._git("cat-file", "--batch", stdin=tip + b":checkpoint\n")):
                """The newest commit is one of this log."""
        trees = self._git("worktree", "list", "--porcelain").decode(errors="replace")
        if f"branch {self._ref}\n" in trees:
            raise foreign(
                "its branch is checked out, and a commit would clash with the files there"
            )
        size = note.split("\n")[1]
        blob = self._write("hash-object", "-w", "--no-filters", "--stdin", stdin=note.encode())
        tree = self._write("mktree", stdin=b"100644 blob " + blob + f"\t{FILE}\n".encode())
        parents = () if tip is None else ("-p", tip.decode())
        date = f"{at_us // 1_000_000} +0000"
        commit = self._write(
            "commit-tree", tree.decode(), *parents, "--no-gpg-sign", "-m",
            f"Checkpoint of {size} entries", date=date,
        )  # fmt: skip
        old = tip.decode() if tip else "0" * len(commit)
        self._write("update-ref", "--no-deref", self._ref, commit.decode(), old, empty=True)

    def _tip(self) -> bytes | None:
        if not self._repository.is_dir():
            raise unreadable("there is no such folder")
        found = self._git("for-each-ref", "--format=%(objectname) %(refname)", self._ref)
        lines = [line.split(b" ", 1) for line in found.splitlines()]
        ours = [name for name, ref in lines if ref == self._ref.encode()]
        return ours[0] if ours and _OBJECT.fullmatch(ours[0]) else None

    def _blobs(self, batch: bytes) -> Iterator[str]:
        """The texts that `cat-file --batch` printed, each of this log."""
        at = 0
        while at < len(batch):
            head, _, _ = batch[at:].partition(b"\n")
            fields = head.split(b" ")
            size = int(fields[2]) if len(fields) == 3 and fields[2].isdigit() else -1
            if size < 0 or fields[1] != b"blob" or size > NOTE_BYTES_MAX:
                raise foreign("a commit of the branch keeps no checkpoint")
            at += len(head) + 1
            note = batch[at : at + size].decode(errors="replace")
            if not note.startswith(f"{self._origin}\n"):
                raise foreign("it keeps the checkpoints of another log")
            yield note
            at += size + 1

    def _write(
        self, *command: str, stdin: bytes = b"", date: str | None = None, empty: bool = False
    ) -> bytes:
        done = self._run(command, stdin, date)
        made = done.stdout.strip()
        if done.returncode or not (empty or _OBJECT.fullmatch(made)):
            raise unwritable(f"git {command[0]} failed{_why(done)}")
        return made

    def _git(self, *command: str, stdin: bytes = b"") -> bytes:
        done = self._run(command, stdin, None)
        if done.returncode:
            raise unreadable(f"git {command[0]} failed{_why(done)}")
        return done.stdout

    def _run(
        self, command: tuple[str, ...], stdin: bytes, date: str | None
    ) -> "subprocess.CompletedProcess[bytes]":
        program = shutil.which("git")
        if program is None:
            raise unreadable("git is not installed")
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        try:
            return subprocess.run(
                [program, "--no-pager", *settings, "-C", str(self._repository), *command],
                input=stdin,
                capture_output=True,
                check=False,
                timeout=TIMEOUT_S,
                env=_environ(date or "0 +0000"),
            )
        except subprocess.TimeoutExpired:
            raise unreadable("git did not answer in time") from None
        except (OSError, ValueError):
            raise unreadable("git could not be run") from None


def _environ(date: str) -> dict[str, str]:
    """Nothing of the user's but where programs are."""
    kept = {name: os.environ[name] for name in _SAFE_PATH if name in os.environ}
    who = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "strongroom"), ("EMAIL", "anchor@strongroom"), ("DATE", date))
    }
    return kept | who | {
        "HOME": os.devnull, "XDG_CONFIG_HOME": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0",
        "LC_ALL": "C",
    }  # fmt: skip


def _why(done: "subprocess.CompletedProcess[bytes]") -> str:
    """The first line that git said, safe to show; paths and refs of the repository may be in it."""
    said = done.stderr.decode(errors="replace").strip().split("\n")[0][:200]
    return f": {said}" if said.isprintable() and said else ""
