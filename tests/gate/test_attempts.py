"""Tests for strongroom.gate.attempts: counted in the same commit as the entry, by the hour."""

from dataclasses import replace

import pytest
from tests.gate.rooms import World, value_of

from strongroom.crypto.keyring import new_id
from strongroom.db.tables import work
from strongroom.errors import LimitError, StrongroomError
from strongroom.gate.attempts import ALARM, HOUR_US, alarms
from strongroom.gate.changes.secret import CreateSecret, Fingerprint, Origin, Value
from strongroom.model.address import Address

MARK = Fingerprint("value", new_id() * 2, "fp:01020304", 32, "lower")
VALUE = replace(value_of("fake-1"), fingerprints=(MARK,))


def write(world: World, address: str, value: Value = VALUE) -> str:
    change = CreateSecret(Address.parse(address), "api-key", "ann", value)
    try:
        world.gate.change(world.owner, change)
    except StrongroomError as error:
        return error.code
    return "written"


@pytest.fixture
def spent(world: World) -> World:
    """Five tries of this hour are used up."""
    write(world, "production/a")
    codes = [write(world, f"development/{n}") for n in range(5)]
    assert ["value-reused"] * 5 == codes
    return world


def test_the_next_hour_has_tries_again(spent: World) -> None:
    assert "reuse-limited" == write(spent, "development/x")
    spent.time.us = (spent.time.us // HOUR_US + 1) * HOUR_US

    assert "value-reused" == write(spent, "development/x")


def test_only_values_that_are_compared_are_refused(spent: World) -> None:
    assert "written" == write(spent, "development/weak", value_of("fake-2"))
    made = replace(VALUE, origin=Origin.GENERATED, fingerprints=(MARK._replace(match=bytes(32)),))
    assert "written" == write(spent, "development/made", made)


def test_each_try_leaves_an_alarm_and_being_limited_none(spent: World) -> None:
    write(spent, "development/x")
    db = spent.room.connect()
    found = alarms(db, 99)

    assert 5 == len(found) == work.count_owed(db, ALARM)
    assert [5, 4, 3, 2, 1] == sorted((one.tries for one in found), reverse=True)
    assert {("value-reused", spent.owner.principal.hex())} == {(a.code, a.principal) for a in found}
    assert {f"development/{n}" for n in range(5)} == {one.place for one in found}
    db.close()


def test_the_error_says_what_to_do(spent: World) -> None:
    with pytest.raises(LimitError) as error:
        spent.gate.change(
            spent.owner, CreateSecret(Address.parse("development/x"), "api-key", "ann", VALUE)
        )
    assert "generated" in (error.value.fix or "")
