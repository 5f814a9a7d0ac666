"""Tests for strongroom.gate.approval."""

from dataclasses import dataclass

import pytest
from tests.gate.rooms import World

from strongroom.errors import DeniedError
from strongroom.gate import approval
from strongroom.gate.changes.people import AddGrant, AddPrincipal, DisablePrincipal
from strongroom.gate.operation import Caller, Done
from strongroom.gate.writer import Applied, Change, Writer
from strongroom.model.address import Address
from strongroom.model.principal import Effect, Grant, Kind, Principal, Verb

BOTH = frozenset({Verb.APPROVE, Verb.ROTATE})


@dataclass(frozen=True)
class Ask(Change):
    """Asks from inside a change, where approvals are looked at."""

    at: Address
    arranged_by: bytes

    def apply(self, to: Writer) -> Applied:
        return Applied((approval.others(to, self.at), approval.by(to, self.at, self.arranged_by)))


@pytest.fixture
def where(world: World) -> Address:
    return world.create("production/api/KEY")


def ask(world: World, where: Address, arranged_by: bytes) -> object:
    answer = world.gate.change(world.owner, Ask(where, arranged_by))
    assert isinstance(answer, Done)
    return answer.result


def let(world: World, who: Caller, verbs: frozenset[Verb], *, pattern: str = "*") -> None:
    made = Grant(
        who.principal[::-1], Effect.ALLOW, verbs, "production", pattern, principal=who.principal
    )
    world.gate.change(world.owner, AddGrant(made, "test"))


def test_where_there_is_nobody_else_one_is_alone(world: World, where: Address) -> None:
    let(world, world.developer, frozenset({Verb.APPROVE}))  # who may not rotate is no help
    let(world, world.stranger, BOTH, pattern="elsewhere/*")
    assert ask(world, where, world.owner.principal) == ([], "alone")
    assert ask(world, where, world.developer.principal) == ([], "")


def test_somebody_else_is_asked_by_name(world: World, where: Address) -> None:
    let(world, world.developer, BOTH)
    assert ask(world, where, world.stranger.principal) == (["dev"], "")
    with pytest.raises(DeniedError) as caught:
        ask(world, where, world.owner.principal)
    assert (caught.value.code, caught.value.fix) == ("approval-own", "ask dev")


def test_whoever_is_disabled_or_no_person_does_not_count(world: World, where: Address) -> None:
    let(world, world.developer, BOTH)
    world.gate.change(world.owner, DisablePrincipal(world.developer.principal))
    robot = Principal(b"r" * 16, Kind.WORKLOAD, "robot", frozenset(), "production", ("*",))
    world.gate.change(world.owner, AddPrincipal(robot))
    let(world, Caller(robot.id), BOTH)
    assert ask(world, where, world.owner.principal) == ([], "alone")
