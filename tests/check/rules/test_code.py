"""Tests for strongroom.check.rules.code."""

from typing import Any

import pytest
from tests.check.build import subject

from strongroom.check.facts import CodeUse, Use
from strongroom.check.rules import code
from strongroom.model.severity import Severity
from strongroom.source.seen import Area, NotLookedAt
from strongroom.source.values import Value

RULES = {
    Use.LITERAL: code.hardcoded,
    Use.DEFAULT: code.default,
    Use.LOGGED: code.logged,
    Use.SLICED: code.sliced,
    Use.RAISED: code.raised,
}


def use(of: Use, value: Value = Value.LITERAL, **more: Any) -> CodeUse:
    return CodeUse(of, "api_key", "a.py", 3, value, **more)


@pytest.mark.parametrize("of", RULES)
def test_a_rule_finds_its_own_use_and_no_other(of: Use) -> None:
    held = subject(uses=tuple(map(use, Use)), python_files=1)
    (found,) = RULES[of](held).findings

    assert ("api_key", "a.py", 3) == (found.symbol, found.place.path, found.place.line)


@pytest.mark.parametrize("of", RULES)
def test_a_test_may_have_weak_values_of_its_own(of: Use) -> None:
    assert () == RULES[of](subject(uses=(use(of, development=True),))).findings


@pytest.mark.parametrize("of", [Use.LITERAL, Use.DEFAULT])
def test_a_generated_value_in_a_test_is_told(of: Use) -> None:
    held = subject(uses=(use(of, Value.GENERATED, development=True),))

    assert 1 == len(RULES[of](held).findings)


@pytest.mark.parametrize(
    ("value", "development", "severity"),
    [
        (Value.LITERAL, False, Severity.HIGH),
        (Value.GENERATED, False, Severity.CRITICAL),
        (Value.GENERATED, True, Severity.LOW),
    ],
)
def test_a_literal_is_as_bad_as_it_looks(
    value: Value, *, development: bool, severity: Severity
) -> None:
    (found,) = code.hardcoded(
        subject(uses=(use(Use.LITERAL, value, development=development),))
    ).findings

    assert severity is found.severity
    assert 'get_secret("API_KEY"' in found.remedy


def test_a_placeholder_is_a_default_and_no_literal() -> None:
    placeholder = Value.PLACEHOLDER

    assert () == code.hardcoded(subject(uses=(use(Use.LITERAL, placeholder),))).findings
    (found,) = code.default(subject(uses=(use(Use.DEFAULT, placeholder),))).findings
    assert "everybody knows it" in found.message


def test_a_file_that_was_not_parsed_is_a_gap() -> None:
    judged = code.logged(
        subject(
            python_files=4, not_looked_at=(NotLookedAt("a.py", "syntax-error", "", Area.PYTHON),)
        )
    )

    assert (4, "1 python file not looked at") == (judged.examined, judged.gap)


def test_the_startup_check_is_evidence_and_its_absence_no_finding() -> None:
    assert 1 == code.validated(subject(uses=(use(Use.VALIDATED),))).examined
    assert 0 == code.validated(subject(uses=(use(Use.VALIDATED, development=True),))).examined
    assert () == code.validated(subject()).findings
