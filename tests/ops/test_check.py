"""Tests for strongroom.ops.check."""

import os
from datetime import datetime
from pathlib import Path

import pytest
from tests.check.build import NOW, POLICY, write

from strongroom.errors import InvalidError
from strongroom.model.severity import Severity
from strongroom.ops.check import CheckRequest, check


def request(root: Path, document: Path | None = None, now: datetime = NOW) -> CheckRequest:
    return CheckRequest(root, POLICY, document or root / "P.md", now, environ=os.environ)


def test_findings_are_counted_from_a_severity_on(tmp_path: Path) -> None:
    result = check(request(write(tmp_path, {"a.py": "log.info(api_key)\nlog.info(api_key[:8])\n"})))
    counts = [result.at_least(s) for s in Severity]

    assert [0, 1, 2] == counts[:3]
    assert counts[3] == len(result.report.findings)


def test_a_document_below_the_folder_is_named_from_there(tmp_path: Path) -> None:
    root = write(tmp_path / "r", {"docs/P.md": ""})

    assert check(request(root, root / "docs/P.md")).report.document == "docs/P.md"
    assert str(tmp_path / "P.md") == check(request(root, tmp_path / "P.md")).report.document


def test_a_time_without_a_zone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidError) as failed:
        check(request(tmp_path, now=NOW.replace(tzinfo=None)))

    assert failed.value.code == "time-without-zone"


def test_only_what_was_asked_for_is_run(tmp_path: Path) -> None:
    asked = CheckRequest(
        tmp_path, POLICY, tmp_path, NOW, clauses=frozenset({"P-3.1"}), environ=os.environ
    )

    assert ["env-file-mode"] == [card.id for card in check(asked).report.rules]


def test_the_report_as_sarif_names_its_producer(tmp_path: Path) -> None:
    driver = check(request(tmp_path)).sarif()["runs"][0]["tool"]["driver"]

    assert "strongroom" == driver["name"]
