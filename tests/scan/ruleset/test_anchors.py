import re

import pytest

from strongroom.scan.ruleset import load
from strongroom.scan.ruleset.anchors import anchors
from strongroom.scan.ruleset.examples import expand


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\b(ghp_[A-Za-z0-9]{36})\b", ("ghp_",)),
        (r"gh[ps]_[0-9]+", ("ghp_", "ghs_")),
        (r"(?i:Acme|Example)[_-]?key", ("acme", "example")),
        (r"(?:AKIA|ASIA|A3T[A-Z0-9])[A-Z2-7]{16}", ("a3t", "akia", "asia")),
        (r"x{0,3}(?:token|secret)+=", ("secret", "token")),
        (r"(?:abc)?[0-9]{20}", ()),
        (r"[0-9]{3}ab[0-9]{3}", ()),
        (r"(?:abc|[0-9])x", ()),
        (r"пароль=", ("пароль=",)),
        (r"(?P<name>pass)word", ("password",)),
    ],
)
def test_the_texts_of_a_pattern(pattern: str, expected: tuple[str, ...]) -> None:
    assert anchors(pattern) == expected


def test_one_of_them_is_in_the_lines_of_every_match_of_the_shipped_rules() -> None:
    rules, examples = load.sources()
    by_id = {rule.id: rule for rule in rules}
    missing = []
    for number, example in enumerate(examples):
        rule, text = by_id[example.rule], expand(example, number).encode()
        for match in re.finditer(rule.pattern.encode(), text, re.MULTILINE):
            begin = text.rfind(b"\n", 0, match.start()) + 1
            end = text.find(b"\n", match.end())
            found = text[begin : end if end >= 0 else len(text)].lower()
            if rule.anchors and not any(anchor.encode() in found for anchor in rule.anchors):
                missing.append(rule.id)

    assert missing == []
