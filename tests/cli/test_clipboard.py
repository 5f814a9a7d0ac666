"""Tests for strongroom.cli.clipboard: with X11's own tools on a real X server, and by protocol.

A Wayland session and a Mac can't be had here: a small program plays `wl-copy` and `pbcopy`, by
what they read and print.
"""

import hashlib
import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conftest import needs

from strongroom.cli import clipboard
from strongroom.cli.clipboard import BOARDS, Board
from strongroom.errors import InvalidError, LimitError, MachineError, UsageError

VALUE = b"fake-value-on-the-clipboard"
WAIT_S = 30


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """An X server of our own."""
    needs("Xvfb")
    read, write = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "64x64x8", "-nolisten", "tcp"],
        pass_fds=[write], stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        os.close(write)
        with os.fdopen(read) as numbers:
            yield f":{numbers.readline().strip()}"
        server.terminate()


@pytest.fixture(params=["xclip", "xsel"])
def board(request: pytest.FixtureRequest, display: str, monkeypatch: pytest.MonkeyPatch) -> Board:
    needs(request.param)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return BOARDS[request.param]


def held(board: Board) -> bytes:
    return subprocess.run(board.paste, capture_output=True, check=False, timeout=WAIT_S).stdout


def ended(pid: int) -> bool:
    """Whether the process ends within the time."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], WAIT_S)[0])
    finally:
        os.close(handle)


def test_it_is_cleared_when_its_time_has_come(board: Board) -> None:
    assert "xclip" == clipboard.find(os.environ).name
    pid = clipboard.copy(board, VALUE, 1)
    assert VALUE == held(board)
    assert ended(pid)

    assert b"" == held(board)


def test_no_module_of_the_folder_at_hand_is_run(
    board: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base64.py").write_text("open('ran', 'w')", "utf-8")
    monkeypatch.chdir(tmp_path)

    assert ended(clipboard.copy(board, VALUE, 0))
    assert not (tmp_path / "ran").exists()


def test_what_was_copied_since_stays(board: Board) -> None:
    pid = clipboard.copy(board, VALUE, 1)
    clipboard._put(board, b"something else")
    assert ended(pid)

    assert b"something else" == held(board)


def test_what_clears_it_survives_the_terminal_and_does_not_know_the_value(board: Board) -> None:
    pid = clipboard.copy(board, VALUE, 600)
    folder = Path(f"/proc/{pid}")
    argv, environ = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
    files = {str(file.readlink()) for file in (folder / "fd").iterdir()}
    session = os.getsid(pid)
    os.kill(pid, 9)

    assert VALUE not in argv + environ
    assert {os.devnull} == files
    assert session == pid != os.getsid(0)


def tool(folder: Path, name: str, body: str) -> None:
    file = folder / name
    file.write_text(
        f"#!{sys.executable}\nimport sys, pathlib\nboard = pathlib.Path({str(folder / 'board')!r})\n{body}\n",
        "utf-8",
    )
    file.chmod(0o700)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs that play a clipboard's tools; they note how they were called."""
    note = "with (board.parent / 'argv').open('a') as f: f.write(' '.join(sys.argv[1:]) + '\\n')\n"
    for name in ("wl-copy", "pbcopy"):
        tool(tmp_path, name, note + "if '--help' in sys.argv: sys.exit(print('--sensitive'))\n"
             "board.write_bytes(b'' if '--clear' in sys.argv else sys.stdin.buffer.read())")  # fmt: skip
    for name in ("wl-paste", "pbpaste"):
        tool(tmp_path, name, note + "sys.stdout.buffer.write(board.read_bytes())")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return tmp_path


@pytest.mark.parametrize(
    ("environ", "platform", "name"),
    [({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", "wl-copy"), ({}, "darwin", "pbcopy")],
)  # fmt: skip
def test_each_desktops_own_tool_is_given_the_value_by_its_input_alone(
    tools: Path, environ: dict[str, str], platform: str, name: str
) -> None:
    board = clipboard.find(environ, platform)
    assert name == board.name
    pid = clipboard.copy(board, VALUE, 1)
    assert ended(pid)

    assert b"" == (tools / "board").read_bytes()
    called = (tools / "argv").read_text("utf-8")
    assert VALUE.decode() not in called
    assert (name == "wl-copy") == ("--sensitive" in called)


@pytest.mark.parametrize(
    "body", ["sys.exit(1)", "sys.stdin.close(); import os; os.kill(os.getpid(), 9)"]
)
def test_a_tool_that_fails_is_said(tools: Path, body: str) -> None:
    tool(tools, "pbcopy", body)
    with pytest.raises(MachineError) as error:
        clipboard.copy(BOARDS["pbcopy"], VALUE, 1)
    assert "clipboard-failed" == error.value.code


def test_what_nothing_would_clear_is_not_left_there(
    tools: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tools / "none"))
    with pytest.raises(MachineError):
        clipboard.copy(BOARDS["pbcopy"], VALUE, 1)

    assert b"" == (tools / "board").read_bytes()


def test_a_machine_that_slept_has_waited(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tools / "board").write_bytes(VALUE)
    now, rests = [100.0], list[float]()
    monkeypatch.setattr(clipboard, "_now_s", lambda: now[0])

    def rest(seconds: float) -> None:
        rests.append(seconds)
        now[0] += 3_600

    digest = hashlib.sha256(b"salt" + VALUE).digest()
    clipboard.clear(BOARDS["pbcopy"], b"salt", digest, 30, rest)
    assert [1.0] == rests
    assert b"" == (tools / "board").read_bytes()


@pytest.mark.parametrize(
    ("value", "error"), [(b"\xff", InvalidError), (b"x" * (clipboard.BYTES_MAX + 1), LimitError)]
)
def test_what_does_not_fit_is_refused(value: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        clipboard.copy(BOARDS["xclip"], value, 1)


def test_a_time_is_bounded() -> None:
    assert (clipboard.SECONDS, 1) == (clipboard.seconds(None), clipboard.seconds(1))
    for n in (0, -1, clipboard.SECONDS_MAX + 1):
        with pytest.raises(UsageError):
            clipboard.seconds(n)


def test_without_a_tool_the_terminal_is_asked_and_without_one_nobody() -> None:
    """In a process with a terminal of its own, which gets OSC 52, now and at the end."""
    code = (
        "import os; from strongroom.cli import clipboard as c\n"
        "board = c.find({})\n"
        f"pid = c.copy(board, {VALUE!r}, 1); print(board.name, c.told(board, 1))\n"
        f"h = os.pidfd_open(pid); import select; select.select([h], [], [], {WAIT_S})"
    )
    pid, ours = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", code])
    shown = b""
    while select.select([ours], [], [], WAIT_S)[0]:
        try:
            shown += os.read(ours, 4096)
        except OSError:
            break
    os.close(ours)
    assert 0 == os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), shown
    import base64

    put, emptied = b"\x1b]52;c;" + base64.b64encode(VALUE) + b"\a", b"\x1b]52;c;!\a"
    assert shown.index(put) < shown.index(b"can't be asked") < shown.index(emptied)

    alone = "from strongroom.cli import clipboard as c; c.find({})"
    done = subprocess.run([sys.executable, "-c", alone], capture_output=True, check=False,
                          start_new_session=True)  # fmt: skip
    assert b"there is no clipboard here" in done.stderr
