"""Rotates by a program of your own: the question on its standard input, the answer on its output."""

import contextlib
import os
import selectors
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

import msgspec

from strongroom.errors import InvalidError
from strongroom.rotation.recipes import RECIPES
from strongroom.rotation.rotators import protocol
from strongroom.rotation.rotators.interface import (
    Job,
    TargetDeniedError,
    TargetUnreachableError,
)
from strongroom.rotation.rotators.spoken import Spoken

ARGUMENTS_MAX: Final = 64
SAID_BYTES_MAX: Final = 16 * 1024
# Nothing of ours: the environment of an agent may hold what opens the room.
ENVIRONMENT: Final = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"}
# On Linux the kernel kills a program whose engine is gone, however that ended: between the fork and
# the program a launcher asks for it. It says on a pipe of its own that the program cannot be run; the
# kernel closes that pipe when it can.
_LAUNCHER: Final = """
import ctypes, os, signal, sys
engine, pipe, argv = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
os.set_inheritable(pipe, False)
ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
if os.getppid() == engine:  # else it ended before that was asked for
    try:
        os.execv(argv[0], argv)
    except OSError:
        os.write(pipe, b"!")
"""
_CHUNK: Final = 64 * 1024
_WRITABLE: Final = stat.S_IWGRP | stat.S_IWOTH
_SECRET_CHARS_MIN: Final = 4


class ExecRotator(Spoken):
    """Runs the program of option `argv`, a list in JSON, or the recipe that option `recipe` names.

    The program gets an environment of three names, `/` as its folder, and a process group of its own
    that is killed at the end, or when the time is over. On Linux the program does not outlive an
    engine that is killed; what it has started itself may.
    """

    kind = "exec"

    def _ready(self, job: Job) -> None:
        _argv(job)

    def _how(self, job: Job) -> str:
        return f"run {protocol.shown(' '.join(_argv(job)))} <"

    def _send(self, job: Job, id_: str, body: bytes) -> bytes:
        del id_
        argv = _argv(job)
        if argv[0] != sys.executable:  # whoever can write this one has us already
            _trusted(argv[0])
        ended = _run(argv, body, job.timeout_s)
        if ended.status == 0 and not ended.slow:
            return ended.answer
        said = protocol.shown(ended.said.decode("utf-8", "replace"), *protocol.all_fields(job))
        said = f"; it says: {said}" if said else ""
        if ended.slow:
            raise TargetUnreachableError(
                "target-slow", f"the program did not end within {job.timeout_s:g} s{said}"
            )
        raise TargetDeniedError("target-denied", f"the program ended with {ended.status}{said}")


class Ended(NamedTuple):
    """How a program ended. `answer` and `said` are bounded; `slow` means that it was killed."""

    status: int
    answer: bytes
    said: bytes
    slow: bool


def _argv(job: Job) -> list[str]:
    """The program and its arguments.

    Raises:
        InvalidError: `target-option`.
    """
    recipe = job.option("recipe")
    if recipe:
        if recipe not in RECIPES:
            raise InvalidError(
                "target-option",
                "there is no recipe of that name",
                fix=f"option recipe is one of {', '.join(RECIPES)}",
            )
        return [sys.executable, "-I", "-m", "strongroom.rotation.recipes", recipe]
    try:
        argv = msgspec.json.decode(job.option("argv"), type=list[str])
    except (msgspec.DecodeError, UnicodeError):
        argv = []
    if not 1 <= len(argv) <= ARGUMENTS_MAX or any("\0" in part for part in argv):
        raise InvalidError(
            "target-option",
            "option argv is a list in JSON: the program's full path and its arguments",
            fix="""--option 'argv=["/opt/rotators/mail", "--region", "eu"]'""",
        )
    if not argv[0].startswith("/"):
        raise InvalidError("target-option", "the first of option argv is the program's full path")
    values = [v for fields in protocol.all_fields(job) for v in (fields or {}).values()]
    if any(len(v) >= _SECRET_CHARS_MIN and v in part for v in values for part in argv[1:]):
        raise InvalidError(
            "target-option",
            "an argument holds a value, and everybody on the machine can read arguments",
            fix="the program reads the values from its standard input",
        )
    return argv


def _trusted(program: str) -> None:
    """Nobody but its owner may write it: whoever writes it gets the values.

    Raises:
        TargetDeniedError: `target-denied`.
    """
    try:
        status = Path(program).resolve(strict=True).stat()
    except (OSError, RuntimeError):
        raise TargetDeniedError(
            "target-denied", "the program of option argv is not there"
        ) from None
    if status.st_mode & _WRITABLE or status.st_uid not in {0, os.geteuid()}:
        raise TargetDeniedError(
            "target-denied",
            "others can write the program of option argv",
            fix="chown it to root or to who runs the rotation, and chmod go-w",
        )


def _run(argv: Sequence[str], body: bytes, timeout_s: float) -> Ended:
    """Run it, give it `body`, and read what it answers, until it ends or the time is over.

    The thread that called is the one whose end the kernel looks at, so it stays here until then.
    """
    told, pipe = os.pipe()
    with contextlib.closing(os.fdopen(told, "rb", buffering=0)) as failed:
        os.set_blocking(told, False)
        try:
            process = _started(argv, pipe)
        except OSError:
            raise _cannot_run() from None
        finally:
            os.close(pipe)
        with process:
            try:
                ended = _talk(process, body, monotonic() + timeout_s)
            finally:
                # What it started ends with it, and lets go of the pipes.
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
        if failed.read(1):
            raise _cannot_run()
    return ended


def _started(argv: Sequence[str], pipe: int) -> subprocess.Popen[bytes]:
    launched = [*argv]
    if sys.platform == "linux":
        launched = [sys.executable, "-I", "-S", "-c", _LAUNCHER, str(os.getpid()), str(pipe), *argv]
    return subprocess.Popen(
        launched,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=ENVIRONMENT,
        cwd="/",
        start_new_session=True,
        pass_fds=(pipe,) if sys.platform == "linux" else (),
    )


def _cannot_run() -> TargetDeniedError:
    return TargetDeniedError(
        "target-denied",
        "the program of option argv cannot be run",
        fix="chmod +x, and its first line names an interpreter that is there",
    )


def _talk(process: subprocess.Popen[bytes], body: bytes, deadline: float) -> Ended:
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    pipes = (process.stdin, process.stdout, process.stderr)
    kept = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    limits = dict(zip(kept, (protocol.ANSWER_BYTES_MAX + 1, SAID_BYTES_MAX), strict=True))
    left = memoryview(body)
    with selectors.DefaultSelector() as ready:
        for pipe in pipes:
            os.set_blocking(pipe.fileno(), False)
        ready.register(process.stdin, selectors.EVENT_WRITE)
        ready.register(process.stdout, selectors.EVENT_READ)
        ready.register(process.stderr, selectors.EVENT_READ)
        while len(ready.get_map()) > 0:
            events = ready.select(max(deadline - monotonic(), 0))
            if not events and monotonic() >= deadline:
                break
            for key, _ in events:
                if key.fileobj is process.stdin:
                    left = _give(key.fd, left)
                    if not left:
                        ready.unregister(process.stdin)
                        process.stdin.close()
                elif not _take(key.fd, kept[key.fd], limits[key.fd]):
                    ready.unregister(key.fileobj)
    status, slow = 0, False
    try:
        status = process.wait(max(deadline - monotonic(), 0))
    except subprocess.TimeoutExpired:
        slow = True
    answer, said = kept.values()
    return Ended(status, bytes(answer), bytes(said), slow)


def _give(fd: int, left: memoryview) -> memoryview:
    """Write what fits; all is given where nobody reads any more."""
    try:
        return left[os.write(fd, left[:_CHUNK]) :]
    except BrokenPipeError:
        return left[len(left) :]


def _take(fd: int, into: bytearray, limit: int) -> bool:
    """Read what there is, keep up to the limit; False at the end."""
    chunk = os.read(fd, _CHUNK)
    into += chunk[: max(limit - len(into), 0)]
    return bool(chunk)
