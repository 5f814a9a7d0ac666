"""The folder of the example's service: what a person who starts from it finds."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.check.build import repository
from tests.conftest import POLICY
from tests.examples.service.stage import EXAMPLE, PYTHONPATH

from strongroom import dotenv
from strongroom.ops import policy
from strongroom.ops.check import CheckRequest, check
from strongroom.runtime import declaration

LINES_MAX = 150
NOW = datetime(2026, 11, 30, tzinfo=UTC)
# No secret in code, configuration, comments, logs or errors; the template is complete.
PASSED = {
    "P-1.1",
    "P-1.2",
    "P-1.3",
    "P-3.2",
    "P-3.3",
    "P-8.8",
    "P-8.9",
    "P-8.11",
    "P-8.14",
    "P-9.7",
}


def local(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "local", *arguments],
        env={"PYTHONPATH": PYTHONPATH}, cwd=folder, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip


def test_each_file_is_short() -> None:
    files = [*EXAMPLE.glob("*/*.py")]

    assert len(files) > 15
    assert [path.name for path in files if path.read_text("utf-8").count("\n") > LINES_MAX] == []


def test_the_env_file_that_is_drawn_has_what_is_declared_and_is_good(tmp_path: Path) -> None:
    shutil.copy(EXAMPLE / "strongroom.toml", tmp_path)
    done = local(tmp_path, "env")
    assert (done.returncode, done.stderr) == (0, "")
    found = {one.name: one.value for one in dotenv.parse((tmp_path / ".env").read_text()).entries}

    assert {one.name for one in declaration.load(EXAMPLE / "strongroom.toml")} <= set(found)
    assert set(found) == {
        line.partition("=")[0]
        for line in (EXAMPLE / ".env.example").read_text("utf-8").splitlines()
        if not line.startswith("#")
    }
    assert (tmp_path / ".env").stat().st_mode & 0o777 == 0o600
    assert not any(value in done.stdout for value in found.values())
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "STRONGROOM_CACHE": "off"}
    looked = subprocess.run(
        [sys.executable, "-m", "strongroom", "validate", "--env", "development"],
        env=environ, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert looked.returncode == 0, looked.stderr


def test_an_env_file_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("MINE=1\n")

    done = local(tmp_path, "env")

    assert (done.returncode, "stays as it is" in done.stderr) == (1, True)
    assert (tmp_path / ".env").read_text() == "MINE=1\n"


@pytest.mark.parametrize("arguments", [[], ["destroy"]], ids=["nothing", "unknown"])
def test_usage(tmp_path: Path, arguments: list[str]) -> None:
    done = local(tmp_path, *arguments)

    assert (done.returncode, done.stderr) == (2, "usage: python -m local env | serve\n")


def test_a_check_finds_nothing_in_it(tmp_path: Path) -> None:
    """What is found is in the document: its inventory is that of the service as it was before."""
    ignored = shutil.ignore_patterns("__pycache__", ".env", ".strongroom")
    root = repository(shutil.copytree(EXAMPLE, tmp_path / "example", ignore=ignored), {})
    request = CheckRequest(root, policy.load(POLICY), POLICY, NOW, environ=os.environ)

    report = check(request).report

    assert {one.place.path for one in report.findings if one.place} == {str(POLICY)}
    assert {one.clause for one in report.scoreboard if one.verdict == "pass"} >= PASSED
