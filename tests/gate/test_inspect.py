"""Questions about the room itself, asked through the gate of a small world."""

import pytest
from tests.gate.rooms import World

from strongroom.access.facts import Allow, Deny, Request
from strongroom.audit.checkpoint import origin_of
from strongroom.audit.note import VerifierKey
from strongroom.errors import NotFoundError, UnauthenticatedError
from strongroom.gate import inspect
from strongroom.gate.operation import Done, Refused
from strongroom.model.principal import Verb

READ = Request(Verb.READ, "production", "a")


def test_who_asks_is_known_or_not(world: World) -> None:
    owner = world.gate.consult(lambda desk: inspect.principal(desk, world.owner.principal))

    assert world.owner.principal == owner.id
    with pytest.raises(UnauthenticatedError):
        world.gate.consult(lambda desk: inspect.principal(desk, bytes(16)))


def test_why_is_the_decision_with_what_was_considered(world: World) -> None:
    world.create("production/a")
    mine = world.gate.consult(lambda desk: inspect.why(desk, None, world.owner.principal, READ))
    name = world.gate.consult(lambda d: inspect.principal(d, world.developer.principal)).name
    other = world.gate.look(world.owner, inspect.Why(name, READ))

    assert isinstance(mine.decision, Allow)
    assert mine.considered
    assert isinstance(other, Done)
    assert isinstance(other.result.decision, Deny)  # type: ignore[attr-defined]
    with pytest.raises(NotFoundError):
        world.gate.look(world.owner, inspect.Why("nobody", READ))
    assert isinstance(world.gate.look(world.developer, inspect.Why(name, READ)), Refused)


def test_who_lists_those_who_may(world: World) -> None:
    world.create("production/a")
    answer = world.gate.look(world.owner, inspect.Who(READ))

    assert isinstance(answer, Done)
    assert [world.owner.principal] == [h.principal.id for h in answer.result]  # type: ignore[attr-defined]


def test_the_log_is_verified_over_a_connection_of_its_own(world: World) -> None:
    world.create("production/a")
    assert isinstance(world.gate.look(world.owner, inspect.OpenLog()), Done)
    assert isinstance(world.gate.look(world.developer, inspect.OpenLog()), Refused)
    world.gate.sequence()
    assert world.room.log_key is not None
    key = VerifierKey(origin_of(world.room.instance_id), world.room.log_key.public)

    assert inspect.verify_log(world.room.connect, key).ok
