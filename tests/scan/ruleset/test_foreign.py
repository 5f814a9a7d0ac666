import pytest

from strongroom.scan.ruleset.foreign import (
    Foreign,
    known,
    number,
    pattern_of,
    rule_from,
    text,
    texts,
)
from strongroom.scan.ruleset.read import Fault


def test_a_rule_is_carried_over() -> None:
    found = Foreign()
    rule = rule_from(
        {
            "id": "Acme_Key",
            "description": "An Acme key",
            "regex": "(?i)acme_([0-9a-f]{8})",
            "keywords": ["ACME"],
            "path": r"\.env$",
            "skipReport": True,
        },
        found,
        "secretGroup",
    )

    assert rule is not None
    assert (rule.id, rule.title, rule.report) == ("Acme_Key", "An Acme key", False)
    assert rule.pattern == "(?i:acme_([0-9a-f]{8}))"
    assert (rule.anchors, rule.near) == (("acme_",), ())
    assert rule.path_pattern == r"\.env$"
    assert found.notes == []


def test_keywords_that_are_in_no_match_are_looked_for_nearby() -> None:
    rule = rule_from({"id": "a", "regex": "[0-9a-f]{32}", "keywords": ["Acme"]}, Foreign(), "g")

    assert rule is not None
    assert (rule.anchors, rule.near, rule.within) == ((), ("acme",), 100)


@pytest.mark.parametrize(
    ("table", "note"),
    [
        ({"id": "a", "path": "x"}, "no `regex`"),
        ({"id": "a", "regex": "(?=x)"}, "cannot be used here"),
        ({"id": "a", "regex": "(?:a+)+"}, "take for ever"),
        ({"id": "a", "regex": "x", "secretGroup": 3}, "no group 3"),
        ({"id": "a", "regex": "a**"}, "multiple repeat"),
    ],
)
def test_what_cannot_be_carried_over_is_named(table: dict[str, object], note: str) -> None:
    found = Foreign()

    assert rule_from(table, found, "secretGroup") is None
    assert found.lost[0].startswith("rule a: left out: ")
    assert note in found.lost[0]


def test_wrong_kinds_are_refused() -> None:
    for wrong in (
        lambda: texts({"a": 3}, "a"),
        lambda: text({"a": 3}, "a"),
        lambda: number({"a": "3"}, "a"),
        lambda: rule_from({"regex": "x"}, Foreign(), "g"),
    ):
        with pytest.raises(Fault):
            wrong()


def test_unknown_keys_and_patterns_are_noted() -> None:
    found = Foreign()
    known({"a": 1, "b": 2}, {"a"}, "the file", found)

    assert pattern_of("(", "rule a", found) is None
    assert found.notes[0] == "the file: `b` is not known and does nothing"
    assert len(found.notes) == 2
