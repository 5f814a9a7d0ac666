"""Tests for strongroom.source.git, against the real git."""

import os
import subprocess
from pathlib import Path

import pytest
from tests.check.build import git, repository, save, write

from strongroom.errors import MachineError
from strongroom.source import git as module
from strongroom.source.git import Git, Refused

PATTERNS = ("**/.env", "**/.env.*")


def open_(root: Path, **environ: str) -> Git:
    return Git(root, {**os.environ, **environ})


def refused(root: Path, program: str = "git") -> str:
    with pytest.raises(Refused) as failed:
        Git(root, os.environ, program).place()
    assert failed.value.why
    return failed.value.code


def test_files_are_tracked_or_new_but_never_ignored(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.py": "", ".gitignore": "c.py\n"})
    write(root, {"b.py": "", "c.py": ""})
    (root / "l").symlink_to("a.py")
    git(root, "add", "l")

    listed = {e.path: e.mode for e in open_(root).files().entries}
    assert {".gitignore": "100644", "a.py": "100644", "l": "120000", "b.py": ""} == listed


def test_names_that_are_no_text_survive(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \t\n.py")
    repository(tmp_path, {"a.py": ""}, commit=False)
    (tmp_path / name).write_text("")
    save(tmp_path)

    assert {"a.py", name} == {e.path for e in open_(tmp_path).files().entries}


def test_a_folder_below_the_root_is_asked_about_itself(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a/b.py": "", "c.py": "", "a/.env": "", ".env": ""})

    assert {"b.py", ".env"} == {e.path for e in open_(root / "a").files().entries}
    assert (".env",) == open_(root / "a").ever_added(PATTERNS)
    assert (False, False) == open_(root / "a").place()
    assert (False, True) == open_(root).place()


def test_ignored_files_are_found_by_pattern(tmp_path: Path) -> None:
    root = repository(tmp_path, {".gitignore": ".env*\nout/\n"})
    write(root, {".env": "", "x/.env.local": "", "out/.env": "", "out/other": ""})

    assert {".env", "x/.env.local", "out/.env"} == set(open_(root).ignored(PATTERNS))


def test_who_ignores_a_path(tmp_path: Path) -> None:
    root = repository(tmp_path, {".gitignore": "/.env\n", "a/.gitignore": "!.env\n"})
    (root / ".git/info/exclude").write_text(".env.local\n")

    answers = open_(root).ignored_by(
        [".env", ".env.local", ".env.production", "a/.env", ":(x)/.env"]
    )
    assert {".env": ".gitignore", ".env.local": ".git/info/exclude"} == answers


def test_a_rule_of_this_user_alone_protects_nobody(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": ""})
    write(tmp_path, {"config": f"[core]\n excludesFile = {tmp_path}/mine\n", "mine": ".env\n"})

    asked = open_(root, GIT_CONFIG_GLOBAL=str(tmp_path / "config"), HOME=str(tmp_path))
    assert {} == asked.ignored_by([".env"])


def test_the_history_of_every_branch_is_asked(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.py": ""})
    git(root, "checkout", "-q", "-b", "side")
    save(write(root, {"x/.env": "A=1\n"}))
    git(root, "rm", "-q", "x/.env")
    save(root)
    git(root, "checkout", "-q", "main")

    assert ("x/.env",) == open_(root).ever_added(PATTERNS)


def test_a_file_that_a_merge_itself_added_is_in_the_history(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.py": ""})
    git(root, "checkout", "-q", "-b", "side")
    save(write(root, {"b.py": ""}))
    git(root, "checkout", "-q", "main")
    save(write(root, {"c.py": ""}))
    git(root, "merge", "-q", "--no-commit", "--no-ff", "side")
    save(write(root, {".env": "A=1\n"}))

    assert (".env",) == open_(root).ever_added(PATTERNS)


def test_a_repository_without_commits(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.py": ""}, commit=False)

    assert not open_(root).has_commits()
    assert {"a.py"} == {e.path for e in open_(root).files().entries}
    save(root)
    git(root, "checkout", "-q", "--detach")
    assert open_(root).has_commits()


def test_a_shallow_clone_says_so(tmp_path: Path) -> None:
    root = repository(tmp_path / "r", {"a.py": ""})
    save(root)
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{root}", "clone")

    assert (True, True) == open_(tmp_path / "clone").place()


def test_why_git_cannot_tell(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    git(tmp_path, "init", "-q", "--bare", "bare")
    broken = repository(tmp_path / "broken", {"a.py": ""})
    (broken / ".git/index").write_bytes(b"nonsense")

    assert "not-a-repository" == refused(tmp_path / "plain")
    assert "not-a-work-tree" == refused(tmp_path / "bare")
    assert "git-missing" == refused(broken, "no-such-git")
    with pytest.raises(Refused) as failed:
        open_(broken).files()
    assert "git-failed" == failed.value.code


def test_a_git_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TIMEOUT_S", 0.01)
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nread line < /dev/zero\n")
    slow.chmod(0o755)

    assert "git-timeout" == refused(tmp_path, str(slow))


def test_a_git_that_cannot_be_run_is_the_machines_fault(tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.mkdir()

    with pytest.raises(MachineError) as failed:
        Git(tmp_path, os.environ, str(program)).place()
    assert "git-failed" == failed.value.code


def test_variables_of_a_hook_do_not_lead_elsewhere(tmp_path: Path) -> None:
    other = repository(tmp_path / "other", {"theirs.py": ""})
    mine = repository(tmp_path / "mine", {"mine.py": ""})
    led = open_(mine, GIT_DIR=str(other / ".git"), GIT_WORK_TREE=str(other))

    assert {"mine.py"} == {e.path for e in led.files().entries}


def test_no_program_that_the_repository_names_is_run(tmp_path: Path) -> None:
    """A canary in every place where its configuration can name one."""
    root = repository(tmp_path / "r", {"a.py": "", ".env": "A=1\n"})
    canary = tmp_path / "canary"
    trap = write(tmp_path, {"trap": f"#!/bin/sh\necho ran >> {canary}\n"}) / "trap"
    trap.chmod(0o755)
    write(root, {".gitattributes": "* filter=t diff=t\n"})
    for key in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program", "core.sshCommand",
                "filter.t.clean", "filter.t.smudge", "diff.t.textconv", "diff.t.command", "core.editor"):  # fmt: skip
        git(root, "config", key, str(trap))
    git(root, "config", "log.showSignature", "true")
    git(root, "config", "core.hooksPath", str(tmp_path / "hooks"))
    write(tmp_path, {"hooks/post-index-change": trap.read_bytes(), "hooks/fsmonitor": ""})
    (tmp_path / "hooks/post-index-change").chmod(0o755)
    asked = open_(root)

    asked.place()
    asked.has_commits()
    asked.files()
    asked.ignored(PATTERNS)
    asked.ignored_by([".env"])
    assert (".env",) == asked.ever_added(PATTERNS)
    assert not canary.exists()
    # The trap does close: plain git in the same place runs into it.
    subprocess.run(["git", "status"], cwd=root, capture_output=True, check=False)
    assert canary.exists()
