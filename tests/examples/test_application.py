"""The example is what its list says it is; whether it is found is tests of the check."""

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
APPLICATION = EXAMPLES / "customer-intelligence-api-before"
PLANTED = tomllib.loads((APPLICATION / "PLANTED.toml").read_text("utf-8"))
IN_THE_FOLDER = [
    entry
    for entry in [*PLANTED["planted"], *PLANTED["innocent"]]
    if entry["line"] and "needs" not in entry
]


@pytest.mark.parametrize("entry", IN_THE_FOLDER, ids=lambda e: f"{e['path']}: {e['line']}")
def test_each_listed_line_exists_once(entry: dict[str, Any]) -> None:
    text = (APPLICATION / entry["path"]).read_text("utf-8")

    assert sum(entry["line"] in line for line in text.splitlines()) == 1


def test_each_planted_violation_names_a_clause_and_a_reason() -> None:
    for entry in PLANTED["planted"]:
        assert set(entry) - {"needs", "since"} == {"path", "line", "clause", "rule", "reason"}
        assert re.fullmatch(r"P-\d+\.\d+", entry["clause"])
        assert entry["reason"]


def test_a_violation_and_an_innocent_line_never_coincide() -> None:
    planted = {(e["path"], e["line"]) for e in PLANTED["planted"]}

    assert planted & {(e["path"], e["line"]) for e in PLANTED["innocent"]} == set()


def test_the_application_is_valid_python() -> None:
    files = sorted(APPLICATION.rglob("*.py"))

    assert len(files) > 5
    for path in files:
        ast.parse(path.read_text("utf-8"), str(path))


def test_the_readme_says_plainly_that_it_is_wrong_on_purpose() -> None:
    assert "wrong on purpose" in (APPLICATION / "README.md").read_text("utf-8")


def test_the_patch_of_the_demonstration_applies(tmp_path: Path) -> None:
    """Context lines drift when the application is edited."""
    patch = EXAMPLES / "demonstration" / "files" / "fix.patch"
    copy = shutil.copytree(APPLICATION, tmp_path / "copy")
    before = (copy / "app" / "config.py").read_text("utf-8")

    done = subprocess.run(
        ["git", "apply", str(patch)], cwd=copy, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert before != (copy / "app" / "config.py").read_text("utf-8")
