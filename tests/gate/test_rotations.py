"""Tests for strongroom.gate.rotations."""

import pytest
from tests.gate.changes.test_target import A, put
from tests.gate.rooms import World

from strongroom.errors import NotFoundError
from strongroom.gate.changes.target import SetRule
from strongroom.gate.operation import Done, Refused
from strongroom.gate.rotations import ListTargets, Rotated, ShowRotation, target_named
from strongroom.model.address import Address


def test_targets_are_listed_by_environment_with_what_is_rotated_there(world: World) -> None:
    put(world, "b-db")
    put(world, "a-db")
    put(world, "dev", "development")
    world.create(str(A))
    world.gate.change(world.owner, SetRule(A, "b-db"))
    answer = world.gate.look(world.owner, ListTargets("production"))
    assert isinstance(answer, Done)
    assert isinstance(answer.result, list)
    assert [(row.name, count) for row, count in answer.result] == [("a-db", 0), ("b-db", 1)]


def test_what_is_not_there_is_said(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.gate.consult(lambda desk: target_named(desk, "db"))
    missing = ShowRotation(Address.parse("production/app/none"))
    answer = world.gate.look(world.owner, missing)
    assert isinstance(answer, Refused)
    assert answer.code == "secret-unknown"


def test_a_secret_without_a_rotation_has_none(world: World) -> None:
    world.create(str(A))
    answer = world.gate.look(world.owner, ShowRotation(A))
    assert isinstance(answer, Done)
    assert isinstance(answer.result, Rotated)
    assert (answer.result.rule, answer.result.target, answer.result.runs) == (None, None, ())
