"""The shipped rules: what they promise, and that their compiled form is of today."""

import math
import re
from collections import Counter
from pathlib import Path

import pytest

from strongroom.errors import ConfigError
from strongroom.scan.engine.checksums import CHECKSUMS
from strongroom.scan.engine.patterns import patterns
from strongroom.scan.engine.structure import STRUCTURES
from strongroom.scan.engine.vectorscan import Vectorscan
from strongroom.scan.model import Validity
from strongroom.scan.ruleset import load, packed
from strongroom.scan.ruleset.examples import expand, trouble
from strongroom.scan.ruleset.model import Rule

RULES, EXAMPLES = load.sources()
BY_ID = {rule.id: rule for rule in RULES}
RULES_MIN = 300


def found(rule: Rule, text: str) -> list[bytes]:
    """The engine's confirmation, as short as it can be said."""
    kept = []
    for match in re.finditer(rule.pattern.encode(), text.encode(), re.MULTILINE):
        secret = match.groupdict().get("secret") or match[1 if match.re.groups else 0]
        line = text.encode().split(b"\n")[text.encode()[: match.start()].count(b"\n")]
        refused = (
            entropy(secret) < rule.entropy
            or any(re.search(p.encode(), secret) for p in rule.reject)
            or any(re.search(p.encode(), line) for p in rule.reject_line)
            or (rule.checksum and not CHECKSUMS[rule.checksum](secret))
            or (rule.structure and STRUCTURES[rule.structure](secret) is Validity.MALFORMED)
            or (rule.near and not any(near in text.lower() for near in rule.near))
        )
        if not refused:
            kept.append(secret)
    return kept


def entropy(text: bytes) -> float:
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def test_every_example_is_as_its_rule_says() -> None:
    wrong, numbers = [], Counter[str]()
    for example in EXAMPLES:
        text = expand(example, numbers[example.rule])
        numbers[example.rule] += 1
        if bool(found(BY_ID[example.rule], text)) is not example.finds:
            wrong.append((example.rule, example.text))

    assert wrong == []


def test_every_rule_has_examples_of_both_kinds() -> None:
    finds = {example.rule for example in EXAMPLES if example.finds}
    ignores = {example.rule for example in EXAMPLES if not example.finds}

    assert set(BY_ID) - finds == set()
    assert len(ignores) > RULES_MIN
    assert [example for example in EXAMPLES if trouble(example)] == []


def test_there_are_as_many_rules_as_promised_and_each_says_where_it_is_revoked() -> None:
    assert len(RULES) >= RULES_MIN
    assert [rule.id for rule in RULES if not rule.remedy] == []
    assert [rule.id for rule in RULES if not rule.title[0].isalnum()] == []


def test_patterns_are_what_vectorscan_can_express() -> None:
    beyond = re.compile(r"\(\?[=!<>](?!P)|\\[1-9]|[*+?}]\?|\(\?>")
    odd = [rule.id for rule in RULES if beyond.search(rule.pattern.replace("(?P<", "("))]

    assert odd == []


def test_the_compiled_form_is_of_today() -> None:
    """`make vectors` builds it."""
    assert (load.FOLDER / load.PACK).read_text("utf-8") == packed.pack(RULES)
    assert load.builtin().rules == RULES


def test_vectorscan_sees_every_example_wherever_it_stands() -> None:
    """It misses some matches of a class and a counted repeat behind another class, by place."""
    matcher = Vectorscan.compiled(patterns(load.builtin()))
    idents = {rule.id: number for number, rule in enumerate(RULES)}
    missed, numbers = set(), Counter[str]()
    for example in EXAMPLES:
        text = expand(example, numbers[example.rule])
        numbers[example.rule] += 1
        pattern = re.compile(BY_ID[example.rule].pattern.encode(), re.MULTILINE)
        for column in (0, 3, 15, 16, 17, 33):
            data = b" " * column + text.encode()
            seen = {event.ident for event in matcher.events(data)}
            if pattern.search(data) and idents[example.rule] not in seen:
                missed.add((example.rule, column))

    assert missed == set()


def test_without_a_file_the_shipped_rules_are_used() -> None:
    assert load.combined(None) == load.builtin()


def test_a_file_extends_replaces_and_disables(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(
        'disable = ["jwt"]\n'
        '[[rules]]\nid = "acme"\npattern = "acme_[0-9]{8}"\n'
        '[[rules]]\nid = "npm-token"\npattern = "npm_[0-9]{8}"\n'
        '[[allow]]\nreason = "fixtures"\npaths = ["tests/**"]\n'
    )

    rules = load.combined(path)
    patterns = {rule.id: rule.pattern for rule in rules.rules}

    assert "jwt" not in patterns
    assert patterns["acme"] == "acme_[0-9]{8}"
    assert patterns["npm-token"] == "npm_[0-9]{8}"
    assert len(rules.rules) == len(RULES)
    assert rules.allows[0].reason == "fixtures"
    assert rules.digest != load.builtin().digest


def test_a_file_may_stand_alone(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text('extend = false\n[[rules]]\nid = "acme"\npattern = "acme_[0-9]{8}"\n')

    assert [rule.id for rule in load.combined(path).rules] == ["acme"]


def test_a_wrong_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text('disable = ["no-such-rule"]\n')

    with pytest.raises(ConfigError, match="no-such-rule") as caught:
        load.combined(path)
    assert caught.value.code == "scan-rules-invalid"
