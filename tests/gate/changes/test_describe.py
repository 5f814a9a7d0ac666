"""Tests for strongroom.gate.changes.describe."""

import pytest
from tests.gate.rooms import World, value_of

from strongroom.errors import ConflictError, InvalidError, NotFoundError
from strongroom.gate.changes.describe import (
    DeleteSecret,
    DescribeSecret,
    Ends,
    RestoreSecret,
    SetSchedule,
)
from strongroom.gate.changes.secret import AddVersion, CreateSecret
from strongroom.gate.operation import Done, Failed, Refused
from strongroom.gate.views import Shown, ShowSecret
from strongroom.model.address import Address

A = Address.parse("production/api/KEY")
NONE = Address.parse("production/api/NONE")
SCHEDULES = [
    SetSchedule(A, 0, None, 0, automatic=False),
    SetSchedule(A, 1, None, -1, automatic=False),
]


def shown(world: World) -> Shown:
    done = world.gate.look(world.owner, ShowSecret(A))
    assert isinstance(done, Done)
    assert isinstance(done.result, Shown)
    return done.result


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_schedule_has_an_interval_and_a_grace(world: World, schedule: SetSchedule) -> None:
    world.create(str(A))
    with pytest.raises(InvalidError):
        world.gate.change(world.owner, schedule)


def test_a_description_leaves_what_it_does_not_name(world: World) -> None:
    world.create(str(A))
    world.gate.change(world.owner, DescribeSecret(A, owner="sam", description="for the tests"))
    row = shown(world).secret
    assert (row.owner, row.type, row.description) == ("sam", "api-key", "for the tests")
    world.gate.change(world.owner, DescribeSecret(A, type="jwt-key"))
    row = shown(world).secret

    assert (row.owner, row.type, row.description) == ("sam", "jwt-key", "for the tests")


def test_a_schedule_is_written_and_written_over(world: World) -> None:
    world.create(str(A))
    for every in (90, None):
        world.gate.change(world.owner, SetSchedule(A, every, 7, 1, automatic=True))
        schedule = shown(world).schedule
        assert schedule is not None
        assert schedule.every_us == every


def test_a_deleted_secret_is_out_of_use_until_it_is_restored(world: World) -> None:
    world.create(str(A), "fake-1")
    world.gate.change(world.owner, DeleteSecret(A))
    (read,) = world.gate.read(world.owner, [A])
    assert isinstance(read, Failed)
    assert read.error.code == "secret-unknown"
    for change in (AddVersion(A, value_of("f")), DeleteSecret(A), DescribeSecret(A, owner="x")):
        with pytest.raises(ConflictError):
            world.gate.change(world.owner, change)
    with pytest.raises(ConflictError):
        world.create(str(A))
    world.gate.change(world.owner, RestoreSecret(A))

    assert world.value(A) == "fake-1"
    nothing = world.gate.change(world.owner, RestoreSecret(NONE))
    assert isinstance(nothing, Refused)
    assert nothing.code == "secret-unknown"


def test_p_1_9_an_expiry_moves_within_the_types_period(world: World) -> None:
    world.create(str(A))
    written = shown(world).versions[0].created_us
    for us, within_us, code in (
        (world.time.us, 100, "expiry-past"),
        (written + 101, 100, "expiry-too-far"),
    ):
        with pytest.raises(InvalidError) as error:
            world.gate.change(world.owner, DescribeSecret(A, ends=Ends(us, within_us)))
        assert code == error.value.code
    world.gate.change(world.owner, DescribeSecret(A, ends=Ends(written + 100, 100)))

    assert written + 100 == shown(world).versions[0].expires_us
    assert world.value(A) == "fake-value-1"


def test_a_secret_without_a_value_has_no_expiry(world: World) -> None:
    world.gate.change(world.owner, CreateSecret(A, "api-key", "ann"))
    with pytest.raises(NotFoundError):
        world.gate.change(world.owner, DescribeSecret(A, ends=Ends(world.time.us + 9, 99)))


def test_whoever_may_not_write_changes_no_label(world: World) -> None:
    world.create(str(A))
    answer = world.gate.change(world.developer, DescribeSecret(A, client="mine"))

    assert isinstance(answer, Refused)
    assert "" == shown(world).label.client
