"""Tests for strongroom.gate.use."""

from typing import cast

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import Time, World, value_of

from strongroom.db.tables.acknowledgements import Process
from strongroom.errors import TamperedError
from strongroom.gate import use
from strongroom.gate.changes.acknowledge import LEASE_US, Acknowledge
from strongroom.gate.changes.consumer import PutConsumer
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.operation import Done, Refused
from strongroom.gate.use import ListUse, News, Used
from strongroom.model.address import Address

A = Address.parse("production/app/a")
B = Address.parse("production/app/b")
DEV = Address.parse("development/app/a")


@pytest.fixture
def kept(world: World) -> World:
    for address in (A, B, DEV):
        world.create(str(address), f"fake-{address}")
    return world


def say(world: World, address: Address, n: int) -> None:
    world.gate.change(world.owner, Acknowledge(address, "api", "node-1", n))


def news(world: World, *used: tuple[Address, int], environment: str = "production") -> list[News]:
    who = Process(world.owner.principal, "api", "node-1")
    return world.gate.consult(lambda desk: use.news(desk, who, environment, used))


def test_a_look_shows_what_was_said_registered_and_read(kept: World) -> None:
    kept.gate.change(kept.owner, PutConsumer(A, "api", "ann", 5))
    say(kept, A, 1)
    kept.gate.read(kept.owner, [A])
    kept.gate.change(kept.owner, AddVersion(A, value_of("fake-2")))
    kept.gate.read(kept.owner, [A])
    kept.gate.sequence()
    answer = kept.gate.look(kept.owner, ListUse(A))
    assert isinstance(answer, Done)
    found = cast("Used", answer.result)

    assert found.current == 2
    assert [row.name for row in found.consumers] == ["api"]
    assert [(one.row.n, one.principal) for one in found.said] == [(1, "ann")]
    assert set(found.read_us) == {("ann", 1), ("ann", 2)}
    assert isinstance(kept.gate.look(kept.stranger, ListUse(A)), Refused)


def test_what_is_forged_is_not_shown(kept: World) -> None:
    say(kept, A, 1)
    by_hand(kept, "UPDATE acknowledgement SET until_us = 1", drop=True)
    with pytest.raises(TamperedError):
        kept.gate.look(kept.owner, ListUse(A))


def test_only_what_is_new_is_said_again_and_the_rest_after_half_the_lease(
    kept: World, time: Time
) -> None:
    """A change for each read would be a change for each second."""
    assert news(kept, (A, 1), (B, 1)) == [News(A, 1), News(B, 1)]
    say(kept, A, 1)
    say(kept, B, 1)
    assert news(kept, (A, 1), (B, 1)) == []
    assert news(kept, (A, 2), (B, 1)) == [News(A, 2)]
    time.us += LEASE_US // 2 - 1
    assert news(kept, (A, 1), (B, 1)) == []
    time.us += 1
    assert news(kept, (A, 1), (B, 1)) == [News(A, 1), News(B, 1)]


def test_what_is_not_named_any_more_is_taken_back_in_its_own_environment(kept: World) -> None:
    say(kept, A, 1)
    say(kept, B, 1)
    say(kept, DEV, 1)
    assert news(kept, (A, 1)) == [News(B, None)]
    assert news(kept, environment="development") == [News(DEV, None)]
