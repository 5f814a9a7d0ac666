"""The files by which others run the scanner name options that there are."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from strongroom.cli.main import build
from strongroom.scan.findings import baseline
from strongroom.scan.ruleset import load

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
    first, push = YAML(typ="safe").load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))

    assert "strongroom scan --staged" == first["entry"]
    assert not first["pass_filenames"]
    # What is pushed, not what the branch that is checked out is ahead of.
    assert '--range "$PRE_COMMIT_FROM_REF..$PRE_COMMIT_TO_REF"' in push["entry"]
    assert "--history" in push["entry"]
