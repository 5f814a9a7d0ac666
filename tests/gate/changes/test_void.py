"""Tests for strongroom.gate.changes.void: what is void, and what goes on."""

import json
from dataclasses import replace

import pytest
from tests.gate.changes.test_rotation import ME, claim, code, owed, target
from tests.gate.changes.test_target import A
from tests.gate.rooms import World
from tests.gate.test_approval import BOTH, let

from strongroom.gate.changes.describe import SetSchedule
from strongroom.gate.changes.rotation import Advance, Begin
from strongroom.gate.changes.target import SetRule
from strongroom.gate.changes.void import VOID
from strongroom.gate.operation import Done
from strongroom.gate.rotations import Rotated, ShowRotation
from strongroom.rotation.engine import row_of

__all__ = ["target"]
RULE = SetRule(A, "db", mode="approve")


@pytest.fixture
def asked(world: World, target: bytes) -> Begin:
    """What an approval begins."""
    let(world, world.owner, BOTH)
    world.gate.change(world.owner, RULE)
    return Begin(A, target, overlap=True, grace_us=9, watch_us=0, act="approve")


def last(world: World) -> tuple[str, str]:
    answer = world.gate.look(world.owner, ShowRotation(A))
    assert isinstance(answer, Done)
    assert isinstance(answer.result, Rotated)
    return answer.result.runs[0].state, answer.result.runs[0].code


def test_whoever_held_it_writes_nothing_and_people_are_told(world: World, asked: Begin) -> None:
    row = claim(world, row_of(world.gate.change(world.owner, asked)))
    world.gate.change(world.owner, replace(RULE, options={"a": "b"}))
    assert last(world) == ("rolled-back", VOID)
    assert code(world, Advance(A, row.id, ME, row.fence, "mint")) == "rotation-fenced"
    (body,) = owed(world)
    told = json.loads(bytes(body[0]) if isinstance(body[0], bytes) else str(body[0]))
    assert (told["event"], told["secret"], told["code"]) == (
        "rotation-rolled-back", str(A), VOID,
    )  # fmt: skip


def test_an_emergency_and_what_has_begun_need_no_approval_any_more(
    world: World, asked: Begin
) -> None:
    world.gate.change(world.owner, replace(asked, emergency=True, act="begin"))
    world.gate.change(world.owner, replace(RULE, options={"a": "b"}))
    assert last(world)[0] == "planned"
    assert owed(world) == []


def test_what_is_about_to_touch_the_target_goes_on(world: World, asked: Begin) -> None:
    row = claim(world, row_of(world.gate.change(world.owner, asked)))
    begun = Advance(A, row.id, ME, row.fence, "mint", "begun", columns={"open": "mint"})
    world.gate.change(world.owner, begun)
    world.gate.change(world.owner, replace(RULE, options={"a": "b"}))
    assert last(world)[0] == "planned"


def test_another_grace_is_another_approval_and_another_day_is_not(
    world: World, asked: Begin
) -> None:
    kept = SetSchedule(A, None, None, 9, automatic=False)
    world.gate.change(world.owner, kept)
    world.gate.change(world.owner, asked)
    world.gate.change(world.owner, replace(kept, every_us=9, next_us=9))
    assert last(world)[0] == "planned"
    world.gate.change(world.owner, replace(kept, grace_us=8))
    assert last(world) == ("rolled-back", VOID)


def test_what_nobody_had_to_approve_is_not_void(world: World, asked: Begin) -> None:
    world.gate.change(world.owner, replace(RULE, mode="auto", frees=True))
    world.gate.change(world.owner, replace(asked, act="begin"))
    world.gate.change(world.owner, SetRule(A, "db", options={"a": "b"}))
    assert last(world)[0] == "planned"
