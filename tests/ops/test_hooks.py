"""Tests for strongroom.ops.hooks, with real git that runs the hooks."""

import os
import subprocess
from pathlib import Path

import pytest

from strongroom.errors import ConflictError, InvalidError, MachineError, NotFoundError
from strongroom.ops import hooks
from strongroom.ops.hooks import Hook, HooksRequest, State

ENVIRON = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


def git(folder: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["git", *words], cwd=folder, env={**ENVIRON, "HOME": str(folder)}, check=False,
        capture_output=True,
    )  # fmt: skip


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work tree"
    folder.mkdir()
    assert 0 == git(folder, "init", "-q", "-b", "main").returncode
    return folder


@pytest.fixture
def scanner(tmp_path: Path) -> Path:
    """Notes how it is called, and what it is given; ends as the file `status` says."""
    path = tmp_path / "it's a scanner"
    path.write_text(
        '#!/bin/sh\necho "$@" >> "$(dirname "$0")/calls"\n'
        'case "$2" in --pre-*) cat >> "$(dirname "$0")/calls";; esac\n'
        'exit $(cat "$(dirname "$0")/status" 2>/dev/null || echo 0)\n'
    )
    path.chmod(0o755)
    return path


def request(
    folder: Path, scanner: Path | str = "", *names: Hook, shared: bool = False
) -> HooksRequest:
    environ = {**ENVIRON, "HOME": str(folder)}
    return HooksRequest(folder, names, shared, str(scanner), environ)


def calls(scanner: Path) -> list[str]:
    return (scanner.parent / "calls").read_text().splitlines()


def test_a_commit_is_scanned_and_stopped(work: Path, scanner: Path) -> None:
    made = hooks.install(request(work, scanner))
    (work / "a").write_text("a")
    git(work, "add", "a")

    assert [State.OURS] * 2 == [one.state for one in made]
    assert 0 == git(work, "commit", "-qm", "one").returncode
    (scanner.parent / "status").write_text("1")
    assert 0 != git(work, "commit", "-qm", "two", "--allow-empty").returncode
    assert ["scan --staged"] * 2 == calls(scanner)


def test_a_push_is_scanned_on_both_sides(work: Path, scanner: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "init", "-q", "--bare", str(bare))
    git(work, "commit", "-qm", "one", "--allow-empty")
    git(work, "remote", "add", "origin", str(bare))
    hooks.install(request(work, scanner, Hook.PRE_PUSH))
    hooks.install(request(bare, scanner))

    assert 0 == git(work, "push", "-q", "origin", "main").returncode
    head = git(work, "rev-parse", "HEAD").stdout.decode().strip()
    push, pushed, receive, received = calls(scanner)
    assert f"scan --pre-push origin {bare}" == push
    assert f"refs/heads/main {head} refs/heads/main {'0' * 40}" == pushed
    assert "scan --pre-receive" == receive
    assert f"{'0' * 40} {head} refs/heads/main" == received


def test_a_hook_that_was_there_runs_first_and_comes_back(work: Path, scanner: Path) -> None:
    theirs = work / ".git" / "hooks" / "pre-push"
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("#!/bin/sh\nexit 3\n")
    theirs.chmod(0o755)
    asked = request(work, scanner, Hook.PRE_PUSH)
    (made,) = hooks.install(asked)

    assert (State.OURS, True) == (made.state, made.chained)
    ran = subprocess.run([str(theirs), "o", "u"], input=b"x\n", env=ENVIRON, check=False)
    assert 3 == ran.returncode
    (gone,) = hooks.uninstall(asked)
    assert (State.FOREIGN, "#!/bin/sh\nexit 3\n") == (gone.state, theirs.read_text())


@pytest.mark.parametrize("mode", [0o644, 0o600, 0o400, 0o750])
def test_a_hook_that_was_there_comes_back_with_its_mode(
    work: Path, scanner: Path, mode: int
) -> None:
    theirs = work / ".git" / "hooks" / "pre-commit"
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("#!/bin/sh\nexit 3\n")
    theirs.chmod(mode)
    asked = request(work, scanner, Hook.PRE_COMMIT)
    for _ in range(2):
        hooks.install(asked)
        hooks.uninstall(asked)

    assert mode == theirs.stat().st_mode & 0o777
    assert "#!/bin/sh\nexit 3\n" == theirs.read_text()
    assert [] == [path.name for path in theirs.parent.iterdir() if hooks.CHAINED in path.name]


def test_what_is_there_is_said_and_a_second_time_changes_nothing(work: Path, scanner: Path) -> None:
    asked = request(work, scanner, Hook.PRE_COMMIT)
    (before,) = hooks.status(asked)
    (made,) = hooks.install(asked)
    text = made.path.read_text()
    assert made == hooks.install(asked)[0]
    made.path.chmod(0o644)
    (unusable,) = hooks.status(asked)
    assert State.OURS == hooks.install(asked)[0].state

    states = [before.state, made.state, unusable.state]
    assert [State.ABSENT, State.OURS, State.UNUSABLE] == states
    assert text == made.path.read_text()
    assert State.ABSENT == hooks.uninstall(asked)[0].state
    assert State.ABSENT == hooks.uninstall(asked)[0].state


def test_a_hook_of_an_older_text_is_outdated_until_it_is_written_anew(
    work: Path, scanner: Path
) -> None:
    asked = request(work, scanner, Hook.PRE_COMMIT)
    (made,) = hooks.install(asked)
    text = made.path.read_text()
    made.path.write_text(text.replace("--staged", "--staged --older"))

    assert State.OUTDATED == hooks.status(asked)[0].state
    assert State.OURS == hooks.install(asked)[0].state
    assert text == made.path.read_text()


def test_a_hook_of_another_environment_is_fine_while_its_scanner_is_there(
    work: Path, scanner: Path, tmp_path: Path
) -> None:
    (made,) = hooks.install(request(work, scanner, Hook.PRE_COMMIT))
    other = tmp_path / "other"
    other.write_bytes(scanner.read_bytes())
    other.chmod(0o755)
    asked = request(work, other, Hook.PRE_COMMIT)

    assert State.OURS == hooks.status(asked)[0].state
    scanner.chmod(0o644)
    assert State.OUTDATED == hooks.status(asked)[0].state
    scanner.chmod(0o755)
    hooks.install(asked)  # who asks for it here wants the scanner of here
    assert hooks.text(Hook.PRE_COMMIT, str(other)) == made.path.read_text()


@pytest.mark.parametrize("there", ["link", "folder", "twice"])
def test_what_cannot_be_moved_is_in_the_way(work: Path, scanner: Path, there: str) -> None:
    path = work / ".git" / "hooks" / "pre-commit"
    path.parent.mkdir(exist_ok=True)
    if there == "link":
        path.symlink_to("elsewhere")
    elif there == "folder":
        path.mkdir()
    else:
        path.write_text("#!/bin/sh\n")
        path.with_name(f"pre-commit{hooks.CHAINED}").write_text("")

    with pytest.raises(ConflictError) as caught:
        hooks.install(request(work, scanner))
    assert "hook-in-the-way" == caught.value.code
    assert not (path.parent / "pre-push").exists()


def test_core_hookspath_is_honoured_and_a_shared_one_asked_for(
    work: Path, scanner: Path, tmp_path: Path
) -> None:
    git(work, "config", "core.hooksPath", "our-hooks")
    (work / "sub").mkdir()
    (made,) = hooks.install(request(work / "sub", scanner, Hook.PRE_COMMIT))
    git(work, "config", "core.hooksPath", str(tmp_path / "all"))
    with pytest.raises(ConflictError) as caught:
        hooks.install(request(work, scanner))
    asked = request(work, scanner, Hook.PRE_COMMIT, shared=True)

    assert work / "our-hooks" / "pre-commit" == made.path
    assert "hooks-shared" == caught.value.code
    assert tmp_path / "all" / "pre-commit" == hooks.install(asked)[0].path


def test_a_second_work_tree_has_the_hooks_of_the_first(
    work: Path, scanner: Path, tmp_path: Path
) -> None:
    git(work, "commit", "-qm", "one", "--allow-empty")
    git(work, "worktree", "add", "-q", str(tmp_path / "second"))
    (made,) = hooks.install(request(tmp_path / "second", scanner, Hook.PRE_COMMIT))

    assert (work / ".git" / "hooks" / "pre-commit").samefile(made.path)


def test_a_bare_repository_never_commits(tmp_path: Path, scanner: Path) -> None:
    git(tmp_path, "init", "-q", "--bare", "bare.git")
    with pytest.raises(InvalidError) as caught:
        hooks.install(request(tmp_path / "bare.git", scanner, Hook.PRE_COMMIT))

    assert "hook-does-not-fit" == caught.value.code


@pytest.mark.parametrize("name", ["", "none", "file"])
def test_where_there_is_no_repository(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotFoundError) as caught:
        hooks.status(request(tmp_path / name, "x"))

    assert "not-a-repository" == caught.value.code


def test_without_git(work: Path) -> None:
    with pytest.raises(MachineError) as caught:
        hooks.status(HooksRequest(work, environ={"PATH": ""}, git="no-such-git"))

    assert "git-missing" == caught.value.code


def test_a_folder_that_cannot_be_written(work: Path, scanner: Path) -> None:
    git(work, "config", "core.hooksPath", "a-file/hooks")
    (work / "a-file").touch()
    with pytest.raises(MachineError) as caught:
        hooks.install(request(work, scanner, Hook.PRE_COMMIT))

    assert caught.value.code in {"hook-unwritable", "hook-unreadable"}


def test_a_scanner_that_has_gone_stops_the_commit(work: Path) -> None:
    hooks.install(request(work, "/nowhere/strongroom", Hook.PRE_COMMIT))
    done = subprocess.run(
        [str(work / ".git/hooks/pre-commit")], env={"PATH": "/usr/bin:/bin"}, check=False,
        capture_output=True,
    )  # fmt: skip

    assert 1 == done.returncode
    assert b"nothing was scanned" in done.stderr
