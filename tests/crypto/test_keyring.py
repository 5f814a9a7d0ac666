"""Tests for strongroom.crypto.keyring."""

import copy
import pickle

import msgspec
import pytest
from tests.crypto.promises import ROOM, room

from strongroom.crypto import keyring
from strongroom.crypto.keyring import LogKey, RoomKeys

SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")


def test_each_key_is_that_of_its_purpose() -> None:
    keys = room()
    purposes = {
        "row_mac": "row-mac",
        "fingerprint_match": "fingerprint/match",
        "fingerprint_display": "fingerprint/display",
        "token_lookup": "token/lookup",
        "token_tag": "token/tag",
        "detail": "detail",
        "pseudonym": "pseudonym",
    }

    for name, purpose in purposes.items():
        assert keyring.derive(bytes([11]) * 32, ROOM, purpose) == getattr(keys, name)
    expected = keyring.derive(bytes([11]) * 32, ROOM, "fingerprint/export/scan-1")
    assert expected == keys.fingerprint_export("scan-1")


@pytest.mark.parametrize("export_id", ["", "A", "a/b", "x" * 65, "a\n"])
def test_export_ids_have_one_spelling(export_id: str) -> None:
    with pytest.raises(ValueError, match="a-z0-9-"):
        room().fingerprint_export(export_id)


def test_sizes() -> None:
    for room_key, room_id in ((bytes(31), ROOM), (bytes(32), ROOM[:15])):
        with pytest.raises(ValueError, match="room key is 32"):
            RoomKeys(room_key, room_id)
    with pytest.raises(ValueError, match="instance id is 16"):
        LogKey(bytes(15), SEED)
    with pytest.raises(ValueError, match="32 bytes"):
        LogKey(bytes(16), SEED[:31])


def test_a_log_key_is_ed25519_as_published() -> None:
    """RFC 8032, section 7.1, test 1: the empty message."""
    key = LogKey(ROOM, SEED)
    expected = (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
        "c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )

    assert "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a" == key.public.hex()
    assert expected == key.sign(b"").hex()


def test_a_signature_verifies_for_its_message_and_key_only() -> None:
    key, other = LogKey(ROOM, SEED), LogKey(ROOM, bytes(32))
    signature = key.sign(b"checkpoint")

    assert keyring.SIGNATURE_BYTES == len(signature)
    assert keyring.verify(key.public, signature, b"checkpoint")
    assert not keyring.verify(key.public, signature, b"checkpoinT")
    assert not keyring.verify(other.public, signature, b"checkpoint")
    assert not keyring.verify(key.public, signature[:-1], b"checkpoint")
    with pytest.raises(ValueError, match="32 bytes"):
        keyring.verify(key.public[:31], signature, b"checkpoint")


def test_new_ids_and_keys_are_new() -> None:
    ids = {keyring.new_id() for _ in range(100)}
    keys = {keyring.new_key() for _ in range(100)} | {
        keyring.new_kek("staging").secret for _ in range(100)
    }

    assert {16} == {len(i) for i in ids}
    assert {32} == {len(k) for k in keys}
    assert (100, 200) == (len(ids), len(keys))
    assert "staging" == keyring.new_kek("staging").environment


@pytest.mark.parametrize("holder", [room(), LogKey(ROOM, SEED), keyring.new_kek("staging")])
def test_keys_neither_show_nor_copy_themselves(holder: object) -> None:
    assert "hidden" in repr(holder)
    assert SEED.hex() not in repr(holder)
    for leak in (copy.copy, copy.deepcopy, pickle.dumps, msgspec.json.encode, vars):
        with pytest.raises(TypeError):
            leak(holder)
    with pytest.raises(AttributeError):
        setattr(holder, "secret", b"")  # noqa: B010 - not every holder has one


def test_what_a_repr_says() -> None:
    assert f"<RoomKeys of room {ROOM.hex()}, keys hidden>" == repr(room())
    assert f"<LogKey of instance {ROOM.hex()}, seed hidden>" == repr(LogKey(ROOM, SEED))
