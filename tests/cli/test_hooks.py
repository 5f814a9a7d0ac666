"""Tests for strongroom.cli.hooks."""

import json
import subprocess
from pathlib import Path

import pytest

from strongroom.cli.main import main

CAPTURE = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("COLUMNS", "300")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_hooks_come_and_go(work: Path, capsys: CAPTURE) -> None:
    assert 1 == main(["hooks", "status"])
    assert 0 == main(["hooks", "install"])
    assert 0 == main(["hooks", "status"])
    assert "installed" in capsys.readouterr().out
    assert 0 == main(["hooks", "uninstall", "pre-push", "--json"])

    (row,) = json.loads(capsys.readouterr().out)["hooks"]
    assert ("pre-push", "absent") == (row["hook"], row["state"])
    assert (work / ".git/hooks/pre-commit").is_file()
    assert not (work / ".git/hooks/pre-push").exists()


def test_an_outdated_hook_is_no_good_hook(work: Path, capsys: CAPTURE) -> None:
    main(["hooks", "install"])
    path = work / ".git/hooks/pre-commit"
    path.write_text(path.read_text() + "# of an older version\n")
    capsys.readouterr()

    assert 1 == main(["hooks", "status"])
    said = capsys.readouterr()
    assert "outdated" in said.out
    assert "strongroom hooks install" in said.err
    assert 0 == main(["hooks", "install"])
    assert 0 == main(["hooks", "status"])


def test_a_push_of_nothing_new_is_not_held_up(work: Path, tmp_path: Path) -> None:
    """What git gives its hook then is no line at all, or lines of zeros."""
    git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
    bare = tmp_path / "bare.git"
    subprocess.run([*git, "init", "-q", "--bare", bare], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "one"], check=True)
    assert 0 == main(["hooks", "install"])

    said = []
    for refs in ("HEAD:refs/heads/x", "HEAD:refs/heads/x", ":refs/heads/x"):
        done = subprocess.run([*git, "push", bare, refs], check=True, capture_output=True)
        said.append((done.stdout + done.stderr).decode())
    assert "nothing was scanned" not in said[0]
    assert "gave the hook no reference, so nothing was scanned" in said[1]
    assert "only deletes, so nothing was scanned" in said[2]


def test_an_error_says_what_to_do(
    tmp_path_factory: pytest.TempPathFactory, capsys: CAPTURE
) -> None:
    away = tmp_path_factory.mktemp("away")

    assert 5 == main(["hooks", "install", "--path", str(away)])
    assert "[not-a-repository]" in capsys.readouterr().err
    assert 2 == main(["hooks", "install", "post-commit"])
