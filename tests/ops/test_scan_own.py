"""Which values of a room a scanner can know, and what handing them out records."""

import pytest
from tests.ops.importing.conftest import strong
from tests.ops.test_export import allow, keep

from strongroom.errors import InvalidError
from strongroom.gate.changes.secret import Origin
from strongroom.model.address import Address
from strongroom.model.principal import Effect
from strongroom.ops import audit, scan_own, secret
from strongroom.ops.local import Local
from strongroom.scan.own import prints
from strongroom.scan.own.find import Finder
from strongroom.scan.own.prints import PrintSet
from strongroom.secret.value import Field, Value

VALUES = {"production/api/ONE": strong(), "development/api/TWO": strong()}


def names(found: PrintSet, data: str) -> list[str]:
    return sorted({one.value.name for one in Finder(found).find(data.encode())})


@pytest.fixture
def filled(room: Local) -> Local:
    made = Value.single(VALUES["production/api/ONE"])
    where = Address.parse("production/api/ONE")
    request = secret.WriteRequest(where, made, "database-password", "Ada")
    secret.write(room, request, Origin.GENERATED)
    keep(room, "development/api/TWO", Value.single(VALUES["development/api/TWO"]))
    keep(
        room,
        "development/api/PAIR",
        Value({"user": Field("u" * 30, secret=False), "password": Field(strong())}),
    )
    keep(room, "development/api/WEAK", Value.single("weak-1"))
    return room


def test_the_room_itself_knows_every_strong_value_of_whoever_gave_it(filled: Local) -> None:
    found = scan_own.of_room(filled)
    assert names(found, " ".join(VALUES.values())) == [
        "development/api/TWO@v1",
        "production/api/ONE@v1",
    ]
    assert {one.own.name for one in found.prints} == {
        "development/api/TWO@v1",
        "production/api/ONE@v1",
        "development/api/PAIR@v1#password",
    }


def test_an_export_has_only_what_was_generated_and_says_what_it_left(filled: Local) -> None:
    allow(filled)
    made = scan_own.export(filled, [])
    again = prints.read(prints.write(made.found))
    assert names(again, " ".join(VALUES.values())) == ["production/api/ONE@v1"]
    assert (made.versions, made.weak, made.left) == (1, 3, ())
    assert again.key != filled.keys.fingerprint_match
    assert all(value not in prints.write(made.found).decode() for value in VALUES.values())


def test_an_export_is_recorded_for_each_version(filled: Local) -> None:
    allow(filled)
    scan_own.export(filled, ["production"], reason="for the hook")
    lines = audit.list_entries(filled, audit.Filter(verb="export"))
    assert [line.address for line in lines if line.version == 1] == ["production/api/ONE"]


def test_two_exports_cannot_be_compared(filled: Local) -> None:
    allow(filled)
    one, two = (scan_own.export(filled, ["production"]).found for _ in range(2))
    assert {p.mark for p in one.prints}.isdisjoint(p.mark for p in two.prints)


def test_what_may_not_leave_is_named(filled: Local) -> None:
    allow(filled, Effect.DENY, "api/ONE")
    with pytest.raises(InvalidError) as caught:
        scan_own.export(filled, [])
    assert caught.value.code == "fingerprints-empty"


@pytest.mark.parametrize("days", [0, 367])
def test_a_set_lasts_a_year_at_most(filled: Local, days: int) -> None:
    with pytest.raises(InvalidError) as caught:
        scan_own.export(filled, [], days=days)
    assert caught.value.code == "fingerprints-days"
