"""Tests for strongroom.scan.engine.vectorscan."""

import pytest
from tests.scan.engine import matchers

from strongroom.scan.engine.matcher import Pattern
from strongroom.scan.engine.vectorscan import Unusable, Vectorscan


@pytest.fixture(scope="module")
def matcher() -> Vectorscan:
    return Vectorscan.compiled(matchers.PATTERNS)


def test_each_line_of_a_match_has_an_event(matcher: Vectorscan) -> None:
    found = matchers.lines(matcher, matchers.TEXT)
    assert {(0, 0), (1, 1), (2, 1), (3, 2)} <= found
    assert not {(0, 2), (2, 0)} & found


def test_a_long_line_has_an_event_at_each_step(matcher: Vectorscan) -> None:
    data = b"key_1234 " * 2000
    events = list(matcher.events(data))
    assert matchers.every_step(events, len(data))
    assert len(events) < 40


def test_nothing_has_no_events(matcher: Vectorscan) -> None:
    assert list(matcher.events(b"")) == []


def test_a_database_outlives_its_process(matcher: Vectorscan) -> None:
    again = Vectorscan.loaded(matcher.serialized())
    assert again.events(matchers.TEXT) == matcher.events(matchers.TEXT)


def test_what_is_no_database_is_refused() -> None:
    with pytest.raises(Unusable):
        Vectorscan.loaded(b"nothing")


@pytest.mark.parametrize(
    "expression", [r"key_(?=[0-9]{4})", r"key_([0-9])\1", r"(?>key_)[0-9]++", r"x*", r"[key"]
)
def test_what_it_cannot_say_is_still_looked_for(expression: str) -> None:
    """Other patterns go on as they are, and no line of a match is missed."""
    rough = Pattern(1, expression, ("key_",))
    matcher = Vectorscan.compiled([matchers.PATTERNS[2], rough])
    found = matchers.lines(matcher, b"none\nkey_1123\na+b*c")
    assert {(1, 1), (2, 2)} <= found
    assert (1, 0) not in found


def test_without_anchors_every_line_is_confirmed() -> None:
    matcher = Vectorscan.compiled([Pattern(0, "x*")])
    assert matchers.lines(matcher, b"one\ntwo") == {(0, 0), (0, 1)}
