"""Tests for strongroom.check.sarif."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from strongroom.check.report import Report, RuleCard
from strongroom.check.sarif import document
from strongroom.model.finding import Finding, Place, Score, Verdict
from strongroom.model.severity import Severity
from strongroom.source.seen import NotLookedAt

SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-2.1.0.json").read_text("utf-8"))
FINDING = Finding("P-3.2", "r", Severity.HIGH, "m", Place("a b/c:é.py", 3), (7,), "do it", "f" * 16)
REPORT = Report(
    "docs/P.md",
    "0" * 64,
    "1.0",
    (FINDING, replace(FINDING, place=None), replace(FINDING, place=Place(".env"))),
    (Score("P-3.2", Verdict.FAIL, 3, "x"),),
    (RuleCard("q", "other", ("P-1.1",)), RuleCard("r", "summary", ("P-3.2",))),
    (NotLookedAt("x.py", "syntax-error", "why"),),
)


def valid(log: dict[str, Any]) -> None:
    Draft202012Validator(SCHEMA).validate(json.loads(json.dumps(log)))


@pytest.mark.parametrize("severity", Severity)
def test_the_log_keeps_the_official_schema(severity: Severity) -> None:
    valid(document(replace(REPORT, findings=(replace(FINDING, severity=severity),)), "1.2.3"))


def test_an_empty_report_keeps_it_too() -> None:
    valid(document(Report("d", "0", None, (), (), (), ()), "1.2.3"))


def test_the_schema_is_not_toothless() -> None:
    log = document(REPORT, "1.2.3")
    log["runs"][0]["results"][0]["level"] = "dreadful"

    assert not Draft202012Validator(SCHEMA).is_valid(log)


def test_a_result_says_what_where_and_what_to_do() -> None:
    run = document(REPORT, "1.2.3")["runs"][0]
    first, nowhere, whole = run["results"]
    place = first["locations"][0]["physicalLocation"]

    assert "P-3.2: m. Remedy: do it" == first["message"]["text"]
    assert "a%20b/c%3A%C3%A9.py" == place["artifactLocation"]["uri"]
    assert {"startLine": 3} == place["region"]
    assert "locations" not in nowhere
    assert "region" not in whole["locations"][0]["physicalLocation"]
    assert "r" == run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"]


def test_what_was_not_looked_at_is_a_notification() -> None:
    run = document(REPORT, "1.2.3")["runs"][0]
    (said,) = run["invocations"][0]["toolExecutionNotifications"]

    assert "syntax-error" == said["descriptor"]["id"]
