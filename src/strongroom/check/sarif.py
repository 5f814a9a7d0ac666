"""A report as SARIF 2.1.0, the format that code hosts and editors show. Pure: a dict."""

from typing import Any, Final
from urllib.parse import quote

from strongroom.check.report import Report
from strongroom.model.finding import Finding, Severity
from strongroom.source.seen import NotLookedAt

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT_KEY: Final = "strongroomFinding/v1"
_LEVEL: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
}
# Code hosts sort by this number, 0.0 to 10.0.
_WEIGHT: Final = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}


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
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "strongroom",
                        "version": version,
                        "rules": [
                            {
                                "id": card.id,
                                "shortDescription": {"text": card.summary},
                                "properties": {
                                    "clauses": list(card.clauses),
                                    "tags": ["security", *card.clauses],
                                    "security-severity": _WEIGHT[worst[card.id]],
                                },
                            }
                            for card in report.rules
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [_unread(n) for n in report.not_looked_at],
                    }
                ],
                "results": [_result(f, index[f.rule]) for f in report.findings],
                "properties": {
                    "policy": report.document,
                    "policySha256": report.policy_sha256,
                    "scoreboard": [
                        {"clause": s.clause, "verdict": str(s.verdict), "findings": s.findings}
                        for s in report.scoreboard
                    ],
                },
            }
        ],
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVEL[finding.severity],
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
        location: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.place.path)}}
        if finding.place.line:
            location["region"] = {"startLine": finding.place.line}
        result["locations"] = [{"physicalLocation": location}]
    return result


def _unread(item: NotLookedAt) -> dict[str, Any]:
    return {
        "level": "warning",
        "descriptor": {"id": item.code},
        "message": {"text": f"not looked at: {item.path}: {item.why}"},
    }


def _uri(path: str) -> str:
    # A colon in the first segment would read as a scheme.
    return quote(path, safe="/")
