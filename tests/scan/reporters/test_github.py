"""Tests for strongroom.scan.reporters.github."""

from tests.scan.reporters.build import EMPTY, REPORT

from strongroom.scan.findings.report import Report
from strongroom.scan.model import NotScanned
from strongroom.scan.reporters.github import lines


def test_each_place_is_a_command() -> None:
    old, file, message, low, *_ = lines(REPORT)

    assert old.startswith("::error file=x.zip!in%3A1.txt,line=1,endLine=2,col=1,title=Acme token::")
    assert "file=a b/é%2Cx.py,line=3" in file
    assert "file=" not in message
    assert low.startswith("::notice ")


def test_nothing_in_a_report_can_be_a_command_of_its_own() -> None:
    every = list(lines(REPORT))

    assert all("\n" not in line and line.startswith("::") for line in every)
    assert "title=production" not in every[3]
    assert "Generic %25 secret%0A%3A%3Aerror" in every[3]


def test_no_control_character_reaches_a_log() -> None:
    report = Report("x", (), not_scanned=(NotScanned("a\x1b[2Jb", "not-a-file", "a\u202eb"),))

    (gap, _) = lines(report)
    assert "a\\u001b[2Jb: a\\u202eb" in gap


def test_gaps_and_counts_are_told() -> None:
    *_, gap, counts = lines(REPORT)

    assert gap.startswith("::warning title=not scanned::")
    assert counts.startswith("::notice title=strongroom scan::2 secrets found at 4 places")
    assert 1 == len(list(lines(EMPTY)))
