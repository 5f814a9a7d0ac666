"""Git as the scanner asks it: nothing of the repository is run, output is streamed.

What is switched off, and why:

1. `GIT_*` variables but those that a caller keeps: a hook's GIT_DIR answers about another
   repository, a hook's quarantine is where the objects are that it asks about.
2. The user's and the machine's configuration: it changes what output looks like.
3. Programs that a repository's own configuration can name: fsmonitor, hooks, signature
   checks, external diffs, text conversions, pagers, remote helpers of a lazy fetch.
4. The refusal of a folder that belongs to somebody else: it guards against number 3.
5. Lazy fetches: what a partial clone doesn't have is named, not fetched.
"""

import os
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from strongroom.errors import InvalidError, MachineError, NotFoundError, StrongroomError

QUIET: Final = (
    "--no-pager", "--no-replace-objects",
    "-c", "core.quotepath=off", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c", "core.excludesFile=/dev/null", "-c", "core.attributesFile=/dev/null",
    "-c", "core.untrackedCache=false", "-c", "log.showSignature=false",
    "-c", "protocol.allow=never", "-c", "safe.directory=*",
)  # fmt: skip
# A blob beyond it is no text to a diff, and is streamed where it is packed whole.
BIG_FILE_OCTETS: Final = 32 * 1024 * 1024
_BOUNDED: Final = (
    "-c", f"core.bigFileThreshold={BIG_FILE_OCTETS}",
    "-c", "core.packedGitWindowSize=16m", "-c", "core.packedGitLimit=96m",
    "-c", "diff.renameLimit=1000", "-c", "diff.suppressBlankEmpty=false",
    "-c", "diff.relative=false", "-c", "log.showRoot=true", "-c", "log.follow=false",
)  # fmt: skip
PIPE_OCTETS: Final = 1024 * 1024
# What git tells its hooks, and what points at the objects of a push that isn't accepted yet.
HOOK_VARIABLES: Final = (
    "GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH", "GIT_NAMESPACE",
)  # fmt: skip
_SAID_LINES_MAX: Final = 20
_SAID_CHARS_MAX: Final = 200


def environment(environ: Mapping[str, str], keep: Sequence[str] = ()) -> dict[str, str]:
    """The variables that git is run with; `keep` names the `GIT_*` ones that stay."""
    kept = {k: v for k, v in environ.items() if not k.startswith("GIT_") or k in keep}
    return kept | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


@dataclass(frozen=True, slots=True)
class Repository:
    """Where git is run, and with which variables; picklable, so that parts carry it."""

    folder: Path
    environ: Mapping[str, str] = field(repr=False)
    program: str = "git"

    def command(self, *arguments: str) -> list[str]:
        """The whole list of words for `arguments`."""
        return [self.program, *QUIET, *_BOUNDED, *arguments]

    def run(self, *arguments: str, given: bytes = b"") -> bytes:
        """The output of one short command.

        Raises:
            StrongroomError: git is missing or refuses; see `refusal`.
        """
        code, out, err = self.ask(*arguments, given=given)
        if code:
            raise refusal(err)
        return out

    def ask(self, *arguments: str, given: bytes = b"") -> tuple[int, bytes, bytes]:
        """Exit code, output and errors of one short command.

        Raises:
            MachineError: `git-missing` or `git-failed`.
        """
        try:
            done = subprocess.run(
                self.command(*arguments),
                cwd=self.folder,
                env=self.environ,
                input=given,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise _unusable(error, self.folder) from None
        return done.returncode, done.stdout, done.stderr

    @contextmanager
    def stream(self, *arguments: str, given: Iterator[bytes] | None = None) -> Iterator["Stream"]:
        """Run a command whose output is read as it comes; it is ended with the block.

        Raises:
            MachineError: `git-missing` or `git-failed`.
        """
        try:
            process = subprocess.Popen(
                self.command(*arguments),
                cwd=self.folder,
                env=self.environ,
                stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=PIPE_OCTETS,
                pipesize=PIPE_OCTETS,
            )
        except OSError as error:
            raise _unusable(error, self.folder) from None
        said: list[bytes] = []
        assert process.stdout is not None
        assert process.stderr is not None
        threads = [threading.Thread(target=_listen, args=(process.stderr, said), daemon=True)]
        if given is not None:
            assert process.stdin is not None
            threads.append(threading.Thread(target=_feed, args=(process.stdin, given), daemon=True))
        for thread in threads:
            thread.start()
        try:
            yield Stream(process, process.stdout, said, threads[0])
        finally:
            process.kill()
            for thread in threads:
                thread.join()
            for pipe in (process.stdout, process.stderr):
                pipe.close()
            process.wait()


@dataclass(frozen=True, slots=True)
class Stream:
    """A git that is running, and its output."""

    process: "subprocess.Popen[bytes]"
    out: IO[bytes]
    _said: list[bytes]
    _listener: threading.Thread

    def end(self) -> tuple[int, bytes]:
        """Wait for it after its output has ended: its exit code and what it said."""
        code = self.process.wait()
        self._listener.join()
        return code, b"".join(self._said)


def open_(folder: Path, environ: Mapping[str, str], keep: Sequence[str] = ()) -> Repository:
    """The repository that `folder` is in, bare or not.

    Raises:
        NotFoundError: `not-a-repository`.
        InvalidError: `repository-unusable`.
        MachineError: `git-missing`, `git-failed` or `path-unreadable`.
    """
    repository = Repository(folder, environment(environ, keep))
    repository.run("rev-parse", "--git-dir")
    return repository


def refusal(stderr: bytes) -> StrongroomError:
    """What git's words mean as an error of ours."""
    said = said_by(stderr)
    if "not a git repository" in said:
        return NotFoundError(
            "not-a-repository",
            "there is no git repository",
            fix="name a folder that git knows, or scan it as a folder",
        )
    return InvalidError(
        "repository-unusable",
        f"git refuses: {said or 'no reason given'}",
        fix="look at it with `git fsck`; a folder can be scanned without git",
    )


def said_by(stderr: bytes) -> str:
    """The first line that git wrote, short and fit for any output."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    chosen = next((line for line in lines if line.startswith(b"fatal: ")), (lines or [b""])[0])
    text = chosen.decode("utf-8", "backslashreplace").strip()
    for word in ("fatal: ", "error: ", "warning: "):
        text = text.removeprefix(word)
    return "".join(c if c.isprintable() else "?" for c in text)[:_SAID_CHARS_MAX]


def _unusable(error: OSError, folder: Path) -> MachineError:
    if isinstance(error, FileNotFoundError) and folder.is_dir():
        return MachineError(
            "git-missing", "git is not installed, or not on the PATH", fix="install git"
        )
    return MachineError(
        "git-failed",
        f"git could not be run: {error.strerror}",
        fix="check that the folder exists and that you may enter it",
    )


def _listen(pipe: IO[bytes], said: list[bytes]) -> None:
    for line in pipe:
        if len(said) < _SAID_LINES_MAX:
            said.append(line)


def _feed(pipe: IO[bytes], given: Iterator[bytes]) -> None:
    # Git ends early where an object is broken; whoever reads notices that.
    with suppress(BrokenPipeError, ValueError):
        pipe.writelines(given)
    with suppress(BrokenPipeError):
        pipe.close()
