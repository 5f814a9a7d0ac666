"""Shares: opened by code and key together, at their own place alone."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.crypto import share
from strongroom.crypto.envelope import Kek
from strongroom.crypto.keyring import RoomKeys, new_id, new_kek
from strongroom.crypto.share import CODE_BITS, Place, ShareCode
from strongroom.errors import InvalidError, StrongroomError, TamperedError

VECTORS = Path(__file__).parents[2] / "vectors" / "share.json"
KEK = new_kek("production")
PLACE = Place(b"1" * 16, b"2" * 16, b"3" * 16, b"4" * 16, 3, "password", bytes(range(16)))
CODE = ShareCode.new()


def test_it_opens_for_its_code_at_its_place() -> None:
    assert b"fake" == share.open(PLACE, CODE, KEK, share.seal(PLACE, CODE, KEK, b"fake"))


@pytest.mark.parametrize(
    "place",
    [
        replace(PLACE, room_id=new_id()),
        replace(PLACE, instance_id=new_id()),
        replace(PLACE, share_id=new_id()),
        replace(PLACE, secret_id=new_id()),
        replace(PLACE, version=4),
        replace(PLACE, field="username"),
        replace(PLACE, recipient=new_id()),
        replace(PLACE, recipient=share.NOBODY),
    ],
)
def test_it_opens_nowhere_else(place: Place) -> None:
    with pytest.raises(TamperedError):
        share.open(place, CODE, KEK, share.seal(PLACE, CODE, KEK, b"fake"))


def test_code_and_key_are_both_needed() -> None:
    blob = share.seal(PLACE, CODE, KEK, b"fake")
    other = Kek(KEK.id, new_kek("production").secret, "production")
    for code, kek in ((ShareCode.new(), KEK), (CODE, other), (CODE, new_kek("production"))):
        with pytest.raises(TamperedError) as error:
            share.open(PLACE, code, kek, blob)
        assert "share-tampered" == error.value.code


@given(st.integers(min_value=0, max_value=32), st.integers(min_value=1, max_value=255))
def test_no_changed_byte_passes(at: int, change: int) -> None:
    blob = bytearray(share.seal(PLACE, CODE, KEK, b"fake"))
    blob[at] ^= change
    with pytest.raises(TamperedError):
        share.open(PLACE, CODE, KEK, bytes(blob))


@given(st.binary(max_size=40))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    with pytest.raises(TamperedError):
        share.open(PLACE, CODE, KEK, data)


@given(st.integers(min_value=0, max_value=2**CODE_BITS - 1))
def test_a_code_comes_back_however_it_is_typed(number: int) -> None:
    code = ShareCode(number.to_bytes(share.CODE_BYTES, "big"))
    text = code.reveal()

    assert 35 == len(text)
    for typed in (text, text.lower(), text.replace("-", " "), f" {text.replace('0', 'o')}\n"):
        assert code.secret == ShareCode.parse(typed).secret


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        (lambda t: t[:-1], "share-code-length", "group 4"),
        (lambda t: t[:0], "share-code-length", "32 characters"),
        (lambda t: t[:9] + "!" + t[10:], "share-code-character", "group 2"),
        (lambda t: t[9:17] + "-" + t[:8] + t[17:], "share-code-group", "group 1"),
        (lambda t: t[:10] + ("2" if t[10] != "2" else "3") + t[11:], "share-code-group", "group 2"),
    ],
    ids=["cut", "nothing", "a sign", "exchanged", "mistyped"],
)
def test_a_mistyped_code_is_named_by_its_group(spoil: Any, code: str, words: str) -> None:
    text = ShareCode.new().reveal()
    with pytest.raises(InvalidError) as error:
        ShareCode.parse(spoil(text))
    assert code == error.value.code
    assert words in error.value.message
    assert not any(group in error.value.message for group in text.split("-"))


def test_it_is_found_in_this_instance_alone() -> None:
    keys, instance = RoomKeys(bytes(range(32)), new_id()), new_id()

    assert share.lookup(keys, instance, CODE) == share.lookup(keys, instance, CODE)
    assert share.lookup(keys, instance, CODE) != share.lookup(keys, new_id(), CODE)
    assert share.lookup(keys, instance, CODE) != share.lookup(keys, instance, ShareCode.new())


def test_sizes_are_checked_and_nothing_shows_a_code() -> None:
    for wrong in (b"", bytes(17), b"\xff" * 18):
        with pytest.raises(ValueError, match="140 bits"):
            ShareCode(wrong)
    with pytest.raises(ValueError, match="16 bytes"):
        replace(PLACE, share_id=b"short")
    assert CODE.reveal()[:8] not in f"{CODE} {CODE!r}"


@pytest.mark.parametrize(
    "vector", json.loads(VECTORS.read_text("utf-8")), ids=lambda v: v["comment"]
)
def test_the_vectors_hold(vector: dict[str, Any]) -> None:
    given_, expect = vector["input"], vector["expect"]
    room, instance, id_, secret = (
        bytes.fromhex(given_[name]) for name in ("room_id", "instance_id", "share_id", "secret_id")
    )
    recipient = bytes.fromhex(given_["recipient"])
    place = Place(room, instance, id_, secret, given_["version"], given_["field"], recipient)
    kek = Kek(bytes.fromhex(given_["kek_id"]), bytes.fromhex(given_["kek"]), "production")
    try:
        code = ShareCode.parse(given_["code"])
        opened = share.open(place, code, kek, bytes.fromhex(given_["blob"]))
    except StrongroomError as error:
        assert expect == {"error": error.code}  # noqa: PT017 - a vector says which it is
        return
    keys = RoomKeys(bytes.fromhex(given_["room_key"]), place.room_id)
    assert expect == {
        "value": opened.hex(),
        "lookup": share.lookup(keys, place.instance_id, code).hex(),
    }
