"""Tests for strongroom.cli.scan_quick."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.scan.build import token
from tests.scan.repos import git, repository

from strongroom.cli import scan_quick
from strongroom.entry import main
from strongroom.scan.findings.baseline import Entry, render

CAPTURE = pytest.CaptureFixture[str]


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    folder = repository(tmp_path / "work")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("words", "strict"),
    [
        (["--staged"], False),
        (["--staged", "--strict"], True),
        (["--staged", "--json"], None),
        ([], None),
    ],
)
def test_only_the_hooks_command_is_understood(words: list[str], strict: bool | None) -> None:
    assert strict is scan_quick.parse(words)


def test_a_commit_is_looked_at(work: Path, capsys: CAPTURE) -> None:
    one = token()
    (work / "a.py").write_text(f"key = '{one}'\n")
    git(work, "add", "a.py")
    assert 1 == main(["scan", "--staged"])
    said = capsys.readouterr().out
    fingerprint = said.split("fingerprint: ")[1].split()[0]
    (work / ".strongroom-baseline").write_text(render([Entry(fingerprint, "r", "a test")]))

    assert "key = '********'" in said
    assert one not in said
    assert 0 == main(["scan", "--staged"])
    assert "1 accepted by the baseline" in capsys.readouterr().out


def test_nothing_staged_is_said_and_fine(work: Path, capsys: CAPTURE) -> None:
    assert 0 == main(["scan", "--staged", "--strict"])
    assert "0 secrets found; 0 items (0 B) scanned\n" == capsys.readouterr().out
    (work / ".strongroom-baseline").write_text("nonsense\n")
    assert 78 == main(["scan", "--staged"])
    assert "[scan-baseline-invalid]" in capsys.readouterr().err


def test_where_there_is_no_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE
) -> None:
    monkeypatch.chdir(tmp_path)

    assert 5 == main(["scan", "--staged"])
    assert "[not-a-repository]" in capsys.readouterr().err


def test_it_starts_without_the_command_lines_framework(work: Path) -> None:
    code = (
        "import sys; from strongroom.entry import main; main(['scan', '--staged']);"
        "print(*sorted(m for m in sys.modules if m in"
        " {'cyclopts', 'rich', 'pickle', 'multiprocessing', 'sqlite3', 'cryptography'}))"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=work, capture_output=True, check=True
    )

    assert b"\n\n" == done.stdout[-2:] or not done.stdout.splitlines()[-1]
