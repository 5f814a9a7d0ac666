"""Tests for strongroom.rotation.advice."""

import re
from pathlib import Path

import strongroom.rotation
from strongroom.rotation.advice import ADVICE, advice

FOLDER = Path(strongroom.rotation.__file__).parent


def test_each_code_of_a_target_has_words_and_a_next_step() -> None:
    """What a rotator may raise, and what the machine waits for or stops with."""
    raised: set[str] = set()
    for path in FOLDER.rglob("*.py"):
        text = path.read_text("utf-8")
        raised |= set(re.findall(r'Target\w+Error\(\s*"([a-z-]+)"', text))
        if path.name == "machine.py":
            raised |= set(re.findall(r'(?:Wait|Stop)\([^)]*"([a-z-]+)"', text))
    assert {"target-unreachable", "old-still-accepted", "grace", "held"} <= raised
    assert sorted(raised - set(ADVICE)) == []


def test_the_next_step_names_the_secret_and_what_is_unknown_has_one_too() -> None:
    assert "production/a/B" in advice("paused", "production/a/B").fix
    assert advice("of-another", "production/a/B").happened
    assert all(one.happened and one.fix for one in ADVICE.values())
