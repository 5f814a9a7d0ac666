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


def test_an_error_says_what_to_do(
    tmp_path_factory: pytest.TempPathFactory, capsys: CAPTURE
) -> None:
    away = tmp_path_factory.mktemp("away")

    assert 5 == main(["hooks", "install", "--path", str(away)])
    assert "[not-a-repository]" in capsys.readouterr().err
    assert 2 == main(["hooks", "install", "post-commit"])
