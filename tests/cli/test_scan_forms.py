"""Tests for strongroom.cli.scan_forms."""

import json

import pytest

from strongroom.cli.scan_forms import octets
from strongroom.scan.findings.report import Report

REPORT = Report("folder .", (), items=2, octets=10, rules=3, rules_sha256="a" * 64)


@pytest.mark.parametrize(
    ("form", "begins"),
    [("text", b"0 secrets found"), ("jsonl", b'{"type":"summary"'), ("html", b"<!doctype html>"), ("github", b"")],
)  # fmt: skip
def test_each_form_is_octets(form: str, begins: bytes) -> None:
    assert octets(REPORT, form).lower().startswith(begins)


@pytest.mark.parametrize("form", ["json", "sarif"])
def test_a_document_is_for_people_too(form: str) -> None:
    data = octets(REPORT, form)
    assert json.loads(data)
    assert data.startswith(b"{\n  ")
    assert data.endswith(b"}\n")


def test_a_name_that_is_no_text_is_told_as_it_is() -> None:
    data = octets(REPORT._replace(what="folder \udcff é"), "json")
    assert "folder \udcff é" == json.loads(data)["source"]
