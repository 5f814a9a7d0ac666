"""Signals, terminals and jobs: the command is to notice nothing of us."""

import os
import pty
import select
import signal
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.runtime.run.conftest import PROGRAM, Runner

from strongroom.runtime.run.supervise import Ended

DEADLINE_S = 60.0
TRAP = (
    "import os, signal, time\n"
    "def got(n, f): os.write(1, b'got ' + signal.Signals(n).name.encode() + b'\\n')\n"
    "for n in (2, 3, 10, 12, 15, 1): signal.signal(n, got)\n"
    "print('ready', flush=True)\n"
    "while True: time.sleep(100)\n"
)


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def child_of(pid: int) -> int:
    """The command: the keeper's child."""
    (keeper,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    (child,) = Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()
    return int(child)


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


class Session:
    """A terminal with `strongroom run` in front of it, as a shell would start it."""

    def __init__(self, runner: Runner, *words: str, size: tuple[int, int] = (33, 101)) -> None:
        self.seen = b""
        self.pid, self.fd = pty.fork()
        if not self.pid:
            os.chdir(runner.folder)
            os.execve(sys.executable, [*PROGRAM, *words], runner.environ)
        termios.tcsetwinsize(self.fd, size)

    def wait_for(self, text: str) -> None:
        end = time.monotonic() + DEADLINE_S
        while text.encode() not in self.seen:
            ready, _, _ = select.select([self.fd], [], [], max(0.0, end - time.monotonic()))
            assert ready, self.seen
            try:
                self.seen += os.read(self.fd, 4096)
            except OSError:
                assert text.encode() in self.seen, self.seen

    def type(self, keys: bytes) -> None:
        os.write(self.fd, keys)

    def end(self, again: bytes = b"") -> int:
        """Its status. What nothing comes of within a second may have been thrown away: it is typed `again`."""
        while True:
            if again and not select.select([self.fd], [], [], 1.0)[0]:
                self.type(again)
            try:
                if not os.read(self.fd, 4096):
                    break
            except OSError:
                break
        _, status = os.waitpid(self.pid, 0)
        os.close(self.fd)
        return os.waitstatus_to_exitcode(status)


@pytest.mark.parametrize("name", ["TERM", "INT", "HUP", "QUIT", "USR1", "USR2"])
def test_a_signal_to_us_reaches_the_command_once(runner: Runner, name: str) -> None:
    with runner.popen("--", sys.executable, "-c", TRAP, stdout=-1, stdin=-1) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(getattr(signal, f"SIG{name}"))
        assert process.stdout.readline() == f"got SIG{name}\n".encode()
        os.kill(child_of(process.pid), signal.SIGKILL)
        assert process.stdout.read() == b""
        assert process.wait(60) == -signal.SIGKILL


def test_a_signal_to_the_group_reaches_the_command_once(runner: Runner) -> None:
    """Without a terminal the command has a group of its own, as `timeout` and CI kill groups."""
    with runner.popen(
        "--", sys.executable, "-c", TRAP, stdout=-1, start_new_session=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        child = child_of(process.pid)
        os.killpg(process.pid, signal.SIGTERM)
        assert process.stdout.readline() == b"got SIGTERM\n"
        os.kill(child, signal.SIGUSR1)
        assert process.stdout.readline() == b"got SIGUSR1\n"
        os.kill(child, signal.SIGKILL)
        process.wait(60)


def test_the_command_ends_when_we_are_killed(runner: Runner) -> None:
    with runner.popen("--", "sh", "-c", "echo ready; sleep 1000", stdout=-1) as process:
        assert process.stdout
        process.stdout.readline()
        child = child_of(process.pid)
        process.kill()
        process.wait(60)
        until(lambda: not Path(f"/proc/{child}").exists() or state(child) == "Z")


def test_the_command_ends_when_its_keeper_is_killed(runner: Runner) -> None:
    with runner.popen(
        "--", "sh", "-c", "echo ready; exec sleep 1000", stdout=-1, stderr=-1
    ) as process:
        assert process.stdout
        process.stdout.readline()
        child = child_of(process.pid)
        (keeper,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(keeper), signal.SIGKILL)
        _, err = process.communicate(timeout=60)
        until(lambda: not Path(f"/proc/{child}").exists() or state(child) == "Z")

    assert process.returncode == 8
    assert b"run-keeper-lost" in err


def test_a_terminal_is_a_terminal_for_the_command_and_of_its_size(runner: Runner) -> None:
    session = Session(
        runner,
        "--",
        "sh",
        "-c",
        "read x; stty size; test -t 0 && test -t 1 && test -t 2 && echo all; echo $API_KEY > /dev/tty",
    )
    session.type(b"\n")
    session.wait_for("33 101")
    session.wait_for("all")
    session.wait_for("[API_KEY@v3]")

    assert session.end() == 0
    assert runner.value.encode() not in session.seen


def test_a_new_size_reaches_the_command(runner: Runner) -> None:
    session = Session(
        runner, "--", "sh", "-c", "trap 'stty size' WINCH; echo ready; while :; do read x; done"
    )
    session.wait_for("ready")
    termios.tcsetwinsize(session.fd, (44, 55))
    os.kill(session.pid, signal.SIGWINCH)
    session.type(b"\n")
    session.wait_for("44 55")
    session.type(b"\x03")

    assert session.end() == -signal.SIGINT


def test_a_prompt_without_a_line_end_shows_at_once(runner: Runner) -> None:
    session = Session(runner, "--", "sh", "-c", "printf 'name? '; read x; echo hello $x")
    session.wait_for("name? ")
    session.type(b"ada\n")
    session.wait_for("hello ada")

    assert session.end() == 0


def test_keys_are_handed_on_raw_and_the_terminal_is_restored(runner: Runner) -> None:
    session = Session(
        runner,
        "--",
        sys.executable,
        "-c",
        "import tty, sys, os; tty.setraw(0); print('raw', flush=True); print(os.read(0, 1), flush=True)",
    )
    before = termios.tcgetattr(session.fd)
    session.wait_for("raw")
    assert not termios.tcgetattr(session.fd)[3] & termios.ICANON
    session.type(b"\x03")
    session.wait_for("b'\\x03'")
    slave = os.open(
        os.ptsname(session.fd) if hasattr(os, "ptsname") else _name(session.fd),
        os.O_RDWR | os.O_NOCTTY,
    )
    assert session.pid == os.waitpid(session.pid, 0)[0]

    assert termios.tcgetattr(slave) == before
    os.close(slave)
    os.close(session.fd)


def _name(fd: int) -> str:
    import fcntl
    import struct

    number = struct.unpack("I", fcntl.ioctl(fd, 0x80045430, bytes(4)))[0]  # TIOCGPTN
    return f"/dev/pts/{number}"


@pytest.mark.parametrize("how", ["kill", "error"])
def test_the_terminal_is_restored_when_we_are_killed(runner: Runner, how: str) -> None:
    session = Session(
        runner, "--", "sh", "-c", "echo ready; exec sleep 1000" if how == "kill" else "exit 3"
    )
    before = termios.tcgetattr(session.fd)
    slave = os.open(_name(session.fd), os.O_RDWR | os.O_NOCTTY)
    if how == "kill":
        session.wait_for("ready")
        until(lambda: not termios.tcgetattr(slave)[3] & termios.ICANON)
        os.kill(session.pid, signal.SIGKILL)
    os.waitpid(session.pid, 0)
    until(lambda: termios.tcgetattr(slave) == before)
    os.close(slave)
    os.close(session.fd)


def test_ctrl_c_reaches_the_command_once(runner: Runner) -> None:
    session = Session(runner, "--", sys.executable, "-c", TRAP)
    session.wait_for("ready")
    session.type(b"\x03")
    session.wait_for("got SIGINT")
    session.type(b"\x1c")  # Ctrl-\
    session.wait_for("got SIGQUIT")
    os.kill(child_of(session.pid), signal.SIGKILL)

    assert session.end() == -signal.SIGKILL
    assert session.seen.count(b"got SIGINT") == 1


def test_ctrl_c_with_output_in_a_pipe_reaches_the_command_once(runner: Runner) -> None:
    """The command is in our group then and has the key's signal from the terminal itself."""
    line = [*PROGRAM, "--", sys.executable, "-c", TRAP]
    out, write = os.pipe()
    pid, fd = pty.fork()
    if not pid:
        os.dup2(write, 1)
        os.chdir(runner.folder)
        os.execve(sys.executable, line, runner.environ)
    os.close(write)
    with os.fdopen(out, "rb") as reader:
        assert reader.readline() == b"ready\n"
        os.write(fd, b"\x03")
        assert reader.readline() == b"got SIGINT\n"
        os.kill(pid, signal.SIGTERM)
        assert reader.readline() == b"got SIGTERM\n"
        os.kill(child_of(pid), signal.SIGKILL)
        assert reader.read() == b""
    os.waitpid(pid, 0)
    os.close(fd)


def test_ctrl_z_stops_the_command_and_us_and_fg_takes_both_up_again(runner: Runner) -> None:
    """With the shell that people have, since this is its part of the play."""
    session = Session.__new__(Session)
    session.seen = b""
    session.pid, session.fd = pty.fork()
    if not session.pid:
        os.chdir(runner.folder)
        os.execve(
            "/bin/bash", ["bash", "--norc", "--noprofile", "-i"], {**runner.environ, "PS1": "$ "}
        )
    session.wait_for("$ ")
    program = " ".join(PROGRAM)
    session.type(f"{program} -- sh -c 'echo rea''dy; read x; echo got-$x'\n".encode())
    session.wait_for("\nready")
    session.type(b"\x1a")
    session.wait_for("Stopped")
    session.type(b"echo back-$((1+1))\n")
    session.wait_for("back-2")
    session.type(b"fg\n")
    session.wait_for("fg\r\n")
    session.seen = b""
    session.type(b"ada\n")
    session.wait_for("got-ada")
    session.wait_for("$ ")  # what is typed before is the command's
    session.type(b"exit\n")

    assert session.end(again=b"exit\n") == 0


def test_the_status_of_a_command_is_its_number_or_signal() -> None:
    assert Ended.of(3 << 8) == Ended(3)
    assert Ended.of(9) == Ended(137, 9)
