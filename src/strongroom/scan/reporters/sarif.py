"""A scan as SARIF 2.1.0: one result for one secret, all its places in it."""

from typing import Any, Final

from strongroom.model import sarif
from strongroom.scan.findings.report import Report
from strongroom.scan.model import Leak, Medium, NotScanned, Place
from strongroom.scan.reporters.words import remedy, title, where

FINGERPRINT_KEY: Final = "strongroomSecret/v1"
_FILES: Final = (Medium.FILE, Medium.BLOB, Medium.STAGED)


def document(report: Report, version: str) -> dict[str, Any]:
    """The log of one run of strongroom `version`. What does not count is there, suppressed."""
    every = [*report.leaks, *(one.leak for one in report.accepted), *report.allowed]
    ids = sorted({leak.rule for leak in every})
    index = {name: number for number, name in enumerate(ids)}
    worst = {
        name: min((leak for leak in every if leak.rule == name), key=lambda one: one.severity.rank)
        for name in ids
    }
    results = [_result(leak, index) for leak in report.leaks]
    for one in report.accepted:
        suppressed = {"kind": "external", "status": "accepted", "justification": one.reason}
        results.append(_result(one.leak, index) | {"suppressions": [suppressed]})
    results += [
        _result(leak, index) | {"suppressions": [{"kind": "inSource"}]} for leak in report.allowed
    ]
    rules = [
        {
            "id": name,
            "shortDescription": {"text": worst[name].title},
            "help": {"text": remedy(worst[name])},
            "properties": {
                "tags": ["security", "secret"],
                "security-severity": sarif.WEIGHT[worst[name].severity],
            },
        }
        for name in ids
    ]
    properties = {"source": report.what, "rulesSha256": report.rules_sha256}
    unread = [_unread(one) for one in report.not_scanned]
    return sarif.log(version, rules, results, unread, properties)


def _result(leak: Leak, index: dict[str, int]) -> dict[str, Any]:
    return {
        "ruleId": leak.rule,
        "ruleIndex": index[leak.rule],
        "level": sarif.LEVEL[leak.severity],
        "message": {"text": f"{title(leak)} ({leak.shape}). Remedy: {remedy(leak)}"},
        "partialFingerprints": {FINGERPRINT_KEY: leak.fingerprint},
        "locations": [_location(place) for place in leak.places[:1]],
        "relatedLocations": [
            _location(place) | {"id": number}
            for number, place in enumerate(leak.places[1:], start=1)
        ],
        "properties": {
            "severity": str(leak.severity),
            "confidence": str(leak.confidence),
            "validity": str(leak.validity),
            "related": list(leak.related),
        },
    }


def _location(place: Place) -> dict[str, Any]:
    if place.medium not in _FILES or not place.path:
        return {"logicalLocations": [{"fullyQualifiedName": where(place), "kind": "resource"}]}
    region = {"startLine": place.line, "startColumn": place.column, "endLine": place.end_line}
    location: dict[str, Any] = {"artifactLocation": {"uri": sarif.uri(place.path)}}
    if place.line:
        location["region"] = {key: value for key, value in region.items() if value}
    found: dict[str, Any] = {"physicalLocation": location}
    if place.commit:
        found["properties"] = {"commit": place.commit, "author": place.author}
    return found


def _unread(one: NotScanned) -> dict[str, Any]:
    level = "note" if one.by_choice else "warning"
    return sarif.unread(one.code, f"not scanned: {one.path}: {one.why}", level)
