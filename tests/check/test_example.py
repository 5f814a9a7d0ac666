"""The example application: exactly what its list says is found, and no more.

The comparison is the demonstration's own, so that the two cannot come to differ.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.check.build import git, repository, save

from strongroom.ops import policy
from strongroom.ops.check import CheckRequest, CheckResult, check

EXAMPLES = Path(__file__).parents[2] / "examples"
APPLICATION = EXAMPLES / "customer-intelligence-api-before"
DOCUMENT = "docs/SECRETS_POLICY.md"
NOT_COPIED = ("PLANTED.toml", "README.md", "__pycache__", ".env", ".gitignore")
DAYS = (date(2026, 11, 24), date(2027, 3, 1))


@pytest.fixture(scope="module")
def planted() -> Iterator[Any]:
    """The demonstration's reading of the list."""
    sys.path.insert(0, str(EXAMPLES))
    try:
        from demonstration.planted import Planted

        yield Planted
    finally:
        sys.path.remove(str(EXAMPLES))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The example in a repository of its own, its `.env` tracked by mistake."""
    root = tmp_path / "example"
    shutil.copytree(APPLICATION, root, ignore=shutil.ignore_patterns(*NOT_COPIED))
    shutil.copy(EXAMPLES / "demonstration/files/dot-env", root / ".env")
    (root / ".env").chmod(0o644)
    return repository(root, {})


def checked(root: Path, day: date) -> CheckResult:
    document = root / DOCUMENT
    now = datetime.combine(day, time(12), UTC)
    return check(CheckRequest(root, policy.load(document), document, now, environ=os.environ))


def found(root: Path, day: date) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = msgspec.to_builtins(checked(root, day).report)["findings"]
    return findings


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_exactly_what_was_planted_is_found(copy: Path, planted: Any, day: date) -> None:
    expected, findings = planted.expected_on(day), found(copy, day)

    assert [] == expected.missed(findings, copy)
    assert [] == expected.unexpected(findings, copy)
    assert [] == expected.wronged(findings, copy)


def test_after_the_fix_the_history_remains(copy: Path) -> None:
    before = {f["fingerprint"] for f in found(copy, DAYS[0])}
    git(copy, "apply", str(EXAMPLES / "demonstration/files/fix.patch"))
    git(copy, "rm", "-q", "--cached", ".env")
    (copy / ".gitignore").write_text(".env\n")
    (copy / ".env").chmod(0o600)
    save(copy)
    after = found(copy, DAYS[0])

    assert {"env-file-in-history"} == {f["rule"] for f in after if f["fingerprint"] not in before}
    assert not {"secret-logged", "secret-sliced", "secret-in-error", "secret-default"} & {
        f["rule"] for f in after
    }


def test_no_form_of_the_report_holds_a_value(copy: Path) -> None:
    result = checked(copy, DAYS[0])
    text = json.dumps([msgspec.to_builtins(result.report), result.sarif()], default=str)

    for value in ("insights-reporting-2024", "insights-2024", "api_live_Fake", "local-signing-key",
                  "Summer-Of", "dev-secret-key", "local-api-key"):  # fmt: skip
        assert value not in text
