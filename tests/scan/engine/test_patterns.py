"""Tests for strongroom.scan.engine.patterns."""

from strongroom.scan.engine.patterns import patterns
from strongroom.scan.ruleset.model import Rule, RuleSet


def test_a_rule_is_numbered_by_its_place() -> None:
    rules = (
        Rule(id="a", title="", pattern="a1", anchors=("a",)),
        Rule(id="b", title="", pattern="b"),
    )
    found = patterns(RuleSet(rules, "0" * 64))
    assert [(p.ident, p.expression, p.anchors) for p in found[:2]] == [
        (0, "a1", ("a",)),
        (1, "b", ()),
    ]


def test_a_rule_without_text_is_looked_for_by_the_word_near_it() -> None:
    rule = Rule(id="a", title="", pattern="[0-9]{9}", near=("Acme",))
    found = patterns(RuleSet((rule,), "0" * 64))[0]
    assert (found.anchors, found.around) == (("acme",), True)
