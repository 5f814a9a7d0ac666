"""Tests for strongroom.gate.changes.freeze."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World, value_of

from strongroom.errors import InvalidError, NotFoundError, TamperedError
from strongroom.gate.changes.freeze import (
    FreezeEnvironment,
    FreezeSecret,
    Kill,
    Reopen,
    ThawEnvironment,
    ThawSecret,
)
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.operation import Delivered, Done, ReadRequest, Refused
from strongroom.gate.writer import Change
from strongroom.model.address import Address
from strongroom.model.principal import Verb

A = Address.parse("production/a")
PAIRS = [
    (FreezeSecret(A, "a leak"), ThawSecret(A), "secret-frozen"),
    (
        FreezeEnvironment("production", "a leak"),
        ThawEnvironment("production"),
        "environment-frozen",
    ),
    (Kill(), Reopen(), "environment-frozen"),
]


@pytest.mark.parametrize(("freeze", "thaw", "code"), PAIRS)
def test_a_freeze_stops_reads_and_writes_until_it_is_lifted(
    world: World, freeze: Change, thaw: Change, code: str
) -> None:
    world.create(str(A), "fake-1")
    for _ in range(2):
        assert isinstance(world.gate.change(world.owner, freeze), Done)
    (read,) = world.gate.read(world.owner, [A])
    write = world.gate.change(world.owner, AddVersion(A, value_of("fake-2")))
    assert [x.code for x in (read, write) if isinstance(x, Refused)] == [code, code]
    world.gate.change(world.owner, thaw)

    assert world.value(A) == "fake-1"


@pytest.mark.parametrize(("freeze", "thaw", "code"), PAIRS)
def test_who_may_contain_can_rotate_what_is_frozen(
    world: World, freeze: Change, thaw: Change, code: str
) -> None:
    del thaw, code
    world.create(str(A))
    world.gate.change(world.owner, freeze)
    (read,) = world.gate.read(world.owner, [ReadRequest(A, verb=Verb.ROTATE)])

    assert isinstance(read, Delivered)
    answer = world.gate.change(world.owner, AddVersion(A, value_of("fake-2"), verb=Verb.ROTATE))
    assert isinstance(answer, Done)


@pytest.mark.parametrize(("freeze", "thaw", "code"), PAIRS)
def test_who_may_not_contain_does_not(
    world: World, freeze: Change, thaw: Change, code: str
) -> None:
    del code
    world.create(str(A), "fake-1")
    assert isinstance(world.gate.change(world.developer, freeze), Refused)
    assert world.value(A) == "fake-1"
    world.gate.change(world.owner, freeze)

    assert isinstance(world.gate.change(world.developer, thaw), Refused)


def test_a_freeze_waits_for_what_is_on_its_way(world: World) -> None:
    for freeze, thaw, _ in PAIRS:
        assert freeze.restricts
        assert freeze.urgent
        assert not thaw.urgent


def test_what_is_not_there_cannot_be_frozen(world: World) -> None:
    for change in (
        FreezeSecret(A, ""), ThawSecret(A),
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            _apply(world, change)
    with pytest.raises(InvalidError):
        world.gate.change(world.owner, FreezeEnvironment("production", "\x00"))


def _apply(world: World, change: Change) -> None:
    answer = world.gate.change(world.owner, change)
    if isinstance(answer, Refused):
        raise NotFoundError(answer.code, "")


def test_an_unknown_environment_is_refused_before_it_is_looked_for(world: World) -> None:
    answer = world.gate.change(world.owner, FreezeEnvironment("staging", "a leak"))

    assert isinstance(answer, Refused)
    assert answer.code == "environment-unknown"


def test_a_room_without_its_state_is_not_reopened(world: World) -> None:
    by_hand(world, "DELETE FROM meta WHERE key = 'state'", drop=True)
    with pytest.raises(TamperedError):
        world.again().change(world.owner, Reopen())
