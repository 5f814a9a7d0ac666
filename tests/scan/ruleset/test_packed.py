import pickle

from strongroom.model.severity import Severity
from strongroom.scan.model import Confidence
from strongroom.scan.ruleset import load, packed
from strongroom.scan.ruleset.model import Rule

RULES = (
    Rule(id="a", title="A", pattern=r"a\b", anchors=("aaa",), entropy=2.5, lines=3),
    Rule(
        id="b",
        title="Ü",
        pattern="b",
        severity=Severity.LOW,
        confidence=Confidence.LOW,
        pair=("a",),
        pair_required=True,
        report=False,
        generic=True,
    ),
)


def test_what_is_packed_comes_back() -> None:
    found = packed.unpack(packed.pack(RULES).encode())

    assert tuple(found.rules) == RULES
    assert found.digest == packed.digest(RULES)


def test_the_digest_is_another_when_anything_is() -> None:
    changed = (RULES[0]._replace(within=6), RULES[1])

    assert packed.digest(changed) != packed.digest(RULES)
    assert packed.digest(RULES[::-1]) != packed.digest(RULES)


def test_a_rule_is_a_line() -> None:
    assert len(packed.pack(RULES).splitlines()) == 1 + len(RULES)


def test_rules_are_read_when_they_are_asked_for() -> None:
    rules = packed.unpack(packed.pack(RULES).encode()).rules

    assert len(rules) == 2
    assert rules[1] is rules[-1]
    assert rules[:1] == RULES[:1]
    assert list(rules) == list(RULES)
    assert pickle.loads(pickle.dumps(rules)) == rules
    assert hash(rules) == hash(packed.unpack(packed.pack(RULES).encode()).rules)
    assert rules != list(RULES[:1])


def test_one_rule_is_read_by_its_id() -> None:
    rules = load.builtin().rules
    assert isinstance(rules, packed.Lines)
    some = rules[3]

    assert some == rules.named(some.id)
    assert rules.named(some.id[:-1]) is None
