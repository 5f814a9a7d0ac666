import time

import pytest

from strongroom.scan.ruleset import load
from strongroom.scan.ruleset.bounds import CHARS_MAX, trouble
from strongroom.scan.ruleset.overlaps import piled_up
from strongroom.scan.ruleset.shape import tree_of


@pytest.mark.parametrize(
    "pattern",
    [
        "[a-z]+" * 7 + "0",
        "[a-z]+[a-z]+[a-z]+0",
        ".*.*.*=x",
        r"\s*\w*\s*\w*\s*\w*\s*!",
        "x.*a.*b.*c",
        "(?:x|a+)(?:y|a+)(?:z|a+)!",
        "(?:a+(?:b|c?a+))a*!",
        "(?i:[a-f]+)[A-F]+(?i:[A-F]+)!",
        "(?:.*;){3}",
        "a+a+a+$",
        "[a-z]{5,}[a-z]{5,}[a-z]{5,}",
        "a{0,64}" * 7 + "0",
        "a?" * 30 + "a" * 30,
        "(?:a+a+,)+!",
        "(?:a+,a+)+!",
        "(?=.*a.*b.*c)x",
        "(x)?(?(1).*.*.*y|z)",
    ],
)
def test_repeats_that_share_a_text_in_many_ways_are_refused(pattern: str) -> None:
    assert piled_up(tree_of(pattern))


@pytest.mark.parametrize(
    "pattern",
    [
        "[a-z]+[a-z]+0",
        r"[a-z]+\.[a-z]+\.[a-z]+\.[a-z]+!",
        r"[\w.-]+@(?:[\w-]+\.)+[a-z]{2,}",
        r"https?://[^\s/:]+:[^\s/@]+@[^\s]+",
        r'"key"\s*:\s*"[^"]+"\s*,\s*"[^"]+"',
        ".*password.*=.*",
        "a+a+a+",
        "(?i:[a-z]+)[A-Z]+[a-z]+!",
        r"\w*+\w*+\w*+!",
        r"\b(eyJ[\w-]{17,}\.eyJ[\w-]{17,}\.[\w-]{10,})\b",
        "(?:a+|b+|c+)!",
    ],
)
def test_what_takes_the_square_of_a_line_at_most_is_not(pattern: str) -> None:
    assert not piled_up(tree_of(pattern))


def test_it_is_said_how_to_mend_it() -> None:
    said = trouble("[a-z]+[a-z]+[a-z]+0") or ""

    assert "take for ever" in said
    assert "separate them" in said


def test_no_shipped_rule_is_refused() -> None:
    assert [] == [rule.id for rule in load.builtin().rules if trouble(rule.pattern)]


@pytest.mark.parametrize("part", ["a*", "(?:a|b?)", "[ab]?(?:a|b)", "(?:a*b?){3}", "a?b"])
def test_to_look_at_a_pattern_takes_no_time_itself(part: str) -> None:
    began = time.process_time()
    trouble("x" + part * ((CHARS_MAX - 2) // len(part)) + "!")

    assert time.process_time() - began < 2


def test_of_a_nested_pattern_neither() -> None:
    began = time.process_time()
    piled_up(tree_of("(?:" * 40 + "a?b" + "){3}" * 40))

    assert time.process_time() - began < 2
