"""What is understood at once runs at once; everything else goes to the full command line."""

import importlib.abc
import io
import json
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from strongroom.entry import main


def test_another_command_goes_to_the_full_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "policy" in capsys.readouterr().out


def test_help_of_a_quick_command_comes_from_the_full_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["mask", "--help"]) == 0
    assert "--env-names" in capsys.readouterr().out


def test_a_quick_command_runs_and_its_errors_look_like_all_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    value = secrets.token_urlsafe(32)
    monkeypatch.setenv("A_VALUE", value)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"a {value}".encode())))

    assert main(["mask", "--env-names", "A_VALUE"]) == 0
    assert capsys.readouterr().out == "a [A_VALUE]"
    assert main(["mask", "--env-names", "NOT_SET"]) == 78
    assert "[mask-value-missing]" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["mask", "--env-names", "NOT_SET"], ["--help"]])
def test_an_interrupt_while_something_is_loaded_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    class Interrupting(importlib.abc.MetaPathFinder):
        def find_spec(self, name: str, *_: object) -> None:
            if name == "strongroom.cli.main":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "strongroom.cli.main", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupting(), *sys.meta_path])

    assert 130 == main(words)


def _scan(*words: str, stdout: int = subprocess.PIPE) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-P", "-m", "strongroom", "scan", "--no-project", *words]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, check=False)


def test_a_scan_ends_when_all_of_its_report_is_out(tmp_path: Path) -> None:
    lines = [f"password_{n} = '{secrets.token_urlsafe(24)}'\n" for n in range(2000)]
    (tmp_path / "app.py").write_text("".join(lines))
    done = _scan("--json", str(tmp_path))

    assert (1, b"") == (done.returncode, done.stderr)
    assert 1900 < len(json.loads(done.stdout)["findings"])  # some look like words
    assert 0 == _scan("--exit-zero", str(tmp_path)).returncode


def test_a_scan_whose_report_cannot_be_written_is_no_success(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("x = 1\n")
    with Path("/dev/full").open("wb") as full:
        done = _scan(str(tmp_path), stdout=full.fileno())

    assert done.returncode not in {0, 1}
    assert b"Traceback" not in done.stderr
