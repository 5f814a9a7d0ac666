"""Tests for strongroom.gate.occupancy."""

from tests.gate.changes.test_batch import MATCH, NEW, OLD, Staged, must
from tests.gate.rooms import World

from strongroom.crypto.keyring import new_id
from strongroom.gate import occupancy
from strongroom.gate.changes.batch import State, decode
from strongroom.gate.changes.describe import DeleteSecret
from strongroom.gate.changes.move import MoveSecret
from strongroom.gate.occupancy import Kind, Newcomer, Standing
from strongroom.gate.operation import Caller
from strongroom.model.address import Address

MORE = Address.parse("production/api/MORE")


def stand(world: World, *addresses: Address, who: Caller | None = None) -> list[Standing]:
    caller = who or world.owner
    return world.gate.consult(lambda desk: occupancy.stand(desk, caller, addresses, reason=False))


def kinds(world: World, *addresses: Address, who: Caller | None = None) -> list[Kind]:
    return [standing.kind for standing in stand(world, *addresses, who=who)]


def test_what_stands_at_an_address(world: World) -> None:
    staged = Staged(world)
    gone, away = world.create("production/gone"), world.create("production/away")
    must(world, DeleteSecret(gone), MoveSecret(away, Address("production", "there")))

    assert [Kind.STAGED, Kind.ACTIVE, Kind.FREE, Kind.DELETED, Kind.LEFT] == kinds(
        world, NEW, OLD, MORE, gone, away
    )
    found = stand(world, NEW, OLD)
    assert [staged.id.hex(), ""] == [standing.batch for standing in found]
    assert [1, 2] == [standing.newest for standing in found]
    staged.drop()
    (free,) = stand(world, NEW)
    assert (Kind.FREE, staged.new, 1) == (free.kind, free.secret_id, free.newest)


def test_who_may_not_write_learns_nothing(world: World) -> None:
    world.create(str(OLD))
    found = stand(world, OLD, MORE, who=world.developer)

    assert [Standing(Kind.REFUSED, code="no-rule")] * 2 == found


def test_a_value_that_stands_elsewhere(world: World) -> None:
    Staged(world)
    assert MATCH.match is not None
    there = Address("development", "x")
    asked = [
        Newcomer(MORE, "api-key", MATCH.match),
        Newcomer(there, "api-key", MATCH.match),
        Newcomer(there, "api-key", bytes(32)),
    ]

    assert ["", "P-4.3", ""] == world.gate.consult(
        lambda desk: occupancy.elsewhere(desk, world.owner, asked)
    )


def test_what_of_a_batch_was_written(world: World) -> None:
    staged = Staged(world)
    before = world.gate.consult(lambda desk: occupancy.batch(desk, staged.id))
    assert before is not None
    assert set(staged.members) == before.written
    assert [1] == [len(decode(part.members)) // 2 for part in before.parts]
    (one,) = world.gate.consult(lambda desk: occupancy.listed(desk, unfinished=True))
    assert (staged.id, State.STAGING) == (one.id, one.state)
    staged.publish()

    assert [] == world.gate.consult(lambda desk: occupancy.listed(desk, unfinished=True))
    assert 1 == len(world.gate.consult(lambda desk: occupancy.listed(desk, unfinished=False)))
    assert world.gate.consult(lambda desk: occupancy.batch(desk, new_id())) is None
