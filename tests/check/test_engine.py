"""Tests for strongroom.check.engine."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.check.build import POLICY, row, subject

from strongroom.check.engine import evaluate, fingerprint
from strongroom.check.facts import CodeUse, Use
from strongroom.errors import NotFoundError
from strongroom.model.finding import Verdict
from strongroom.source.values import Value


def literal(line: int, name: str = "API_KEY", path: str = "a.py") -> CodeUse:
    return CodeUse(Use.LITERAL, name, path, line, Value.LITERAL)


def prints(*uses: CodeUse) -> list[str]:
    report = evaluate(subject(uses=uses, python_files=1), rules=frozenset({"hardcoded-secret"}))
    return [f.fingerprint for f in report.findings]


def test_a_fingerprint_survives_moved_lines() -> None:
    assert prints(literal(3)) == prints(literal(300))


def test_two_in_one_file_are_told_apart_by_their_order() -> None:
    first, second = prints(literal(3), literal(9))

    assert first != second
    assert [first, second] == prints(literal(4), literal(10))


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), unique=True, max_size=5))
def test_fingerprints_differ_where_rule_file_or_name_do(
    parts: list[tuple[str, str, str]],
) -> None:
    separated = [p for p in parts if "\0" not in "".join(p)]

    assert len({fingerprint(*p) for p in separated}) == len(separated)


def test_a_finding_cites_the_clause_and_its_lines() -> None:
    report = evaluate(subject(row(next_rotation="2026-11-03"), uses=(literal(3),), python_files=1))
    by_rule = {f.rule: f for f in report.findings}
    clause = POLICY.clause("P-8.11")

    assert clause is not None
    assert clause.lines == by_rule["hardcoded-secret"].policy_lines
    assert 50 in by_rule["rotation-overdue"].policy_lines


def test_a_rule_falls_back_to_the_next_clause_that_the_document_states() -> None:
    kept = tuple(c for c in POLICY.clauses if c.id not in {"P-8.11", "P-3.1"})
    policy = replace(POLICY, clauses=kept)
    report = evaluate(subject(policy=policy, uses=(literal(3),), python_files=1))
    mode = next(card for card in report.rules if card.id == "env-file-mode")

    assert "P-1.1" == next(f for f in report.findings if f.rule == "hardcoded-secret").clause
    assert ("P-3.2",) == mode.clauses


def test_a_rule_that_the_document_says_nothing_about_is_not_run_and_named() -> None:
    kept = tuple(c for c in POLICY.clauses if c.id == "P-3.2")
    report = evaluate(subject(policy=replace(POLICY, clauses=kept), uses=(literal(3),)))

    assert () == report.findings
    assert any("hardcoded-secret" in note for note in report.notes)


def test_a_filter_runs_only_what_is_asked_for() -> None:
    report = evaluate(subject(), clauses=frozenset({"P-3.3"}))

    assert {"env-example-missing", "env-example-incomplete", "env-example-value"} == {
        card.id for card in report.rules
    }
    assert 0 == report.count(Verdict.FAIL)


@pytest.mark.parametrize(
    ("filters", "code"),
    [({"rules": frozenset({"nope"})}, "rule-unknown"), ({"clauses": frozenset({"P-99.9"})}, "clause-unknown")],
)  # fmt: skip
def test_a_filter_that_names_nothing_is_refused(
    filters: dict[str, frozenset[str]], code: str
) -> None:
    with pytest.raises(NotFoundError) as failed:
        evaluate(
            subject(),
            rules=filters.get("rules", frozenset()),
            clauses=filters.get("clauses", frozenset()),
        )

    assert code == failed.value.code


def test_every_clause_of_the_document_has_one_line() -> None:
    report = evaluate(subject())

    assert [c.id for c in POLICY.clauses] == [s.clause for s in report.scoreboard]
    assert len(POLICY.clauses) == sum(map(report.count, Verdict))
