"""Fingerprints: for strong secret fields, and for nothing else."""

import secrets

from strongroom.crypto.keyring import RoomKeys
from strongroom.gate.changes.secret import Origin
from strongroom.secret.prints import fingerprints
from strongroom.secret.value import Field, Value

KEYS = RoomKeys(bytes(range(32)), bytes(range(16)))


def test_a_strong_field_has_both_and_a_weak_one_neither() -> None:
    strong = secrets.token_hex(32)
    value = Value(
        {"password": Field(strong), "pin": Field("1234"), "host": Field(strong, secret=False)}
    )
    found = {f.field: f for f in fingerprints(KEYS, value, Origin.GENERATED)}

    assert {"password", "pin"} == set(found)
    assert found["password"].match is not None
    assert str(found["password"].display).startswith("fp:")
    assert (None, None) == (found["pin"].match, found["pin"].display)
    assert (64, 4) == (found["password"].chars, found["pin"].chars)


def test_the_same_value_has_the_same_hash_whoever_made_it() -> None:
    value = Value.single(secrets.token_hex(32))
    (made,), (given,) = (fingerprints(KEYS, value, o) for o in (Origin.GENERATED, Origin.GIVEN))

    assert made.match == given.match


def test_bytes_are_measured_too() -> None:
    (found,) = fingerprints(KEYS, Value.single(secrets.token_bytes(64)), Origin.GIVEN)

    assert found.match is not None
