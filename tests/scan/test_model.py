"""Tests for strongroom.scan.model: what is passed on never shows the secrets that it holds."""

import pytest

from strongroom.model.severity import Severity
from strongroom.ops.scan import Outcome
from strongroom.scan.engine.decode import Segment
from strongroom.scan.engine.settle import Candidate
from strongroom.scan.findings.collect import Gathered
from strongroom.scan.findings.found import Found
from strongroom.scan.findings.report import Report
from strongroom.scan.model import (
    Confidence,
    Hit,
    Leak,
    Medium,
    NotScanned,
    Origin,
    Piece,
    Place,
    Validity,
    without,
)
from strongroom.scan.ruleset.model import Rule

CANARY = b"canary-canary"
ORIGIN = Origin("a.py")
PLACE = Place("a.py", 1, 1, 1, Medium.FILE, "********")
SURE = Severity.HIGH, Confidence.HIGH, Validity.UNKNOWN
HIT = Hit("rule", CANARY, ORIGIN, 1, 1, 1, 0, 13, CANARY, *SURE)
LEAK = Leak("rule", "A rule", *SURE, "f1", "13 letters", (PLACE,))
GATHERED = Gathered(LEAK, ("f1",), secret=CANARY, hits=((PLACE, HIT),))
RULE = Rule("rule", "A rule", "x")


@pytest.mark.parametrize(
    ("one", "shown"),
    [
        (Piece(CANARY, ORIGIN), "a.py"),
        (HIT, "a.py"),
        (Found("rule", CANARY, PLACE, *SURE, hit=HIT), "a.py"),
        (GATHERED, "13 letters"),
        (Outcome(Report("folder .", (LEAK,)), (), False, {"f1": CANARY}, (GATHERED,)), "folder ."),
        (Candidate(RULE, 0, 13, CANARY, Confidence.HIGH, Validity.UNKNOWN), "A rule"),
        (Segment(CANARY, 3, 7, "base64"), "base64"),
    ],
)
def test_what_is_secret_is_not_shown(one: object, shown: str) -> None:
    for text in (repr(one), str(one), f"{one}", repr([one])):
        assert CANARY.decode() not in text
        assert text.removeprefix("[").startswith(f"{type(one).__name__}(")
        assert shown in text


def test_all_else_is_shown() -> None:
    gap = NotScanned("a", "not-a-file", "a socket, not opened")
    assert repr(gap) == without(gap)
    assert "NotScanned(path='a', why='a socket, not opened')" == without(gap, "code")


def test_what_was_not_scanned_is_sorted_by_its_path() -> None:
    late, early = NotScanned("b", "a-code", "x"), NotScanned("a", "z-code", "y")
    assert [early, late] == sorted([late, early])


@pytest.mark.parametrize(
    ("line", "end_line", "brings"),
    [(1, 1, False), (1, 2, True), (3, 3, True), (4, 5, False), (4, 6, True), (7, 9, False)],
)
def test_what_a_change_brings(line: int, end_line: int, brings: bool) -> None:
    assert brings == Piece(CANARY, ORIGIN, changed=((2, 3), (6, 6))).brings(line, end_line)
    assert Piece(CANARY, ORIGIN).brings(line, end_line)
