"""Tests for strongroom.scan.reporters.json_report."""

import json

from tests.scan.reporters.build import EMPTY, LEAK, REPORT

from strongroom.scan.reporters.json_report import document, lines


def test_the_document_has_everything() -> None:
    body = json.loads(json.dumps(document(REPORT)))

    assert "strongroom/scan/v1" == body["format"]
    assert {"findings": 2, "places": 4, "accepted": 1, "allowed": 1, "not_scanned": 2} == {
        key: body["summary"][key]
        for key in ("findings", "places", "accepted", "allowed", "not_scanned")
    }
    assert ("in a test", "2027-01-01") == (
        body["accepted"][0]["reason"],
        body["accepted"][0]["expires"],
    )
    assert "path-unreadable" == body["not_scanned"][0]["code"]


def test_a_place_says_only_what_is_known() -> None:
    old, file, _ = document(REPORT)["findings"][0]["places"]

    assert ("1" * 40, ["base64"], 3) == (old["commit"], list(old["via"]), old["versions"])
    assert {"path", "line", "column", "end_line", "medium", "masked", "versions"} == set(file)


def test_lines_end_with_the_summary() -> None:
    read = [json.loads(line) for line in lines(REPORT)]

    assert ["finding", "finding", "not-scanned", "not-scanned", "summary"] == [
        one["type"] for one in read
    ]
    assert LEAK.fingerprint == read[0]["fingerprint"]
    assert ["summary"] == [json.loads(line)["type"] for line in lines(EMPTY)]
