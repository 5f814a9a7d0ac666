"""The files by which others run the scanner name options that there are."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from strongroom.cli.main import build
from strongroom.scan.findings import baseline
from strongroom.scan.ruleset import load
from tests.scan.build import token
from tests.scan.repos import ENVIRON, commit, git, repository

ROOT = Path(__file__).parent.parent
FILES: dict[str, Any] = {
    ".pre-commit-hooks.yaml": list,
    "integrations/github/action.yml": dict,
    "integrations/gitlab/strongroom-scan.gitlab-ci.yml": dict,
}


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("name", FILES)
def test_every_option_in_them_is_one_of_the_scanner(name: str) -> None:
    body = YAML(typ="safe").load((ROOT / name).read_text("utf-8"))
    assert isinstance(body, FILES[name])
    known = {
        option
        for argument in build()["scan"].assemble_argument_collection()
        for option in argument.names
    }
    lines = [
        line for text in texts(body) for line in text.splitlines() if "strongroom scan " in line
    ]
    given = {word for line in lines for word in re.findall(r"(?<!\S)--[a-z][a-z-]*", line)}

    assert lines
    assert given - known == set()


def test_our_own_rules_and_baseline_can_be_read() -> None:
    """Whoever renames a rule that they name learns of it here."""
    assert load.combined(ROOT / ".strongroom-scan.toml").allows
    assert baseline.parse((ROOT / baseline.FILE).read_text("utf-8"))


def test_a_hook_of_pre_commit_scans_what_is_staged() -> None:
    first, _ = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))

    assert "strongroom scan --staged" == first["entry"]
    assert not first["pass_filenames"]


def test_a_push_hook_of_pre_commit_scans_what_is_pushed(tmp_path: Path) -> None:
    """Not what the branch that is checked out is ahead of; and a branch may be put back."""
    _, push = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    root = repository(tmp_path / "r")
    first = git(root, "rev-parse", "HEAD")
    leaking = commit(root, "a.py", f"k = '{token()}'\n")
    clean = commit(root, "a.py", "gone\n")
    programs = f"{Path(sys.executable).parent}{os.pathsep}{ENVIRON['PATH']}"

    def pushed(**refs: str) -> int:
        environ = ENVIRON | {"PATH": programs, "PRE_COMMIT_REMOTE_NAME": "origin"}
        environ |= {"PRE_COMMIT_REMOTE_URL": "../x.git", "HOME": str(tmp_path)}
        environ |= {f"PRE_COMMIT_{name}_REF": commit for name, commit in refs.items()}
        words = shlex.split(push["entry"])
        return subprocess.run(words, cwd=root, env=environ, check=False).returncode

    assert 1 == pushed(FROM=first, TO=leaking)
    assert 1 == pushed(FROM=first, TO="main")
    assert 0 == pushed(FROM=leaking, TO=clean)
    assert 0 == pushed(FROM=clean, TO=first)
    assert 1 == pushed()
