"""Tests for strongroom.scan.engine.look."""

from collections.abc import Iterator

import pytest

from strongroom.scan.engine.confirm import Confirmer, Raw
from strongroom.scan.engine.look import Looker
from strongroom.scan.engine.matcher import Event
from strongroom.scan.ruleset.model import Rule

RULE = Confirmer(Rule(id="r", title="", pattern=r"\bk[0-9]{8}\b"))


def found(data: bytes, *ends: int) -> list[tuple[int, int]]:
    looker = Looker(lambda _: RULE)
    return [(s.start, s.end) for s in looker.look(data, [Event(e, 0) for e in ends])]


def test_one_event_is_enough_for_a_line() -> None:
    assert found(b"a\nk12345678 k87654321\nb", 11) == [(2, 11), (12, 21)]


def test_an_event_behind_a_lines_end_is_of_the_line() -> None:
    assert found(b"k12345678\nb", 10) == [(0, 9)]


def test_more_events_find_nothing_twice() -> None:
    data = b"x" * 3000 + b" k12345678 " + b"y" * 3000
    assert found(data, 3010, 3011, 3100) == [(3001, 3010)]


def test_what_a_cell_cuts_is_no_match() -> None:
    """`k12345678` must not be seen in `k123456789`, wherever windows end."""
    data = b"x " * 2048 + b"k123456789 " * 2000
    assert found(data, *range(1, len(data), 500)) == []


def test_a_line_is_judged_once() -> None:
    seen: list[bytes] = []

    class Counting(Confirmer):
        def find(
            self, data: bytes, start: int, end: int, asked: tuple[int, int] | None = None
        ) -> Iterator[Raw]:
            seen.append(data)
            return super().find(data, start, end, asked)

    rule = Counting(Rule(id="r", title="", pattern="k[0-9]{8}"))
    looker = Looker(lambda _: rule)
    for _ in range(3):
        assert len(looker.look(b"k12345678\n", [Event(9, 0)])) == 1
    assert len(seen) == 1


FEW = Confirmer(Rule(id="r", title="", pattern=r"name: k\n\s*value: (\w+)", lines=2))


@pytest.mark.parametrize("other", [b"", b"x" * 10_000], ids=["short", "beside-a-long-line"])
def test_a_rule_of_few_lines_sees_those_around(other: bytes) -> None:
    data = other + b"\n\nname: k\n  value: abcdef\n" + other
    looker = Looker(lambda _: FEW)
    for end in (data.index(b"k\n") + 1, data.index(b"abc") + 3, data.index(b"abc") + 7):
        (seen,) = looker.look(data, [Event(end, 0)])
        assert data[seen.start : seen.end] == b"abcdef"


def test_what_a_long_line_repeats_is_judged_a_few_times() -> None:
    windows: set[bytes] = set()
    seen = 0

    class Counting(Confirmer):
        def find(
            self, data: bytes, start: int, end: int, asked: tuple[int, int] | None = None
        ) -> Iterator[Raw]:
            nonlocal seen
            seen += 1
            windows.add(data)
            return super().find(data, start, end, asked)

    rule = Counting(Rule(id="r", title="", pattern=r"\bk[0-9]{8}\b"))
    data = b"k1234567 " * 20_000 + b"k12345678"
    found = Looker(lambda _: rule).look(data, [Event(e, 0) for e in range(500, len(data), 500)])
    assert [(hit.start, hit.end) for hit in found] == [(len(data) - 9, len(data))]
    assert seen <= len(windows) + 2
    assert seen < 20


def test_a_long_line_says_the_same_wherever_it_stands() -> None:
    rule = Confirmer(Rule(id="r", title="", pattern=r"head<[^>\n]{0,6000}>tail=([0-9]{5})"))
    line = b"x" * 700 + b" head<" + b"y" * 2900 + b">tail=12345 " + b"z" * 3000
    for at in range(0, 5000, 250):
        data = b"a" * at + b"\n" + line
        seen = Looker(lambda _: rule).look(data, [Event(data.index(b"12345") + 5, 0)])
        alone = Looker(lambda _: rule).look(line, [Event(line.index(b"12345") + 5, 0)])
        assert [s.start - at - 1 for s in seen] == [s.start for s in alone]


def test_it_is_told_when_what_is_seen_may_depend_on_what_stands_before() -> None:
    looker = Looker(lambda ident: (RULE, FEW)[ident])
    data = b"name: k\n  value: abcdef\n"
    at = data.index(b"abc")
    for other, ident, placed in (
        (b"", 1, False),
        (b"x" * 10_000, 0, False),
        (b"x" * 10_000, 1, True),
    ):
        looker.look(data + other, [Event(at, ident)])
        assert placed is looker.placed
