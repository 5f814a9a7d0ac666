from typing import Any

import pytest

from strongroom.model.severity import Severity
from strongroom.scan.model import Confidence
from strongroom.scan.ruleset.read import Fault, allow_of, examples_of, rule_of

RULE: dict[str, Any] = {"id": "acme-key", "pattern": "acme_[0-9a-f]{8}"}


def test_every_field_is_read() -> None:
    rule = rule_of({
        **RULE,
        "title": "Acme key",
        "severity": "low",
        "confidence": "medium",
        "anchors": ["ACME"],
        "entropy": 3,
        "checksum": "github",
        "structure": "jwt",
        "reject": ["^x"],
        "reject_line": ["^(?!a)"],
        "near": ["acme"],
        "within": 9,
        "pair": ["other"],
        "pair_required": True,
        "paths": ["*.py"],
        "path_pattern": "src",
        "lines": 4,
        "generic": True,
        "report": False,
        "remedy": "there",
    })  # fmt: skip

    assert (rule.severity, rule.confidence) == (Severity.LOW, Confidence.MEDIUM)
    assert (rule.anchors, rule.entropy, rule.within, rule.lines) == (("acme",), 3.0, 9, 4)
    assert (rule.generic, rule.report, rule.pair_required) == (True, False, True)
    assert (rule.reject_line, rule.path_pattern, rule.remedy) == (("^(?!a)",), "src", "there")


def test_what_is_not_said_has_a_default() -> None:
    rule = rule_of(RULE)

    assert rule.title == "acme key"
    assert rule.anchors == ("acme_",)
    assert (rule.severity, rule.confidence, rule.report) == (Severity.HIGH, Confidence.HIGH, True)


def test_names_and_a_value_make_a_pattern() -> None:
    rule = rule_of({"id": "acme", "names": "acme", "value": "[0-9]{8}"})

    assert rule.pattern.startswith("(?i:acme)")
    assert rule.anchors == ("acme",)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"id": "Acme"}, "`id`"),
        ({"id": None}, "`id`"),
        ({"pattern": "("}, "`pattern`: missing )"),
        ({"pattern": "(a+)+"}, "take for ever"),
        ({"pattern": "a*"}, "empty"),
        ({"pattern": 3}, "`pattern` is a text"),
        ({"names": "x"}, "either `pattern`, or"),
        ({"severity": "bad"}, "`severity` is one of critical, high"),
        ({"severity": []}, "`severity` is one of"),
        ({"confidence": "sure"}, "`confidence` is one of certain"),
        ({"checksum": "md5"}, "no checksum 'md5'"),
        ({"structure": "x"}, "no structure 'x'"),
        ({"anchors": "acme"}, "`anchors` is a list"),
        ({"anchors": [1]}, "`anchors` is a list"),
        ({"entropy": 9}, "`entropy` is a number from 0 to 8"),
        ({"entropy": "3"}, "`entropy` is a number"),
        ({"within": True}, "`within` is a number"),
        ({"lines": 0}, "`lines` is a number from 1"),
        ({"generic": 1}, "`generic` is true or false"),
        ({"reject": ["("]}, "`reject`: "),
        ({"path_pattern": "["}, "`path_pattern`: "),
    ],
)
def test_what_is_wrong_is_told(more: dict[str, Any], said: str) -> None:
    with pytest.raises(Fault) as caught:
        rule_of({**RULE, **more})
    assert said in str(caught.value)


@pytest.mark.parametrize("table", [{"id": "a"}, {"id": "a", "names": "x"}])
def test_a_rule_has_a_pattern(table: dict[str, Any]) -> None:
    with pytest.raises(Fault, match=r"pattern|go together"):
        rule_of(table)


def test_examples_are_lists_of_texts() -> None:
    assert [e.text for e in examples_of({**RULE, "finds": ["a"], "ignores": ["b"]})] == ["a", "b"]
    with pytest.raises(Fault, match="`finds` is a list"):
        examples_of({**RULE, "finds": "a"})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"reason": " ", "paths": ["a"]}, "`reason` is missing"),
        ({"reason": "x", "path": ["a"]}, "unknown key 'path'"),
        ({"reason": "x", "values": ["("]}, "`values`: "),
        ({"reason": "x", "values": [".*"]}, "empty"),
        ({"reason": "x", "words": [""]}, "would allow everything"),
    ],
)
def test_an_exception_that_says_too_little_is_refused(table: dict[str, Any], said: str) -> None:
    with pytest.raises(Fault) as caught:
        allow_of(table, ())
    assert said in str(caught.value)
