"""A git branch as an anchor: nothing of the user's is touched, run or obeyed."""

import stat
from pathlib import Path

import pytest
from tests.anchor.places import git, note, repository
from tests.audit.logs import ORIGIN, START_US

from strongroom.anchor.git import BRANCH, GitAnchor
from strongroom.errors import InvalidError, MachineError

REF = BRANCH + ORIGIN.rpartition("/")[2]


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return repository(tmp_path)


def test_files_index_and_branches_are_left_alone(repo: Path) -> None:
    before = (
        git(repo, "status", "--porcelain"),
        git(repo, "log", "--format=%H"),
        git(repo, "branch"),
    )
    for size in (1, 2):
        GitAnchor(repo, ORIGIN).append(note(size), START_US)

    assert before[:2] == (git(repo, "status", "--porcelain"), git(repo, "log", "--format=%H"))
    assert git(repo, "log", "--format=%s %an %at", REF).splitlines() == [
        f"Checkpoint of {size} entries strongroom {START_US // 1_000_000}" for size in (2, 1)
    ]
    assert git(repo, "show", f"{REF}:checkpoint") == note(2)
    git(repo, "fsck", "--strict")


def test_hooks_filters_signing_and_monitors_are_not_run(repo: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {trap}\nexit 1\n", "utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    hooks = repo / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in (
        "reference-transaction",
        "pre-commit",
        "commit-msg",
        "post-commit",
        "prepare-commit-msg",
    ):
        (hooks / name).write_bytes(script.read_bytes())
        (hooks / name).chmod(0o755)
    for name, value in (
        ("core.fsmonitor", str(script)), ("core.pager", str(script)), ("commit.gpgSign", "true"),
        ("gpg.program", str(script)), ("filter.x.clean", str(script)), ("core.hooksPath", str(hooks)),
        ("core.sshCommand", str(script)),
    ):  # fmt: skip
        git(repo, "config", name, value)
    (repo / ".git" / "info").mkdir(exist_ok=True)
    (repo / ".git" / "info" / "attributes").write_text("* filter=x\n", "utf-8")
    GitAnchor(repo, ORIGIN).append(note(1), START_US)

    assert list(GitAnchor(repo, ORIGIN).notes()) == [note(1)]
    assert not trap.exists()


def test_settings_of_the_user_are_not_read(
    repo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / ".gitconfig"
    broken.write_text("[this is no configuration", "utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Mallory")
    GitAnchor(repo, ORIGIN).append(note(1), START_US)

    assert list(GitAnchor(repo, ORIGIN).notes()) == [note(1)]


def test_a_branch_that_is_checked_out_is_refused(repo: Path, tmp_path: Path) -> None:
    GitAnchor(repo, ORIGIN).append(note(1), START_US)
    git(repo, "worktree", "add", "-q", str(tmp_path / "tree"), REF.removeprefix("refs/heads/"))
    with pytest.raises(InvalidError, match="checked out"):
        GitAnchor(repo, ORIGIN).append(note(2), START_US)

    assert list(GitAnchor(repo, ORIGIN).notes()) == [note(1)]


def test_a_branch_of_something_else_is_refused(repo: Path) -> None:
    git(repo, "update-ref", REF, "HEAD")
    with pytest.raises(InvalidError):
        GitAnchor(repo, ORIGIN).append(note(1), START_US)
    with pytest.raises(InvalidError):
        list(GitAnchor(repo, ORIGIN).notes())

    assert git(repo, "rev-parse", REF) == git(repo, "rev-parse", "HEAD")


def test_a_commit_of_somebody_in_between_is_found(repo: Path) -> None:
    GitAnchor(repo, ORIGIN).append(note(1), START_US)
    tree = git(repo, "rev-parse", "HEAD^{tree}").strip()
    made = git(repo, "commit-tree", tree, "-p", REF, "-m", "x").strip()
    git(repo, "update-ref", REF, made)
    with pytest.raises(InvalidError):
        list(GitAnchor(repo, ORIGIN).notes())


def test_a_bare_repository_serves_as_well(tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    git(tmp_path / "bare", "init", "-q", "--bare")
    GitAnchor(tmp_path / "bare", ORIGIN).append(note(1), START_US)

    assert list(GitAnchor(tmp_path / "bare", ORIGIN).notes()) == [note(1)]


def test_a_folder_that_is_no_repository_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(MachineError) as raised:
        GitAnchor(tmp_path, ORIGIN).append(note(1), START_US)
    assert raised.value.code == "anchor-unreadable"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineError, match="not installed"):
        list(GitAnchor(tmp_path, ORIGIN).notes())
