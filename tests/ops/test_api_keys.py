"""P-5.7, P-4.4: keys of our clients: shown once, two at most, rolled with a grace, ended at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from time_machine import Traveller

from strongroom.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    StrongroomError,
    UnauthenticatedError,
)
from strongroom.keysets.api_key_records import RecordSet
from strongroom.model.address import Address
from strongroom.ops import api_keys as ops
from strongroom.ops import secret
from strongroom.ops.api_keys import KeySetRequest
from strongroom.ops.local import Local
from strongroom.runtime.api_keys import ApiKeys
from strongroom.runtime.client import Secrets
from strongroom.runtime.origin.memory import MemoryOrigin
from strongroom.secret.value import Value

SET = KeySetRequest(Address("production", "api/CLIENT_KEYS"), owner="Ada")
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Traveller]:
    """The room's time, moved by hand."""
    with time_machine.travel(datetime(2026, 3, 2, tzinfo=UTC), tick=True) as found:
        yield found


def code(room: Local, key: str, request: KeySetRequest = SET) -> str:
    try:
        return ops.verify(room, request, key).client
    except UnauthenticatedError as error:
        return error.code


def test_a_key_is_known_by_its_record_and_kept_nowhere(room: Local) -> None:
    made = ops.issue(room, SET, "ada", ["read"])
    assert made.key.startswith("api_live_")
    assert made.key not in repr(made)
    found = ops.verify(room, SET, made.key)
    assert (found.client, found.scopes, found.state, found.id) == (
        "ada", ("read",), "active", made.id,
    )  # fmt: skip
    for address in (SET.records, SET.pepper_at):
        only = secret.read(room, address).value.only
        assert only is not None
        assert made.key not in str(only.data)
    assert [one.client for one in ops.listed(room, SET)] == ["ada"]
    assert secret.show(room, SET.records).secret.owner == "Ada"


def test_what_the_room_issues_the_runtime_knows(room: Local) -> None:
    made = ops.issue(room, SET, "ada", ["read"])
    records, pepper = (secret.read(room, at).value.only for at in (SET.records, SET.pepper_at))
    assert records is not None
    assert pepper is not None
    origin = MemoryOrigin(API_KEY_PEPPER=str(pepper.data))
    with Secrets(origin, environment="production", poll=3600.0) as held:
        keys = ApiKeys(
            held, pepper="API_KEY_PEPPER", records=RecordSet(str(records.data)),
            brand="api", marker="live",
        )  # fmt: skip
        assert (keys.verify(made.key).who, keys.verify(made.key).scopes) == ("ada", ("read",))
        assert keys.counts() == {"client:ada": 2}


def test_a_client_has_two_keys_at_most(room: Local) -> None:
    ops.issue(room, SET, "ada")
    ops.issue(room, SET, "ada")
    for act in (ops.issue, ops.roll):
        with pytest.raises(ConflictError) as caught:
            act(room, SET, "ada")
        assert caught.value.code == "api-keys-two"
    ops.issue(room, SET, "bob")
    assert len(ops.listed(room, SET)) == 3
    assert len(ops.listed(room, SET, "bob")) == 1


def test_a_roll_ends_the_old_key_after_the_grace(room: Local, clock: Traveller) -> None:
    old = ops.issue(room, SET, "ada", ["read"])
    new = ops.roll(room, SET, "ada", 26)
    assert new.scopes == ("read",)
    assert (code(room, old.key), code(room, new.key)) == ("ada", "ada")
    clock.shift(25 * HOUR)
    assert code(room, old.key) == "ada"
    clock.shift(2 * HOUR)
    assert (code(room, old.key), code(room, new.key)) == ("api-key-expired", "ada")
    assert [one.state for one in ops.listed(room, SET)] == ["ended", "active"]
    ops.roll(room, SET, "ada")  # the one that ended counts no more


@pytest.mark.parametrize("hours", [0, 23, 49, -1])
def test_a_grace_is_the_policys(room: Local, hours: int) -> None:
    ops.issue(room, SET, "ada")
    with pytest.raises(InvalidError) as caught:
        ops.roll(room, SET, "ada", hours)
    assert caught.value.code == "grace-outside-policy"


def test_what_is_revoked_is_refused_at_once(room: Local) -> None:
    one, two = ops.issue(room, SET, "ada"), ops.issue(room, SET, "ada")
    other = ops.issue(room, SET, "bob")
    assert [found.id for found in ops.revoke(room, SET, "ada", one.id)] == [one.id]
    assert (code(room, one.key), code(room, two.key)) == ("api-key-expired", "ada")
    assert [found.state for found in ops.revoke(room, SET, "ada")] == ["ended"]
    assert (code(room, two.key), code(room, other.key)) == ("api-key-expired", "bob")
    for client in ("ada", "nobody"):
        with pytest.raises(NotFoundError) as caught:
            ops.revoke(room, SET, client)
        assert caught.value.code == "api-key-client-unknown"


def test_a_key_has_an_end_where_one_was_asked_for(room: Local, clock: Traveller) -> None:
    made = ops.issue(room, SET, "ada", days=3)
    assert ops.listed(room, SET)[0].state == "ending"
    clock.shift(timedelta(days=3, seconds=1))
    assert code(room, made.key) == "api-key-expired"
    clock.shift(timedelta(days=91))
    ops.issue(room, SET, "bob")
    assert [one.client for one in ops.listed(room, SET)] == ["bob"]  # it is forgotten by then
    for days in (0, 4_000):
        with pytest.raises(InvalidError):
            ops.issue(room, SET, "ada", days=days)


def test_a_pepper_in_grace_still_finds_its_keys(room: Local) -> None:
    made = ops.issue(room, SET, "ada")
    secret.generate_into(room, secret.WriteRequest(SET.pepper_at, Value.single("")), bits=256)
    new = ops.issue(room, SET, "bob")
    assert (code(room, made.key), code(room, new.key)) == ("ada", "bob")


def test_what_is_no_key_of_ours_is_told_apart(room: Local) -> None:
    made = ops.issue(room, SET, "ada")
    wrong = {
        "": "api-key-malformed",
        "nonsense": "api-key-malformed",
        "ü" * 20: "api-key-malformed",
        made.key[:-1]: "api-key-malformed",
        f"{made.key}\n": "api-key-malformed",
        ops.issue(room, KeySetRequest(SET.records, brand="other"), "eve").key: "api-key-unknown",
        ops.issue(
            room, KeySetRequest(Address("staging", "api/K"), owner="Ada"), "eve"
        ).key: "api-key-environment",
    }
    assert {key: code(room, key) for key in wrong} == wrong


def test_names_that_no_record_can_have_are_refused(room: Local) -> None:
    for client in ("", "x" * 257, "half \ud800"):
        with pytest.raises(StrongroomError) as caught:
            ops.issue(room, SET, client)
        assert caught.value.code == "api-key-record-invalid"
    with pytest.raises(NotFoundError):
        ops.listed(room, SET)


def test_a_record_set_that_is_none_is_left_alone(room: Local) -> None:
    request = secret.WriteRequest(SET.records, Value.single(""), "api-key", "Ada")
    secret.generate_into(room, request)
    for act in (lambda: ops.listed(room, SET), lambda: ops.issue(room, SET, "ada")):
        with pytest.raises(InvalidError) as caught:
            act()
        assert caught.value.code == "api-key-records-invalid"
    assert secret.show(room, SET.records).current == 1
    with pytest.raises(InvalidError) as nobody:
        ops.issue(room, KeySetRequest(Address("production", "api/NEW")), "ada")
    assert nobody.value.code == "owner-missing"
