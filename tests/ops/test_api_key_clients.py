"""Whole rotations of keys of our own in a real room: API keys, data keys, keys that sign."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from time_machine import Traveller

from strongroom.errors import InvalidError, UnauthenticatedError
from strongroom.model.address import Address
from strongroom.ops import api_key_clients, api_keys, data_key, references, rotate, secret, target
from strongroom.ops.api_keys import KeySetRequest
from strongroom.ops.data_key import CreateRequest
from strongroom.ops.local import Local
from strongroom.ops.rotate import StartRequest
from strongroom.ops.target import TargetRequest
from strongroom.rotation.rotators.apikey import ApiKeyRotator
from strongroom.rotation.rotators.versions import VersionsRotator
from strongroom.secret.value import Value

SET = KeySetRequest(Address("production", "api/CLIENT_KEYS"), owner="Ada")
A = Address("production", "crm/API_KEY")
DAY = timedelta(hours=25)
OURS = {"records": str(SET.records), "client": "crm"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Traveller]:
    """The room's time, moved by hand."""
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=True) as found:
        yield found


def value(room: Local, address: Address = A) -> str:
    only = secret.read(room, address).value.only
    assert only is not None
    return str(only.data)


def place(room: Local, address: Address, rotator: str, options: dict[str, str]) -> None:
    target.add(room, TargetRequest("own", "production", rotator, options=options))
    target.attach(room, address, "own")


def finish(room: Local, clock: Traveller, address: Address) -> rotate.Status:
    for _ in range(20):
        status = rotate.drive(room, address)
        if status.ended or status.state == "needs-person" or status.code == "held":
            return status
        clock.move_to(max(status.due_us / 1e6, room.now_us() / 1e6) + 1)
    raise AssertionError(status)


def whose(room: Local, key: str) -> str:
    try:
        return api_keys.verify(room, SET, key).client
    except UnauthenticatedError as error:
        return error.code


def test_the_rotator_that_needs_the_room_is_given_it(room: Local) -> None:
    assert isinstance(api_key_clients.find(room, "apikey"), ApiKeyRotator)
    assert isinstance(api_key_clients.find(room, "versions"), VersionsRotator)


def test_an_api_key_of_our_own(room: Local, clock: Traveller) -> None:
    old = api_keys.issue(room, SET, "crm", ["read"]).key
    secret.write(room, secret.WriteRequest(A, Value.single(old), "api-key", "Ada"))
    place(room, A, "apikey", OURS)
    assert [check.well for check in rotate.doctor(room, A)] == [True]
    rotate.start(room, StartRequest(A))
    assert rotate.drive(room, A).state == "promoted"
    new = value(room)
    assert new != old
    assert (whose(room, old), whose(room, new)) == ("crm", "crm")
    assert api_keys.verify(room, SET, new).scopes == ("read",)
    clock.shift(DAY)
    assert finish(room, clock, A).state == "done"
    assert (whose(room, old), whose(room, new)) == ("api-key-expired", "crm")


def test_a_client_with_two_keys_has_no_place_for_a_third(room: Local) -> None:
    old = api_keys.issue(room, SET, "crm").key
    api_keys.issue(room, SET, "crm")
    secret.write(room, secret.WriteRequest(A, Value.single(old), "api-key", "Ada"))
    place(room, A, "apikey", OURS)
    rotate.start(room, StartRequest(A))
    status = rotate.drive(room, A)
    assert (status.state, status.code) == ("needs-person", "target-full")
    assert whose(room, old) == "crm"


def test_a_data_key_waits_for_what_refers_to_it(room: Local, clock: Traveller) -> None:
    address = Address("production", "api/FIELD_KEY")
    data_key.create(room, CreateRequest(address, "Ada"))
    text = data_key.encrypt(room, address, b"ada")
    references.report(room, address, "customers.email", {1: 1})
    place(room, address, "datakey", {})
    rotate.start(room, StartRequest(address))
    assert rotate.drive(room, address).state == "promoted"
    assert data_key.decrypt(room, address, text) == b"ada"
    clock.shift(timedelta(hours=30))
    status = finish(room, clock, address)
    assert status.code == "held"
    assert any("customers.email keeps 1 items" in who for who in status.held_by)
    references.report(room, address, "customers.email", {2: 1})
    clock.shift(timedelta(hours=3))
    assert finish(room, clock, address).state == "done"


def test_an_emergency_does_not_lose_data_either(room: Local) -> None:
    address = Address("production", "api/FIELD_KEY")
    data_key.create(room, CreateRequest(address, "Ada"))
    references.report(room, address, "customers.email", {1: 1})
    place(room, address, "datakey", {})
    rotate.start(room, StartRequest(address, emergency=True))
    status = rotate.drive(room, address)
    assert (status.state, status.code) == ("needs-person", "version-referenced")


def test_a_key_that_signs_is_rotated_within_the_life_of_its_tokens(
    room: Local, clock: Traveller
) -> None:
    address = Address("production", "api/SECRET_KEY")
    request = secret.WriteRequest(address, Value.single(""), "jwt-secret-key", "Ada")
    secret.generate_into(room, request)
    place(room, address, "jwt", {"token_life": "604800"})
    with pytest.raises(InvalidError, match="C-13"):
        rotate.start(room, StartRequest(address))
    rotate.start(room, StartRequest(address, emergency=True))
    old = value(room, address)
    assert finish(room, clock, address).state == "done"
    assert value(room, address) != old


def test_a_pair_is_published_before_it_signs(room: Local, clock: Traveller) -> None:
    address = Address("production", "api/SIGNER")
    data_key.create(room, CreateRequest(address, "Ada", "ed25519"))
    place(room, address, "jwt", {"lead_s": "600"})
    rotate.start(room, StartRequest(address))
    assert (rotate.drive(room, address).code, len(data_key.jwks(room, address)["keys"])) == (
        "published", 2,
    )  # fmt: skip
    assert secret.show(room, address).current == 1
    clock.shift(timedelta(seconds=601))
    assert rotate.drive(room, address).state == "promoted"
    assert secret.show(room, address).current == 2
