"""A report as SARIF 2.1.0, the format that code hosts and editors show. Pure: a dict."""

from typing import Any, Final

from strongroom.check.report import Report
from strongroom.model import sarif
from strongroom.model.finding import Finding
from strongroom.model.severity import Severity

FINGERPRINT_KEY: Final = "strongroomFinding/v1"


def document(report: Report, version: str) -> dict[str, Any]:
    """The SARIF log of one run of strongroom `version`."""
    index = {card.id: number for number, card in enumerate(report.rules)}
    worst = {
        card.id: min(
            (f.severity for f in report.findings if f.rule == card.id),
            key=lambda s: s.rank,
            default=Severity.LOW,
        )
        for card in report.rules
    }
    rules = [
        {
            "id": card.id,
            "shortDescription": {"text": card.summary},
            "properties": {
                "clauses": list(card.clauses),
                "tags": ["security", *card.clauses],
                "security-severity": sarif.WEIGHT[worst[card.id]],
            },
        }
        for card in report.rules
    ]
    unread = [
        sarif.unread(item.code, f"not looked at: {item.path}: {item.why}")
        for item in report.not_looked_at
    ]
    properties = {
        "policy": report.document,
        "policySha256": report.policy_sha256,
        "scoreboard": [
            {"clause": s.clause, "verdict": str(s.verdict), "findings": s.findings}
            for s in report.scoreboard
        ],
    }
    results = [_result(f, index[f.rule]) for f in report.findings]
    return sarif.log(version, rules, results, unread, properties)


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": sarif.LEVEL[finding.severity],
        "message": {"text": f"{finding.clause}: {finding.message}. Remedy: {finding.remedy}"},
        "partialFingerprints": {FINGERPRINT_KEY: finding.fingerprint},
        "properties": {
            "clause": finding.clause,
            "severity": str(finding.severity),
            "policyLines": list(finding.policy_lines),
            "remedy": finding.remedy,
        },
    }
    if finding.place and finding.place.logical:
        name = {"fullyQualifiedName": finding.place.path, "kind": "resource"}
        result["locations"] = [{"logicalLocations": [name]}]
    elif finding.place:
        location: dict[str, Any] = {"artifactLocation": {"uri": sarif.uri(finding.place.path)}}
        if finding.place.line:
            location["region"] = {"startLine": finding.place.line}
        result["locations"] = [{"physicalLocation": location}]
    return result
