"""Tests for strongroom.check.rules.registry."""

import re

from tests.check.build import row, subject

from strongroom.check.rules.registry import RULES

CLAUSE = re.compile(r"P-\d+\.\d+")


def test_every_rule_has_a_stable_name_and_rests_on_clauses() -> None:
    for rule in RULES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
        assert rule.clauses
        assert all(CLAUSE.fullmatch(c) for c in (*rule.clauses, *rule.otherwise))
        assert not set(rule.clauses) & set(rule.otherwise)


def test_no_rule_is_registered_twice() -> None:
    keys = [(r.id, r.clauses[0], r.summary) for r in RULES]

    assert sorted(set(keys)) == sorted(keys)


def test_every_rule_judges_a_bare_subject_and_a_row() -> None:
    for rule in RULES:
        for given in (subject(), subject(row())):
            judged = rule.judge(given)
            assert judged.examined >= 0
            assert judged.noun
