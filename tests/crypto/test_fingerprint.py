"""Tests for strongroom.crypto.fingerprint."""

import re

from hypothesis import given
from hypothesis import strategies as st
from tests.crypto.promises import OTHER_ROOM, STRONG, room

from strongroom.crypto import fingerprint
from strongroom.crypto.fingerprint import Origin, Strength
from strongroom.crypto.keyring import RoomKeys

KEYS = room()


@given(st.binary(max_size=6), st.binary(max_size=6))
def test_fingerprints_are_equal_where_values_are(one: bytes, two: bytes) -> None:
    here, there = (fingerprint.match(KEYS, value, STRONG) for value in (one, two))

    assert (one == two) == (here == there)
    assert fingerprint.FINGERPRINT_BYTES == len(here)


@given(st.binary(max_size=40))
def test_what_is_displayed_is_32_bits_of_another_key(value: bytes) -> None:
    shown = fingerprint.display(KEYS, value, STRONG)

    assert re.fullmatch(r"fp:[0-9a-f]{8}", shown)
    assert shown[3:] != fingerprint.match(KEYS, value, STRONG)[:4].hex()


def test_a_scanner_finds_what_was_exported() -> None:
    key = KEYS.fingerprint_export("scan-1")

    assert fingerprint.export(key, b"v", STRONG) == fingerprint.lookup(key, b"v")
    assert fingerprint.export(key, b"v", STRONG) != fingerprint.match(KEYS, b"v", STRONG)
    assert fingerprint.lookup(KEYS.fingerprint_export("scan-2"), b"v") != fingerprint.lookup(
        key, b"v"
    )


def test_another_room_sees_nothing() -> None:
    elsewhere = RoomKeys(bytes([11]) * 32, OTHER_ROOM)

    assert fingerprint.match(KEYS, b"v", STRONG) != fingerprint.match(elsewhere, b"v", STRONG)


def test_the_limits_are_inclusive() -> None:
    assert fingerprint.match(KEYS, b"v", Strength(80, Origin.GIVEN))
    assert fingerprint.display(KEYS, b"v", Strength(80, Origin.GIVEN))
    assert fingerprint.export(bytes(32), b"v", Strength(128, Origin.GENERATED))
