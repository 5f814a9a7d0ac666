"""A `.env` is replaced whole and private, and never through a link."""

import fcntl
import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from strongroom.errors import ConfigError, MachineError
from strongroom.runtime.env_file import keep

VALUE = secrets.token_urlsafe(24)


def test_it_is_private_whatever_it_was(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("old")
    path.chmod(0o666)
    keep.replace(path, "new\n")

    assert "new\n" == keep.read(path)
    assert 0o600 == path.stat().st_mode & 0o777
    assert [".env"] == [one.name for one in tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("before", "after"), [(0o600, 0o600), (0o640, 0o640), (0o666, 0o644), (None, 0o644)]
)
def test_nobody_is_given_rights(tmp_path: Path, before: int | None, after: int) -> None:
    path = tmp_path / ".env.example"
    if before is not None:
        path.write_text("old")
        path.chmod(before)
    keep.replace(path, "new\n", keep.PUBLIC)

    assert after == path.stat().st_mode & 0o777


def test_a_link_is_refused_and_never_followed(tmp_path: Path) -> None:
    path, target = tmp_path / ".env", tmp_path / "target"
    target.write_text("theirs")
    path.symlink_to(target)
    with pytest.raises(ConfigError) as caught:
        keep.read(path)
    assert "secret-file-is-a-link" == caught.value.code
    keep.replace(path, "ours")

    assert "theirs" == target.read_text()
    assert not path.is_symlink()


def test_a_failure_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".env"
    path.write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(MachineError):
        keep.replace(path, "new")

    assert "old" == path.read_text()
    assert [".env"] == [one.name for one in tmp_path.iterdir()]


def test_rights_of_others_are_taken_away(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("A=1\n")
    path.chmod(0o644)
    keep.protect(path)

    assert 0o600 == path.stat().st_mode & 0o777
    with pytest.raises(MachineError):
        keep.protect(tmp_path / "none")


def killed(path: Path) -> Path:
    """What a writer leaves that is killed before the file is in its place."""
    code = (
        "import os; from pathlib import Path; from strongroom.runtime.env_file import keep\n"
        "os.replace = lambda *_: os.kill(os.getpid(), 9)\n"
        f"keep.replace(Path({str(path)!r}), 'API_KEY={VALUE}\\n')"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    (left,) = path.parent.glob(".*-*")
    return left


def test_what_a_kill_leaves_is_taken_by_no_commit_and_removed_later(tmp_path: Path) -> None:
    """P-3.2: `/.env` in .gitignore names the file alone."""
    path = tmp_path / ".env"
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("/.env\n/.gitignore\n")
    left = killed(path)
    assert any(VALUE.encode() in one.read_bytes() for one in left.iterdir()), "or it tests nothing"
    assert left.stat().st_mode & 0o077 == 0
    subprocess.run(["git", "add", "--all"], cwd=tmp_path, check=True)
    tracked = subprocess.run(["git", "ls-files"], cwd=tmp_path, check=True, capture_output=True)
    assert tracked.stdout == b""

    keep.replace(path, "A=1\n")
    assert sorted(one.name for one in tmp_path.iterdir()) == [".env", ".git", ".gitignore"]


def test_what_another_writer_uses_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    left = killed(path)
    theirs = tmp_path / "..env-0123456789ab"
    theirs.mkdir()
    (theirs / "new").write_text("a file of somebody else")
    lock = os.open(left, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keep.replace(path, "A=1\n")
        assert left.exists()
    finally:
        os.close(lock)
    keep.replace(path, "A=2\n")
    assert not left.exists()
    assert (theirs / "new").exists()
