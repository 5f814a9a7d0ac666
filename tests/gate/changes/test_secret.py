"""Tests for strongroom.gate.changes.secret."""

from dataclasses import replace

import pytest
from tests.gate.rooms import START_US, World, value_of

from strongroom.crypto.keyring import new_id
from strongroom.db.tables import work
from strongroom.errors import InvalidError
from strongroom.gate.changes import secret
from strongroom.gate.changes.describe import (
    DeleteSecret,
    DescribeSecret,
    RestoreSecret,
    SetSchedule,
)
from strongroom.gate.changes.secret import (
    AddVersion,
    CreateSecret,
    Fingerprint,
    Made,
    Origin,
)
from strongroom.gate.operation import Done, Failed, Refused
from strongroom.gate.views import Shown, ShowSecret
from strongroom.gate.writer import Change
from strongroom.model.address import Address

A = Address.parse("production/api/KEY")
NONE = Address.parse("production/api/NONE")


def made(world: World, change: Change) -> Made:
    done = world.gate.change(world.owner, change)
    assert isinstance(done, Done)
    assert isinstance(done.result, Made)
    return done.result


def shown(world: World, address: Address = A) -> Shown:
    done = world.gate.look(world.owner, ShowSecret(address))
    assert isinstance(done, Done)
    assert isinstance(done.result, Shown)
    return done.result


def test_versions_count_from_one_and_step_back(world: World) -> None:
    first = made(world, CreateSecret(A, "api-key", "ann", value_of("fake-1")))
    second = made(world, AddVersion(A, value_of("fake-2")))
    third = made(world, AddVersion(A, value_of("fake-3"), pending=True))

    assert [first.version, second.version, third.version] == [1, 2, 3]
    assert {first.secret_id, second.secret_id, third.secret_id} == {first.secret_id}
    assert [(v.n, v.state) for v in shown(world).versions] == [
        (3, "pending"), (2, "current"), (1, "previous"),
    ]  # fmt: skip
    assert shown(world).current == 2


@pytest.mark.parametrize(("after", "works"), [(1, True), (2, False), (0, False), (None, True)])
def test_a_writer_can_say_what_he_read(world: World, after: int | None, works: bool) -> None:
    world.create(str(A))
    (answer,) = world.gate.changes(world.owner, [AddVersion(A, value_of("fake-2"), after=after)])

    assert isinstance(answer, Done if works else Failed)


def test_the_first_value_can_come_later(world: World) -> None:
    assert made(world, CreateSecret(A, "api-key", "ann")).version == 0
    assert made(world, AddVersion(A, value_of("fake-1"), after=0)).version == 1

    assert world.value(A) == "fake-1"


WRONG = [
    (CreateSecret(A, "", "ann"), "type-missing"),
    (CreateSecret(A, "api-key", ""), "owner-missing"),
    (CreateSecret(A, "api-key", "a\nb"), "text-invalid"),
    (CreateSecret(A, "api-key", "ann", store=""), "store-missing"),
    (CreateSecret(A, "api-key", "ann", description="x" * 513), "text-invalid"),
    (CreateSecret(A, "api-key", "ann", value_of("fake", START_US)), "expiry-past"),
    (AddVersion(NONE, value_of("fake")), "secret-unknown"),
]


@pytest.mark.parametrize(("change", "code"), WRONG, ids=[code for _, code in WRONG])
def test_what_cannot_be_is_refused_by_its_code(world: World, change: Change, code: str) -> None:
    (answer,) = world.gate.changes(world.owner, [change])

    assert isinstance(answer, Failed)
    assert answer.error.code == code


def test_no_owner_type_or_expiry_no_secret(world: World) -> None:
    """P-1.8: by the change, and below it by the schema (tests/db/test_triggers.py)."""
    for change, code in WRONG[:2]:
        with pytest.raises(InvalidError) as wrong:
            world.gate.change(world.owner, change)
        assert wrong.value.code == code


def test_fingerprints_find_the_same_value_elsewhere(world: World) -> None:
    mark = Fingerprint("value", new_id() * 2, "fp:01020304", 32, "lower digits")
    value = value_of("fake-1")
    one = made(
        world,
        CreateSecret(
            A, "api-key", "ann", replace(value, origin=Origin.GENERATED, fingerprints=(mark,))
        ),
    )
    db = world.room.connect()
    assert mark.match is not None
    found = work.same_value(db, mark.match)

    assert [(row.secret_id, row.n, row.field) for row in found] == [(one.secret_id, 1, "value")]
    assert shown(world).versions[0].origin == "generated"
    db.close()


def test_a_value_stands_in_one_environment_only(world: World) -> None:
    """P-4.3; whichever of its fields it is, and also when the first one is gone."""
    mark = Fingerprint("value", new_id() * 2, "fp:01020304", 32, "lower digits")
    value = replace(value_of("fake-1"), fingerprints=(mark,))
    other = replace(value, fingerprints=(mark._replace(field="password"),))
    made(world, CreateSecret(A, "api-key", "ann", value))
    made(world, CreateSecret(Address.parse("production/b"), "api-key", "ann", other))
    assert isinstance(world.gate.change(world.owner, DeleteSecret(A)), Done)
    for change in (
        CreateSecret(Address.parse("development/b"), "api-key", "ann", other),
        CreateSecret(Address.parse("development/c"), "api-key", "ann", value),
    ):
        with pytest.raises(InvalidError) as wrong:
            world.gate.change(world.owner, change)
        assert wrong.value.code == "value-reused"
        assert "production" not in wrong.value.message


def test_who_may_not_write_does_not(world: World) -> None:
    world.create(str(A))
    changes = [
        CreateSecret(NONE, "t", "x"), AddVersion(A, value_of("f")), DescribeSecret(A, owner="x"),
        DeleteSecret(A), RestoreSecret(A), SetSchedule(A, 1, 1, 1, automatic=True),
    ]  # fmt: skip
    answers = world.gate.changes(world.developer, changes)

    assert {type(answer) for answer in answers} == {Refused}
    assert shown(world).secret.owner == "ann"


def test_the_room_is_a_store(world: World) -> None:
    world.create(str(A))

    assert shown(world).secret.store == secret.HERE
