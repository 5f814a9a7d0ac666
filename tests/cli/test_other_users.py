"""The machine's other users: root passes every permission, so a child process is one of them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.cli.rooms import WEAK, Terminal

NOBODY = 65534


class Other:
    """Runs commands as a user who is not root."""

    def __init__(self, terminal: Terminal, home: Path) -> None:
        self.home = home
        home.mkdir()
        if os.getuid() == 0:
            os.chown(home, NOBODY, NOBODY)
            # The folders of a test are its user's own.
            for folder in (terminal.folder, *terminal.folder.parents):
                if folder.name.startswith(("pytest", "popen", "test_")):
                    folder.chmod(0o755)

    def run(self, *argv: str, stdin: bytes = b"", **environ: str) -> tuple[int, str]:
        """The status, and the code of the error."""
        command = [sys.executable, "-m", "strongroom", *argv, "--json"]
        if os.getuid() == 0:
            command = [
                "setpriv",
                f"--reuid={NOBODY}",
                f"--regid={NOBODY}",
                "--clear-groups",
                *command,
            ]
        settings = {"STRONGROOM_CONFIG": str(self.home / "config.toml"), **environ}
        done = subprocess.run(
            command, input=stdin, capture_output=True, check=False, cwd=self.home,
            env={**os.environ, **settings},
        )  # fmt: skip
        shown = done.stderr.decode()
        assert "Traceback" not in shown, shown
        assert not done.returncode or not done.stdout
        return done.returncode, shown.partition('"code":"')[2].partition('"')[0]


@pytest.fixture
def other(terminal: Terminal) -> Other:
    return Other(terminal, terminal.folder / "theirs")


@pytest.fixture
def theirs(other: Other) -> Path:
    """A room that the other user founded."""
    policy = other.home / "policy.md"
    shutil.copy(
        Path(__file__).parents[2]
        / "examples/customer-intelligence-api-before/docs/SECRETS_POLICY.md",
        policy,
    )
    policy.chmod(0o644)
    assert (0, "") == other.run("init", "--policy", "policy.md")
    made = ("--type", "database-password", "--owner", "Ada")
    assert (0, "") == other.run("secret", "set", WEAK, *made, stdin=b"weak-1")
    return other.home / ".strongroom"


def _modes(folder: Path, of_folder: int, of_files: int) -> None:
    for path in folder.iterdir():
        path.chmod(of_files)
    folder.chmod(of_folder)


@pytest.mark.parametrize(
    ("of_folder", "of_files"), [(0o700, 0o600), (0o755, 0o644), (0o777, 0o666)]
)
def test_a_room_of_somebody_else_is_not_opened(
    kept: Terminal, other: Other, of_folder: int, of_files: int
) -> None:
    """Not even with his key file, and with a folder that he left open."""
    (key,) = (kept.folder / "config" / "keys").iterdir()
    stolen = other.home / "key"
    shutil.copy(key, stolen)
    room = kept.folder / ".strongroom"
    if os.getuid() == 0:
        os.chown(stolen, NOBODY, NOBODY)
        _modes(room, of_folder, of_files)
    else:
        room.chmod(0)  # the one thing that stops a folder's own user
    found = other.run("secret", "get", WEAK, "--room", str(room), STRONGROOM_KEYFILE=str(stolen))
    room.chmod(0o700)

    assert (8, "db-read-only") == found


@pytest.mark.parametrize(("of_folder", "of_files"), [(0o500, 0o600), (0o500, 0o400)])
def test_a_folder_that_became_read_only_serves_nothing(
    other: Other, theirs: Path, of_folder: int, of_files: int
) -> None:
    """What cannot be recorded is not handed out."""
    _modes(theirs, of_folder, of_files)
    try:
        for argv in (["secret", "get", WEAK], ["secret", "list"], ["status"], ["whoami"]):
            assert (8, "db-read-only") == other.run(*argv), argv
    finally:
        _modes(theirs, 0o700, 0o600)
    assert (0, "") == other.run("secret", "get", WEAK)


def test_a_room_cannot_be_made_where_one_may_not_write(other: Other, theirs: Path) -> None:
    theirs.parent.chmod(0o555)
    try:
        found = other.run("init", "--policy", "policy.md", "--room", "another")
    finally:
        theirs.parent.chmod(0o755)

    assert 8 == found[0]
    assert [] == [p.name for p in theirs.parent.iterdir() if p.name == "another"]
    assert 1 == len(list((other.home / "keys").iterdir()))


def test_keys_that_one_may_not_look_at_leave_the_room_sealed(other: Other, theirs: Path) -> None:
    (theirs.parent / "keys").chmod(0)
    try:
        assert (10, "keyfile-unreadable") == other.run("status")
    finally:
        (theirs.parent / "keys").chmod(0o700)
