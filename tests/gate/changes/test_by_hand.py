"""Tests for strongroom.gate.changes.by_hand."""

import pytest
from tests.gate.changes.test_target import A
from tests.gate.hand import by_hand
from tests.gate.rooms import Time, World

from strongroom.errors import TamperedError
from strongroom.gate.changes.by_hand import KEPT_US, MARKS_MAX, BeginByHand, marked_by_hand
from strongroom.gate.changes.rotation import Mark
from strongroom.gate.operation import Refused


def begun(world: World, asked: bytes = b"word") -> Mark | None:
    return world.gate.consult(lambda desk: marked_by_hand(desk, asked, 0))


def test_the_last_of_the_same_words_is_found(world: World, time: Time) -> None:
    world.create(str(A))
    assert begun(world) is None
    now_ms = time.us // 1000
    for mark in (Mark(b"word", now_ms), Mark(b"else", now_ms + 9), Mark(b"word", now_ms + 5)):
        world.gate.change(world.owner, BeginByHand(A, mark))
    assert begun(world) == Mark(b"word", now_ms + 5)
    assert begun(world, b"none") is None
    late = world.gate.consult(lambda desk: marked_by_hand(desk, b"word", (now_ms + 6) * 1000))
    assert late is None


def test_what_is_a_day_old_and_what_is_too_much_is_dropped(world: World, time: Time) -> None:
    world.create(str(A))
    old = Mark(b"old.", time.us // 1000)
    world.gate.change(world.owner, BeginByHand(A, old))
    time.us += KEPT_US + 1_000
    marks = [Mark(n.to_bytes(4, "big"), time.us // 1000) for n in range(MARKS_MAX + 1)]
    for first in range(0, len(marks), 100):
        changes = [BeginByHand(A, one) for one in marks[first : first + 100]]
        world.gate.changes(world.owner, changes)
    assert begun(world, b"old.") is None
    assert begun(world, marks[0].asked) is None
    assert begun(world, marks[1].asked) == marks[1]


def test_who_may_not_rotate_begins_nothing(world: World, time: Time) -> None:
    world.create(str(A))
    change = BeginByHand(A, Mark(b"word", time.us // 1000))
    assert isinstance(world.gate.change(world.developer, change), Refused)
    assert begun(world) is None


def test_whoever_can_write_the_database_does_not_put_a_beginning_back(
    disk: World, time: Time
) -> None:
    """So that a value of before would count as another one."""
    disk.create(str(A))
    disk.gate.change(disk.owner, BeginByHand(A, Mark(b"word", time.us // 1000)))
    by_hand(
        disk,
        "UPDATE meta SET value = x'776f7264000000000001', change_seq = change_seq + 1 WHERE key = 'groups'",
    )
    with pytest.raises(TamperedError):
        begun(disk)
