"""Git takes no `.env` along unnoticed (P-3.2)."""

import subprocess
from pathlib import Path

import pytest

from strongroom.errors import ConflictError, MachineError
from strongroom.runtime.env_file import guard


def git(folder: Path, *words: str) -> None:
    done = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words]
    subprocess.run(done, cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    (tmp_path / ".env").write_text("A=1\n")
    return tmp_path


def codes(folder: Path) -> list[str]:
    return [one.code for one in guard.remarks(".env", guard.look(folder / ".env", {}))]


def test_no_repository_is_no_trouble(tmp_path: Path) -> None:
    assert [] == codes(tmp_path)


def test_what_only_this_clone_ignores_is_not_ignored(repo: Path) -> None:
    (repo / ".git/info/exclude").write_text(".env\n")

    assert ["env-not-ignored"] == codes(repo)


@pytest.mark.parametrize("before", [None, "", "x", "x\n", "!.env\n"])
def test_it_is_added_on_a_line_of_its_own(repo: Path, before: str | None) -> None:
    if before is not None:
        (repo / ".gitignore").write_text(before)
    guard.ignore(repo / ".env")

    assert [] == codes(repo)
    assert (repo / ".gitignore").read_text().startswith(before or "/")


def test_a_link_is_not_written_through(repo: Path) -> None:
    (repo / "target").write_text("x\n")
    (repo / ".gitignore").symlink_to("target")
    with pytest.raises(MachineError) as caught:
        guard.ignore(repo / ".env")

    assert "gitignore-unwritable" == caught.value.code
    assert "x\n" == (repo / "target").read_text()


def test_tracked_and_later_in_the_history(repo: Path) -> None:
    git(repo, "add", "-f", ".env")
    git(repo, "commit", "-qm", "a")
    guard.ignore(repo / ".env")

    assert ["env-tracked", "env-in-history"] == codes(repo)
    git(repo, "rm", "-q", "--cached", ".env")
    git(repo, "commit", "-qm", "b")
    kept = guard.look(repo / ".env", {})

    assert 2 == len(kept.commits)
    with pytest.raises(ConflictError) as caught:
        guard.refuse(repo / ".env", kept, rotated=False)
    assert all(name in caught.value.message for name in kept.commits)
    guard.refuse(repo / ".env", kept, rotated=True)


def test_git_that_cannot_be_asked_is_no_yes(tmp_path: Path) -> None:
    with pytest.raises(MachineError):
        guard.refuse(tmp_path / ".env", guard.Kept(why="git is not installed"), rotated=True)
