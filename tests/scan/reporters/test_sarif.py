"""Tests for strongroom.scan.reporters.sarif."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.scan.reporters.build import ALLOWED, EMPTY, LEAK, REPORT

from strongroom.scan.findings.report import Report
from strongroom.scan.reporters.sarif import document

SCHEMA = Path(__file__).parents[2] / "check" / "data" / "sarif-2.1.0.json"


@pytest.mark.parametrize("report", [REPORT, EMPTY], ids=["whole", "empty"])
def test_the_log_keeps_the_official_schema(report: Report) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))

    Draft202012Validator(schema).validate(json.loads(json.dumps(document(report, "1.2.3"))))


def run() -> dict[str, Any]:
    (one,) = document(REPORT, "1.2.3")["runs"]
    return dict(one)


def test_rules_stand_once_and_results_point_at_them() -> None:
    rules = run()["tool"]["driver"]["rules"]

    assert ["acme-token", "generic-secret"] == [rule["id"] for rule in rules]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run()["results"])


def test_one_secret_is_one_result_with_relative_places() -> None:
    result = run()["results"][0]
    (first,) = result["locations"]
    second, third = result["relatedLocations"]

    assert LEAK.fingerprint == result["partialFingerprints"]["strongroomSecret/v1"]
    assert "x.zip%21in%3A1.txt" == first["physicalLocation"]["artifactLocation"]["uri"]
    assert {"startLine": 3, "startColumn": 7, "endLine": 3} == second["physicalLocation"]["region"]
    assert third["logicalLocations"][0]["fullyQualifiedName"].startswith("commit message")


def test_what_does_not_count_is_suppressed() -> None:
    kinds = [r["suppressions"][0]["kind"] for r in run()["results"] if "suppressions" in r]

    assert ["external", "inSource"] == kinds
    assert ALLOWED.fingerprint == run()["results"][-1]["partialFingerprints"]["strongroomSecret/v1"]


def test_what_was_not_scanned_is_a_notification() -> None:
    said = run()["invocations"][0]["toolExecutionNotifications"]

    assert [("path-unreadable", "warning"), ("skipped-dependencies", "note")] == [
        (one["descriptor"]["id"], one["level"]) for one in said
    ]
