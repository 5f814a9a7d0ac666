"""Tests for strongroom.rotation.advice."""

import re
from pathlib import Path

import strongroom.rotation
from strongroom.access.facts import Reason
from strongroom.gate.decision import APPROVAL_NEEDED
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


def test_whatever_else_stops_one_has_words_too() -> None:
    """An engine ends on what rotators refuse of a job, and on what the room refuses of a step."""
    refused: set[str] = set()
    for path in FOLDER.rglob("*.py"):
        if path.name != "schedule.py":  # that is said when a schedule is set
            text = path.read_text("utf-8")
            refused |= set(re.findall(r'(?:Invalid|NotFound)Error\(\s*"([a-z-]+)"', text))
    of_the_room = {
        "version-state", "version-referenced", "version-destroyed", "version-deleted", "version-none",
        "version-unknown", "version-compromised", "version-pending", "version-retired",
        "secret-deleted", "secret-unknown", "value-reused", "reuse-limited", "client-taken",
        "value-too-large", "value-not-text", "derived-too-long", "password-symbols", APPROVAL_NEEDED,
    }  # fmt: skip
    assert "target-option" in refused
    assert sorted((refused | of_the_room | set(Reason)) - set(ADVICE)) == []


def test_the_next_step_names_the_secret_and_what_is_unknown_has_one_too() -> None:
    assert "production/a/B" in advice("paused", "production/a/B").fix
    assert advice("of-another", "production/a/B").happened
    assert all(one.happened and one.fix for one in ADVICE.values())
