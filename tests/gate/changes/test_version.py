"""Tests for strongroom.gate.changes.version."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World, value_of

from strongroom.crypto.keyring import new_id, new_kek
from strongroom.errors import ConflictError, SealedError, TamperedError
from strongroom.gate.changes.describe import DeleteSecret
from strongroom.gate.changes.house import AddKek
from strongroom.gate.changes.secret import AddVersion
from strongroom.gate.changes.version import (
    Compromise,
    DeleteVersion,
    Destroy,
    Promote,
    Retire,
    Rewrap,
)
from strongroom.gate.operation import Delivered, Done, Failed, ReadRequest, Refused
from strongroom.gate.views import Shown, ShowSecret
from strongroom.gate.writer import Change
from strongroom.model.address import Address

A = Address.parse("production/api/KEY")


@pytest.fixture
def three(world: World) -> World:
    """A secret with a previous, a current and a pending version."""
    world.create(str(A), "fake-1")
    world.gate.change(world.owner, AddVersion(A, value_of("fake-2")))
    world.gate.change(world.owner, AddVersion(A, value_of("fake-3"), pending=True))
    return world


def states(world: World) -> dict[int, str]:
    done = world.gate.look(world.owner, ShowSecret(A))
    assert isinstance(done, Done)
    assert isinstance(done.result, Shown)
    return {row.n: row.state for row in reversed(done.result.versions)}


def code(world: World, change: Change) -> str:
    (answer,) = world.gate.changes(world.owner, [change])
    assert isinstance(answer, Failed)
    return answer.error.code


def test_promotion_swaps_states_and_pointer_at_once(three: World) -> None:
    three.gate.change(three.owner, Promote(A, 3, after=2))
    assert states(three) == {1: "previous", 2: "previous", 3: "current"}
    assert three.value(A) == "fake-3"
    three.gate.change(three.owner, Promote(A, 1))

    assert three.value(A) == "fake-1"


def test_what_cannot_be_promoted(three: World) -> None:
    three.gate.change(three.owner, Retire(A, 1))
    three.gate.change(three.owner, Compromise(A, 3))

    assert [code(three, Promote(A, n)) for n in (1, 2, 3)] == ["version-state"] * 3
    assert code(three, Promote(A, 9)) == "version-unknown"
    assert code(three, Promote(A, 3, after=1)) == "version-not-current"


def test_only_what_is_not_in_use_is_retired(three: World) -> None:
    assert code(three, Retire(A, 2)) == "version-state"
    three.gate.change(three.owner, Retire(A, 3))

    assert states(three)[3] == "retired"
    assert code(three, Retire(A, 3)) == "version-state"


def test_a_compromised_version_is_not_read_in_the_ordinary_way(three: World) -> None:
    for _ in range(2):
        assert isinstance(three.gate.change(three.owner, Compromise(A, 2)), Done)
    (answer,) = three.gate.read(three.owner, [A])

    assert isinstance(answer, Refused)
    assert answer.code == "version-compromised"


def test_a_deleted_version_comes_back(three: World) -> None:
    three.gate.change(three.owner, DeleteVersion(A, 2))
    (gone,) = three.gate.read(three.owner, [A])
    three.gate.change(three.owner, DeleteVersion(A, 2, back=True))

    assert isinstance(gone, Failed)
    assert three.value(A) == "fake-2"


def test_a_destroyed_version_is_gone_for_good(three: World) -> None:
    db = three.room.connect()
    ((before,),) = db.query("SELECT sealed FROM version WHERE n = 2")
    three.gate.change(three.owner, Destroy(A, 2))

    assert states(three)[2] == "destroyed"
    assert db.query("SELECT sealed, wrapped FROM version WHERE n = 2") == [(b"", b"")]
    assert before
    (answer,) = three.gate.read(three.owner, [A])
    assert isinstance(answer, Failed)
    assert answer.error.code == "version-none"
    assert code(three, DeleteVersion(A, 2, back=True)) == "version-state"
    three.gate.change(three.owner, Destroy(A, 1))
    assert states(three)[1] == "destroyed"
    db.close()


def test_a_deleted_secrets_versions_can_still_be_ended(three: World) -> None:
    three.gate.change(three.owner, DeleteSecret(A))
    for change in (Retire(A, 1), Destroy(A, 2), Compromise(A, 3)):
        assert isinstance(three.gate.change(three.owner, change), Done)
    with pytest.raises(ConflictError):
        three.gate.change(three.owner, Promote(A, 3))
    nowhere = three.gate.change(three.owner, Destroy(Address("production", "none"), 1))

    assert isinstance(nowhere, Refused)
    assert nowhere.code == "secret-unknown"


def test_a_new_key_takes_over_in_chunks(three: World) -> None:
    old, new = three.keks["production"], new_kek("production")
    three.room.keks[new.id] = new  # type: ignore[index]
    assert code(three, Rewrap("production", old.id)) == "kek-active"
    three.gate.change(three.owner, AddKek(new.id, "production"))
    done: list[object] = []
    while not done or done[-1]:
        answer = three.gate.change(three.owner, Rewrap("production", old.id, limit=2))
        assert isinstance(answer, Done)
        done.append(answer.result)
    assert done == [2, 1, 0]
    del three.room.keks[old.id]  # type: ignore[attr-defined]
    answers = three.gate.read(three.owner, [ReadRequest(A, 1), ReadRequest(A, 2)])

    assert [a.value.reveal() for a in answers if isinstance(a, Delivered)] == [b"fake-1", b"fake-2"]
    with pytest.raises(SealedError):
        three.gate.change(three.owner, Rewrap("production", old.id))


def test_a_forged_version_is_not_rewrapped(three: World) -> None:
    old, new = three.keks["production"], new_kek("production")
    three.room.keks[new.id] = new  # type: ignore[index]
    three.gate.change(three.owner, AddKek(new.id, "production"))
    by_hand(three, "UPDATE version SET expires_us = expires_us + 1, change_seq = {next}")
    with pytest.raises(TamperedError):
        three.gate.change(three.owner, Rewrap("production", old.id))


def test_a_version_without_its_secret_is_tampering(three: World) -> None:
    new = new_kek("production")
    three.room.keks[new.id] = new  # type: ignore[index]
    three.gate.change(three.owner, AddKek(new.id, "production"))
    by_hand(three, "DELETE FROM secret", drop=True)
    gate = three.again()
    with pytest.raises(TamperedError):
        gate.change(three.owner, Rewrap("production", three.keks["production"].id))


@pytest.mark.parametrize(
    "change",
    [Promote(A, 3), Retire(A, 1), Compromise(A, 1), DeleteVersion(A, 1), Destroy(A, 1),
     Rewrap("production", new_id())],
    ids=lambda change: type(change).__name__,
)  # fmt: skip
def test_who_may_not_does_not(three: World, change: Change) -> None:
    before = states(three)
    assert isinstance(three.gate.change(three.developer, change), Refused)

    assert states(three) == before
