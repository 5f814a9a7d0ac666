"""Tests for strongroom.scan.engine.plain."""

from tests.scan.engine import matchers

from strongroom.scan.engine.matcher import Pattern
from strongroom.scan.engine.plain import Plain


def test_each_line_of_a_match_has_an_event() -> None:
    found = matchers.lines(Plain(matchers.PATTERNS), matchers.TEXT)
    assert {(0, 0), (1, 1), (2, 1), (3, 2)} <= found
    assert not {(3, 3), (2, 0)} & found


def test_a_long_line_has_an_event_at_each_step() -> None:
    data = b"key_1234 " * 2000
    events = list(Plain(matchers.PATTERNS).events(data))
    assert matchers.every_step(events, len(data))
    assert len(events) < 40


def test_a_match_without_end_has_an_event_at_each_step() -> None:
    data = b"a" * 10_000
    events = list(Plain([Pattern(0, "a+")]).events(data))
    assert matchers.every_step(events, len(data))


def test_nothing_has_no_events() -> None:
    assert list(Plain(matchers.PATTERNS).events(b"")) == []
