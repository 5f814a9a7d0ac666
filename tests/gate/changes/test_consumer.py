"""Tests for strongroom.gate.changes.consumer."""

import pytest
from tests.gate.rooms import World

from strongroom.errors import InvalidError, NotFoundError
from strongroom.gate.changes.consumer import CACHE_US_MAX, PutConsumer, RemoveConsumer
from strongroom.gate.operation import Done, Refused
from strongroom.gate.use import ListUse, Used
from strongroom.model.address import Address

A = Address.parse("production/api/KEY")


def names(world: World) -> list[str]:
    done = world.gate.look(world.owner, ListUse(A))
    assert isinstance(done, Done)
    assert isinstance(done.result, Used)
    return [row.name for row in done.result.consumers]


def test_a_consumer_comes_and_goes(world: World) -> None:
    world.create(str(A))
    world.gate.change(world.owner, PutConsumer(A, "web", "ann", 5))
    world.gate.change(world.owner, PutConsumer(A, "web", "ben", 6))
    assert ["web"] == names(world)
    world.gate.change(world.owner, RemoveConsumer(A, "web"))

    assert [] == names(world)
    with pytest.raises(NotFoundError):
        world.gate.change(world.owner, RemoveConsumer(A, "web"))


@pytest.mark.parametrize(
    ("name", "owner", "cache_us"),
    [("", "ann", 0), ("-a", "ann", 0), ("a b", "ann", 0), ("a" * 129, "ann", 0), ("web", "", 0),
     ("web", "ann\n", 0), ("web", "ann", -1), ("web", "ann", CACHE_US_MAX + 1)],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(
    world: World, name: str, owner: str, cache_us: int
) -> None:
    world.create(str(A))
    with pytest.raises(InvalidError):
        world.gate.change(world.owner, PutConsumer(A, name, owner, cache_us))
    assert [] == names(world)


def test_who_may_not_write_names_no_consumer(world: World) -> None:
    world.create(str(A))

    for change in (PutConsumer(A, "web", "ann", 0), RemoveConsumer(A, "web")):
        assert isinstance(world.gate.change(world.developer, change), Refused)
    assert isinstance(world.gate.look(world.stranger, ListUse(A)), Refused)


def test_there_is_no_consumer_of_nothing(world: World) -> None:
    with pytest.raises(NotFoundError):
        world.gate.change(world.owner, PutConsumer(A, "web", "ann", 0))
