"""Git as the scanner asks it: nothing of the repository is run, output is streamed.

What is switched off, and why, stands in `asking`.
"""

import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

from strongroom.errors import InvalidError, MachineError, NotFoundError, StrongroomError
from strongroom.scan.sources.asking import BOUNDED, QUIET, environment

PIPE_OCTETS: Final = 1024 * 1024
_SAID_LINES_MAX: Final = 20
_SAID_CHARS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Repository:
    """Where git is run, and with which variables; picklable, so that parts carry it."""

    folder: Path
    environ: Mapping[str, str] = field(repr=False)
    program: str = "git"

    def command(self, *arguments: str) -> list[str]:
        """The whole list of words for `arguments`."""
        return [self.program, *QUIET, *BOUNDED, *arguments]

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
    def stream(
        self,
        *arguments: str,
        given: Iterator[bytes] | None = None,
        into: IO[bytes] | None = None,
    ) -> Iterator["Stream"]:
        """Run a command whose output is read as it comes, or is put `into` a file; it is ended with the block.

        Raises:
            MachineError: `git-missing` or `git-failed`.
        """
        try:
            process = subprocess.Popen(
                self.command(*arguments),
                cwd=self.folder,
                env=self.environ,
                stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
                stdout=subprocess.PIPE if into is None else into,
                stderr=subprocess.PIPE,
                bufsize=PIPE_OCTETS,
                pipesize=PIPE_OCTETS,
            )
        except OSError as error:
            raise _unusable(error, self.folder) from None
        said: list[bytes] = []
        out = process.stdout or into
        assert out is not None
        assert process.stderr is not None
        threads = [threading.Thread(target=_listen, args=(process.stderr, said), daemon=True)]
        if given is not None:
            assert process.stdin is not None
            threads.append(threading.Thread(target=_feed, args=(process.stdin, given), daemon=True))
        for thread in threads:
            thread.start()
        try:
            yield Stream(process, out, said, threads[0])
        finally:
            process.kill()
            for thread in threads:
                thread.join()
            for pipe in filter(None, (process.stdout, process.stderr)):
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


def never_fetched(stderr: bytes) -> bool:
    """Whether git ended because a partial clone does not have something."""
    return b"promisor remote" in stderr


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
