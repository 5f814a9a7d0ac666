"""Tests for strongroom.ops.delivery."""

import pytest

from strongroom.errors import NotFoundError, StrongroomError
from strongroom.gate.operation import ReadRequest
from strongroom.model.address import Address
from strongroom.ops import delivery, lifecycle, secret
from strongroom.ops.delivery import Item
from strongroom.ops.local import Local
from strongroom.secret.terms import DAY_US
from strongroom.secret.value import Field, Value

KEY = Address.parse("production/customer-api/SECRET_KEY")
URL = Address.parse("production/customer-api/DATABASE_URL")
ABSENT = Address.parse("production/customer-api/ABSENT")


def keep(room: Local, address: Address, type_: str = "jwt-secret-key") -> None:
    secret.generate_into(room, secret.WriteRequest(address, Value.single(""), type_, "DevOps"))


def test_each_request_is_answered_in_its_place_by_an_item_or_an_error(room: Local) -> None:
    keep(room, KEY)
    found = list(delivery.deliver(room, [ReadRequest(ABSENT), ReadRequest(KEY)]))
    assert isinstance(found[0], NotFoundError)
    assert str(ABSENT) in found[0].message
    assert isinstance(found[1], Item)
    assert (found[1].address, found[1].version) == (KEY, 1)
    assert found[1].due_us - room.now_us() <= 90 * DAY_US
    assert found[1].value.fields["value"].data not in repr(found[1])  # type: ignore[operator]


def test_more_than_a_group_is_delivered_in_groups(room: Local) -> None:
    """So that no value waits for the others until it is too old to be handed over."""
    keep(room, KEY)
    found = list(delivery.deliver(room, [ReadRequest(KEY)] * (2 * delivery.GROUP + 1)))
    assert len(found) == 2 * delivery.GROUP + 1
    assert not any(isinstance(one, StrongroomError) for one in found)


def test_a_part_that_may_not_be_read_fails_the_field_that_needs_it_and_no_other(
    room: Local,
) -> None:
    keep(room, KEY)
    made = Value({"host": Field("db", secret=False)}).composed(
        {"url": "https://{host}/?key={@customer-api/SECRET_KEY}"}
    )
    secret.write(room, secret.WriteRequest(URL, made, "database-password", "DevOps"))
    lifecycle.freeze(room, lifecycle.place(room, str(KEY)), "a leak")
    (item,) = delivery.deliver(room, [ReadRequest(URL)])
    assert isinstance(item, Item)
    assert delivery.whole(room, item, "host") == ("db", {URL: 1})
    with pytest.raises(StrongroomError) as caught:
        delivery.whole(room, item, "url")
    assert caught.value.code == "secret-frozen"
    lifecycle.thaw(room, lifecycle.place(room, str(KEY)))
    assert delivery.whole(room, item, "url")[1] == {URL: 1, KEY: 1}
