"""Tests for strongroom.check.scoreboard. Nothing is a pass that was not evaluated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.check.build import POLICY

from strongroom.check.rule import Draft, Judgement, Rule
from strongroom.check.scoreboard import Outcome, score
from strongroom.model.finding import Place, Verdict
from strongroom.model.policy import Clause, Status
from strongroom.model.severity import Severity

DRAFT = Draft("X", Severity.LOW, "m", Place("a"), "r")
ONE = replace(POLICY, clauses=(Clause("P-1.1", (1,), "", Status.ENFORCED),))
SEEN = Judgement(3, "row{s}")
EMPTY = Judgement(0, "row{s}")
BAD = Judgement(3, "row{s}", (DRAFT,))
GAP = Judgement(3, "row{s}", gap="1 row not looked at")
CASES = {
    "a rule saw something": ([SEEN], Verdict.PASS, "3 rows"),
    "one thing": ([Judgement(1, "row{s}")], Verdict.PASS, "1 row"),
    "a thing without number": ([Judgement(1, "the head")], Verdict.PASS, "the head"),
    "a rule found something": ([BAD], Verdict.FAIL, "3 rows"),
    "nothing to look at": ([EMPTY], Verdict.NOT_EVALUATED, "no occurrences: rows"),
    "a gap": ([GAP], Verdict.NOT_EVALUATED, "3 rows; 1 row not looked at"),
    "a gap and a finding": ([GAP, BAD], Verdict.FAIL, "3 rows; 1 row not looked at"),
    "a gap beside a pass": ([SEEN, GAP], Verdict.NOT_EVALUATED, "3 rows; 1 row not looked at"),
    "one saw, one had nothing": ([SEEN, EMPTY], Verdict.PASS, "3 rows"),
    "the one that saw most": ([SEEN, Judgement(9, "row{s}")], Verdict.PASS, "9 rows"),
    "two kinds": ([SEEN, Judgement(2, "file{s}")], Verdict.PASS, "3 rows, 2 files"),
    "no rule": ([], Verdict.NOT_EVALUATED, "needs a running room; a repository cannot show it"),
}


def outcomes(judgements: list[Judgement]) -> list[Outcome]:
    rule = Rule("r", ("P-1.1",), "s", lambda _: SEEN)
    return [Outcome(rule, judgement) for judgement in judgements]


@pytest.mark.parametrize("case", CASES)
def test_a_clause_has_a_verdict_and_what_it_rests_on(case: str) -> None:
    judgements, verdict, basis = CASES[case]

    (line,) = score(ONE, outcomes(judgements))
    assert (verdict, basis) == (line.verdict, line.basis)


JUDGEMENTS = st.builds(
    Judgement,
    st.integers(0, 3),
    st.just("row{s}"),
    st.sampled_from([(), (DRAFT,)]),
    st.sampled_from(["", "a gap"]),
)


@given(st.lists(JUDGEMENTS, max_size=5))
def test_a_pass_was_evaluated_whole_and_without_finding(judgements: list[Judgement]) -> None:
    (line,) = score(ONE, outcomes(judgements))

    assert (line.verdict is Verdict.FAIL) == any(j.findings for j in judgements)
    if line.verdict is Verdict.PASS:
        assert any(j.examined for j in judgements)
        assert not any(j.gap or j.findings for j in judgements)


@pytest.mark.parametrize("status", Status)
def test_a_clause_without_rule_says_why(status: Status) -> None:
    (line,) = score(replace(POLICY, clauses=(Clause("L-1", (), "", status),)), [], narrowed=True)

    assert line.verdict is Verdict.NOT_EVALUATED
    assert line.basis.startswith("not asked for, or ")


def test_findings_of_all_rules_are_counted() -> None:
    (line,) = score(ONE, outcomes([BAD, BAD]))

    assert 2 == line.findings
