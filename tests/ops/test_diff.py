"""What differs, without a value: fields, states, dates, origin; never a length."""

import pytest

from strongroom.errors import DeniedError, InvalidError, NotFoundError
from strongroom.model.address import Address
from strongroom.ops import access, audit, lifecycle, secret
from strongroom.ops import diff as ops
from strongroom.ops.diff import How, Side
from strongroom.ops.local import Local
from strongroom.secret.value import Field, Value

DB = Address.parse("development/db")
OTHER = Address.parse("development/other")


def write(room: Local, address: Address, *, owner: str | None = None, **fields: str) -> None:
    value = Value({n: Field(text, n not in {"host", "user"}) for n, text in fields.items()})
    type_ = "database-password" if owner else None
    secret.write(room, secret.WriteRequest(address, value, type_, owner))


@pytest.fixture(autouse=True)
def _two_versions(room: Local) -> None:
    write(room, DB, owner="Ada", password="weak-1", host="a", user="app")
    write(room, DB, password="weak-2", host="a", port="1")


def test_each_field_is_added_removed_changed_or_the_same(room: Local) -> None:
    found = ops.diff(room, Side(DB, 1), Side(DB, 2))

    assert {
        "password": (How.CHANGED, True), "host": (How.SAME, False),
        "user": (How.REMOVED, False), "port": (How.ADDED, True),
    } == {f.field: (f.how, f.secret) for f in found.fields}  # fmt: skip
    assert ("previous", "current") == next((f.old, f.new) for f in found.facts if f.name == "state")
    for text in ("weak", "app", "chars", "fp:"):
        assert text not in repr(found)
    assert 1 == ops.before(room, DB)


def test_two_secrets_are_compared_as_they_are_now(room: Local) -> None:
    write(room, OTHER, owner="Bob", password="weak-2", host="a")
    found = ops.diff(room, Side(DB), Side(OTHER))

    assert (f"{DB}@2", f"{OTHER}@1") == (found.old, found.new)
    assert {"password": How.SAME, "host": How.SAME, "port": How.REMOVED} == {
        f.field: f.how for f in found.fields
    }
    assert ("Ada", "Bob") == next((f.old, f.new) for f in found.facts if f.name == "owner")


def test_both_are_read_and_that_is_recorded(room: Local) -> None:
    ops.diff(room, Side(DB, 1), Side(DB, 2), "a review")
    audit.sequence(room)
    reads = [line for line in audit.list_entries(room, audit.Filter()) if line.verb == "read"]

    assert [1, 2] == [line.version for line in reads]


def test_whoever_may_not_read_both_learns_nothing(room: Local) -> None:
    access.grant(room, access.GrantRequest(("read",), principal=room.user, deny=True))
    with pytest.raises(DeniedError):
        ops.diff(room, Side(DB, 1), Side(DB, 2))


def test_a_destroyed_version_has_fields_that_nobody_knows(room: Local) -> None:
    lifecycle.destroy(room, DB, 1)
    found = ops.diff(room, Side(DB, 1), Side(DB, 2))

    assert {How.UNKNOWN} == {f.how for f in found.fields}
    assert "destroyed" in {f.old for f in found.facts}


def test_there_are_two_sides(room: Local) -> None:
    with pytest.raises(InvalidError):
        ops.diff(room, Side(DB), Side(DB, 2))
    with pytest.raises(NotFoundError):
        ops.diff(room, Side(DB, 9), Side(DB, 2))
    alone = Address.parse("development/alone")
    write(room, alone, owner="Ada", password="weak-9")
    with pytest.raises(NotFoundError):
        ops.before(room, alone)
