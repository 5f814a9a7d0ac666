"""A server as a child process: started until it answers, ended by its own pid."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

HOST: Final = "127.0.0.1"
START_S_MAX: Final = 120.0  # RabbitMQ takes ten seconds on an idle machine
STOP_S_MAX: Final = 20.0
TRIES: Final = 3  # somebody else may have taken the port in between
LOG_CHARS: Final = 3000
# Debian keeps servers where a user's PATH does not look; the last are those of this Python.
FOLDERS: Final = (
    "/usr/sbin",
    *(str(path) for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)),
    str(Path(sys.executable).parent),
)
_LIBC: Final = ctypes.CDLL(None)
_PR_SET_PDEATHSIG: Final = 1


class NotStartedError(Exception):
    """A server that did not come up; it says what stood last in its log."""


@dataclass(frozen=True)
class Server:
    """What every server has; `ca` is the file that its certificate is verified by, if it has one."""

    port: int
    host: str = HOST
    ca: Path | None = None


def program(name: str) -> str:
    """Where `name` is; the test that needs it is skipped if it is nowhere, but never in CI."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *FOLDERS]))
    if found is None:
        pytest.skip(f"{name} missing: make services")
    return found


def as_user(*names: str) -> tuple[int, int] | None:
    """Whom a server runs as: the first of these users that is there; None: as ourselves."""
    if os.geteuid() != 0:
        return None  # only root must become somebody else
    import pwd

    for name in (*names, "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise NotStartedError(f"none of the users {', '.join(names)} is on this machine")


@contextmanager
def folder(owner: tuple[int, int] | None) -> Iterator[Path]:
    """A folder that only the server's user sees; its path is short, as sockets need it."""
    path = Path(tempfile.mkdtemp(prefix="sr-"))
    try:
        if owner is not None:
            os.chown(path, *owner)
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def log_of(cwd: Path) -> Path:
    """Where a server's output goes while it runs in `cwd`; ours, not the server's."""
    return cwd.with_name(cwd.name + ".log")


def give(path: Path, owner: tuple[int, int]) -> None:
    """Make `path` the server's own."""
    os.chown(path, *owner)


def prepare(
    argv: Sequence[str], owner: tuple[int, int] | None, environ: Mapping[str, str], cwd: Path
) -> None:
    """Run a program that makes a server's data, to its end."""
    done = subprocess.run(
        argv, env=environ, cwd=cwd, check=False, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=START_S_MAX, **_identity(owner),
    )  # fmt: skip
    if done.returncode:
        text = done.stdout.decode("utf-8", "replace")[-LOG_CHARS:]
        raise NotStartedError(f"{argv[0]} ended with {done.returncode}:\n{text}")


@contextmanager
def running(
    command: Callable[[int], Sequence[str]],
    ready: Callable[[int], bool],
    *,
    owner: tuple[int, int] | None,
    environ: Mapping[str, str],
    cwd: Path,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[int]:
    """The port of a server that answers; `command` and `ready` are given the port to use."""
    log = log_of(cwd)
    try:
        for _ in range(TRIES):
            port = free_port()
            with log.open("wb") as out:
                process = subprocess.Popen(
                    command(port), env=environ, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out,
                    stderr=subprocess.STDOUT, start_new_session=True,
                    preexec_fn=_end_with_us(stop),  # noqa: PLW1509 - a single call into libc
                    **_identity(owner),
                )  # fmt: skip
            try:
                if _came_up(process, ready, port):
                    yield port
                    return
            finally:
                _end(process, stop)
        text = log.read_bytes()[-LOG_CHARS:].decode("utf-8", "replace")
        raise NotStartedError(f"{command(0)[0]} did not start:\n{text}")
    finally:
        log.unlink(missing_ok=True)


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    """Whether somebody accepts connections on `port`."""
    try:
        socket.create_connection((HOST, port), timeout=1).close()
    except OSError:
        return False
    return True


def _came_up(process: "subprocess.Popen[bytes]", ready: Callable[[int], bool], port: int) -> bool:
    deadline = time.monotonic() + START_S_MAX
    while process.poll() is None and time.monotonic() < deadline:
        if ready(port):
            return process.poll() is None
        time.sleep(0.02)
    return False


def _end(process: "subprocess.Popen[bytes]", stop: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(stop)
    try:
        process.wait(STOP_S_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _identity(owner: tuple[int, int] | None) -> dict[str, Any]:
    return {} if owner is None else {"user": owner[0], "group": owner[1], "extra_groups": []}


def _end_with_us(stop: signal.Signals) -> Callable[[], None]:
    """A worker that is killed runs no cleanup: the kernel ends its servers then."""

    def tell() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(stop), 0, 0, 0)

    return tell
