"""Tests for strongroom.check.report."""

from strongroom.check.report import Report
from strongroom.model.finding import Score, Verdict


def test_verdicts_are_counted() -> None:
    scores = tuple(
        Score(f"P-{n}", v, 0, "") for n, v in enumerate([Verdict.PASS] * 2 + [Verdict.FAIL])
    )
    report = Report("d", "0", None, (), scores, (), ())

    assert (2, 1, 0) == tuple(map(report.count, Verdict))
