"""Patterns that both matchers are tried with."""

from itertools import pairwise

from strongroom.scan.engine.matcher import STEP, Event, Matcher, Pattern

PATTERNS = (
    Pattern(0, r"\bkey_[0-9]{4}\b", ("key_",)),
    Pattern(1, r"(?i)pass(?:word)?\s{0,3}=", ("pass",)),
    Pattern(2, "a+b*c", literal=True),
    Pattern(3, r"^begin.{1,5}end$"),
)
TEXT = b"x key_1234\nPassword = y key_12345 a+b*c\nbegin:end\nbegin end x\n"


def lines(matcher: Matcher, data: bytes) -> set[tuple[int, int]]:
    """(pattern, line) of all events."""
    return {(e.ident, data.count(b"\n", 0, e.end - 1)) for e in matcher.events(data)}


def every_step(events: list[Event], size: int) -> bool:
    """Whether no `STEP` of a long line is without an event."""
    ends = [0, *(e.end for e in events), size]
    return all(b - a <= 2 * STEP for a, b in pairwise(ends))
