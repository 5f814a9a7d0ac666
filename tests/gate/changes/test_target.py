"""Tests for strongroom.gate.changes.target."""

import pytest
from tests.gate.hand import by_hand
from tests.gate.rooms import World

from strongroom.errors import ConflictError, StrongroomError, TamperedError
from strongroom.gate.changes.rotation import Begin
from strongroom.gate.changes.target import PutTarget, RemoveTarget, SetRule
from strongroom.gate.operation import Done, Refused
from strongroom.gate.rotations import target_named
from strongroom.model.address import Address

A = Address.parse("production/app/a")


def put(world: World, name: str = "db", place: str = "production", **more: object) -> bytes:
    change = PutTarget(place, name, "memory", "127.0.0.1:5432", **more)  # type: ignore[arg-type]
    answer = world.gate.change(world.owner, change)
    assert isinstance(answer, Done)
    assert isinstance(answer.result, bytes)
    return answer.result


def code(world: World, change: PutTarget | RemoveTarget | SetRule) -> str:
    with pytest.raises(StrongroomError) as caught:
        world.gate.change(world.owner, change)
    return caught.value.code


def test_it_is_added_described_anew_and_removed(world: World) -> None:
    first = put(world, options={"b": "2", "a": "1"})
    assert put(world, admin="production/db/admin") == first
    row = world.gate.consult(lambda desk: target_named(desk, "db"))
    assert (row.admin, row.options) == ("production/db/admin", "{}")
    assert isinstance(world.gate.change(world.owner, RemoveTarget("production", "db")), Done)
    assert code(world, RemoveTarget("production", "db")) == "target-unknown"
    assert put(world) != first


def test_only_who_administers_may_say_where_an_admin_credential_goes(world: World) -> None:
    change = PutTarget("production", "db", "memory", "elsewhere:5432")
    assert isinstance(world.gate.change(world.developer, change), Refused)


def test_a_row_that_somebody_else_wrote_is_found(disk: World) -> None:
    """Who can write to the database cannot send an admin credential to himself."""
    put(disk)
    by_hand(disk, "UPDATE target SET address = 'evil:5432', change_seq = change_seq + 1")
    with pytest.raises(TamperedError):
        disk.gate.consult(lambda desk: target_named(desk, "db"))


def test_names_and_options_are_bounded(world: World) -> None:
    for name in ("", "-db", "a b", "x" * 65):
        assert code(world, PutTarget("production", name, "memory", "")) == "target-invalid"
    wrong = PutTarget("production", "db", "memory", "", options={"No": "1"})
    assert code(world, wrong) == "target-invalid"
    many = PutTarget("production", "db", "memory", "", options={f"o{n}": "" for n in range(65)})
    assert code(world, many) == "target-options"
    long = PutTarget("production", "db", "memory", "", options={"a": "x" * 513})
    assert code(world, long) == "text-invalid"


def test_a_rule_needs_its_secret_and_a_target_of_its_environment(world: World) -> None:
    world.create(str(A))
    assert code(world, SetRule(A, "db")) == "target-unknown"
    put(world, "dev-db", "development")
    assert code(world, SetRule(A, "dev-db")) == "target-unknown"
    put(world)
    assert code(world, SetRule(A, "db", mode="sometimes")) == "schedule-invalid"
    assert isinstance(world.gate.change(world.owner, SetRule(A, "db")), Done)
    assert isinstance(world.gate.change(world.owner, SetRule(A, "db", mode="approve")), Done)


def test_a_name_is_one_environments_and_what_is_worked_on_is_kept(world: World) -> None:
    target = put(world)
    assert code(world, PutTarget("development", "db", "memory", "")) == "target-elsewhere"
    world.create(str(A))
    world.gate.change(world.owner, SetRule(A, "db"))
    world.gate.change(world.owner, Begin(A, target, overlap=True, grace_us=0, watch_us=0))
    with pytest.raises(ConflictError) as caught:
        world.gate.change(world.owner, RemoveTarget("production", "db"))
    assert caught.value.code == "target-in-use"
