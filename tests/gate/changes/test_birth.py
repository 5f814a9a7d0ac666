"""Tests for strongroom.gate.changes.birth: what would make an old value a new one."""

from dataclasses import replace

import pytest
from tests.gate.changes.test_target import A
from tests.gate.rooms import Time, World, value_of

from strongroom.db.tables.secrets import VERSION
from strongroom.errors import ConflictError, InvalidError
from strongroom.gate.changes.birth import born_us, marks
from strongroom.gate.changes.describe import DescribeSecret, Ends, SetSchedule
from strongroom.gate.changes.secret import AddVersion, Fingerprint, Made, Value
from strongroom.gate.changes.version import Destroy, Promote
from strongroom.gate.desk import Desk
from strongroom.gate.operation import Done
from strongroom.gate.rotations import Rotated, ShowRotation

DAY_US = 86_400_000_000
PERIOD_US = 90 * DAY_US


def kept(time: Time, text: str, **fields: str) -> Value:
    """A value whose strong fields are told apart by these words."""
    prints = tuple(
        Fingerprint(name.replace("__", "#"), word.encode().ljust(32, b"."), None, 32, "lower")
        for name, word in fields.items()
    )
    return replace(value_of(text, time.us + PERIOD_US), fingerprints=prints)


def add(world: World, value: Value) -> tuple[int, int]:
    """When the secret of the next version was born, and when it expires."""
    answer = world.gate.change(world.owner, AddVersion(A, value))
    assert isinstance(answer, Done)
    made = answer.result
    assert isinstance(made, Made)

    def look(desk: Desk) -> tuple[int, int]:
        row = VERSION.get(desk.db, *made)
        assert row is not None
        return born_us(desk.db, desk.snapshot.seal, row), row.expires_us

    return world.gate.consult(look)


@pytest.fixture
def first(world: World, time: Time) -> tuple[int, int]:
    """The current version, ten days ago."""
    world.create(str(A))
    found = add(world, kept(time, "one", password="p"))
    time.us += 10 * DAY_US
    return found


def test_the_same_secret_with_another_field_beside_it_is_as_old(
    world: World, time: Time, first: tuple[int, int]
) -> None:
    assert add(world, kept(time, "two", password="p", dummy="d")) == first
    assert add(world, kept(time, "three", other="p")) == first
    new = add(world, kept(time, "four", password="q"))
    assert new[0] > first[0]
    assert add(world, kept(time, "five", password="p")) == first
    assert add(world, kept(time, "six", password="q")) == new


def test_one_of_two_that_is_replaced_is_a_rotation(
    world: World, time: Time, first: tuple[int, int]
) -> None:
    both = add(world, kept(time, "two", password="q", key="k"))
    time.us += DAY_US
    assert add(world, kept(time, "three", password="r", key="k"))[0] > both[0]


def test_of_a_url_the_password_counts(world: World, time: Time) -> None:
    world.create(str(A))
    first = add(world, kept(time, "one", url="host-1", url__password="p"))
    time.us += DAY_US
    assert add(world, kept(time, "two", url="host-2", url__password="p")) == first


def test_what_is_destroyed_is_remembered_and_what_is_weak_is_unknown(
    world: World, time: Time, first: tuple[int, int]
) -> None:
    add(world, kept(time, "two", password="q"))
    world.gate.change(world.owner, Destroy(A, 2))
    assert add(world, kept(time, "one", password="p")) == first
    assert add(world, kept(time, "weak"))[0] > first[0]
    assert marks([("a", None)]) == frozenset()


def test_the_current_value_is_refused_when_all_else_would_do(
    world: World, time: Time, first: tuple[int, int]
) -> None:
    """Whoever tries with what fails anyway learns nothing of it."""
    for value, code in (
        (replace(kept(time, "one"), expires_us=1), "expiry-past"),
        (replace(kept(time, "guess"), expires_us=1), "expiry-past"),
        (kept(time, "one"), "value-unchanged"),
    ):
        with pytest.raises((ConflictError, InvalidError)) as caught:
            world.gate.change(world.owner, AddVersion(A, value))
        assert caught.value.code == code
    assert add(world, kept(time, "guess"))[0] > first[0]


def test_its_end_moves_within_the_period_of_its_birth(
    world: World, time: Time, first: tuple[int, int]
) -> None:
    add(world, kept(time, "two", password="p"))
    late = Ends(first[0] + PERIOD_US + DAY_US, PERIOD_US)
    with pytest.raises(InvalidError) as caught:
        world.gate.change(world.owner, DescribeSecret(A, ends=late))
    assert caught.value.code == "expiry-too-far"


def test_back_to_it_is_no_rotation_either(world: World, time: Time, first: tuple[int, int]) -> None:
    world.gate.change(world.owner, SetSchedule(A, DAY_US, None, 0, automatic=False))
    add(world, kept(time, "two", password="p"))
    assert planned_us(world) == first[0] + DAY_US
    add(world, kept(time, "three", password="q"))
    assert planned_us(world) == time.us + DAY_US
    world.gate.change(world.owner, Promote(A, 3))
    assert planned_us(world) == first[0] + DAY_US


def planned_us(world: World) -> int | None:
    answer = world.gate.look(world.owner, ShowRotation(A))
    assert isinstance(answer, Done)
    assert isinstance(answer.result, Rotated)
    assert answer.result.schedule is not None
    return answer.result.schedule.next_us
