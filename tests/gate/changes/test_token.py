"""Tests for strongroom.gate.changes.token."""

import pytest
from tests.gate.rooms import START_US, World

from strongroom.crypto.keyring import new_id
from strongroom.db.interface import Begin
from strongroom.errors import NotFoundError
from strongroom.gate.changes.token import AddToken, RevokeToken, spend_token
from strongroom.gate.facts import Snapshot
from strongroom.gate.operation import Done, Failed, Refused
from strongroom.gate.writer import Writer

LOOKUP = bytes(range(32))


def test_a_token_is_added_once_and_revoked_as_often_as_one_likes(world: World) -> None:
    add = AddToken(world.developer.principal, LOOKUP, "laptop", START_US + 9)
    done = world.gate.change(world.owner, add)
    assert isinstance(done, Done)
    assert isinstance(done.result, bytes)
    (again,) = world.gate.changes(world.owner, [add])
    assert isinstance(again, Failed)
    assert again.error.code == "token-exists"
    for _ in range(2):
        assert isinstance(world.gate.change(world.owner, RevokeToken(done.result)), Done)
    with pytest.raises(NotFoundError):
        world.gate.change(world.owner, RevokeToken(new_id()))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (AddToken(new_id(), LOOKUP, "n", START_US + 9), "principal-unknown"),
        (AddToken(bytes(16), LOOKUP, "n", START_US), "expiry-past"),
        (AddToken(bytes(16), LOOKUP, "n", START_US + 9, 0), "uses-invalid"),
        (AddToken(bytes(16), LOOKUP, "a\tb", START_US + 9), "text-invalid"),
    ],
)
def test_what_cannot_be_is_refused_by_its_code(world: World, change: AddToken, code: str) -> None:
    from dataclasses import replace

    if not any(change.principal_id):
        change = replace(change, principal_id=world.owner.principal)
    (answer,) = world.gate.changes(world.owner, [change])

    assert isinstance(answer, Failed)
    assert answer.error.code == code


def test_who_may_not_does_not(world: World) -> None:
    add = AddToken(world.developer.principal, LOOKUP, "laptop", START_US + 9)

    assert isinstance(world.gate.change(world.developer, add), Refused)
    assert isinstance(world.gate.change(world.developer, RevokeToken(new_id())), Refused)


def test_a_token_that_is_gone_is_not_spent(world: World) -> None:
    db = world.room.connect()
    db.begin(Begin.CHANGE)
    writer = Writer(db, world.room, Snapshot(world.room), START_US, bytes(16), 0)
    with pytest.raises(NotFoundError):
        spend_token(writer, new_id())
    db.rollback()
