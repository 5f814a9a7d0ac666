"""Tests for strongroom.crypto.seal."""

from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.crypto.promises import OTHER_ROOM, ROOM, SECRET, code, phrase

from strongroom.crypto import aead, seal, slot
from strongroom.crypto.keyfile import KeyFile
from strongroom.crypto.recovery import RecoveryCode
from strongroom.crypto.seal import Credential, Kind
from strongroom.errors import SealedError, StrongroomError

KEY = bytes(range(32, 64))
NAME = f"kek:production:{SECRET.hex()}"
FILE = KeyFile(ROOM, bytes(range(8)), bytes(range(32)))
CODE = RecoveryCode(bytes(range(32)))
CREDENTIALS: list[Credential] = [FILE, phrase(), CODE]


@pytest.mark.parametrize("credential", CREDENTIALS, ids=lambda c: c.kind.name)
@pytest.mark.parametrize("name", ["room", NAME, f"log:{SECRET.hex()}"])
def test_each_credential_opens_each_key(credential: Credential, name: str) -> None:
    made = seal.create(ROOM, name, KEY, credential)

    assert KEY == seal.open(slot.decode(slot.encode(made)), ROOM, credential)
    assert (credential.kind, name) == (made.kind, made.key_name)
    assert seal.BLOB_BYTES == len(made.blob) == 105


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(CREDENTIALS), st.data())
def test_any_flipped_bit_of_a_slot_is_refused(credential: Credential, data: st.DataObject) -> None:
    """Wherever it is: format, kind, id, name, params, commitment, nonce, key or tag."""
    whole = bytearray(slot.encode(seal.create(ROOM, NAME, KEY, credential)))
    # Bits of cost that stay within the bounds would be stretched at that cost: those are
    # tried by hand below.
    cost = {70, 71, 72, 73, 74, 75} if credential.kind is Kind.PASSPHRASE else set()
    at = data.draw(st.sampled_from([n for n in range(len(whole)) if n not in cost]))
    whole[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(StrongroomError) as refused:
        seal.open(slot.decode(bytes(whole)), ROOM, credential)
    assert KEY.hex() not in str(refused.value)


def test_a_changed_cost_is_another_key() -> None:
    made = seal.create(ROOM, "room", KEY, phrase())
    more = made.params[:4] + b"\x09" + made.params[5:]

    assert "seal-wrong-credential" == code(
        lambda: seal.open(replace(made, params=more), ROOM, phrase())
    )


def test_the_cipher_never_sees_a_wrong_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    made = seal.create(ROOM, "room", KEY, phrase())

    def never(_: bytes) -> object:
        raise AssertionError("a cipher was made for a key that is not committed to")

    monkeypatch.setattr(aead, "Xaes256Gcm", never)
    assert "seal-wrong-credential" == code(lambda: seal.open(made, ROOM, phrase("other")))
    with pytest.raises(AssertionError, match="a cipher was made"):
        seal.open(made, ROOM, phrase())


@pytest.mark.parametrize("kind", [0, Kind.VAULT_TRANSIT, Kind.AWS_KMS, 200])
def test_an_unknown_kind_is_refused_with_a_way_out(kind: int) -> None:
    made = replace(seal.create(ROOM, "room", KEY, FILE), kind=kind)

    with pytest.raises(SealedError, match=f"kind {int(kind)}, which this release") as refused:
        seal.open(made, ROOM, FILE)
    assert "slot-kind-unknown" == refused.value.code
    assert refused.value.fix == "use another slot of this key, or the release that made it"


def test_another_kind_of_credential_is_named() -> None:
    made = seal.create(ROOM, "room", KEY, FILE)

    with pytest.raises(SealedError, match="the slot takes a keyfile"):
        seal.open(made, ROOM, CODE)


@pytest.mark.parametrize("blob", [b"", bytes(104), b"\x51" + bytes(105), b"\x52" + bytes(104)])
def test_a_blob_has_one_format_and_size(blob: bytes) -> None:
    made = replace(seal.create(ROOM, "room", KEY, FILE), blob=blob)

    assert "slot-blob-unknown" == code(lambda: seal.open(made, ROOM, FILE))


def test_one_file_opens_each_of_its_slots_and_no_slot_opens_another() -> None:
    """A blob put into the slot of another key, by whoever writes the table."""
    room_slot = seal.create(ROOM, "room", KEY, FILE)
    kek_slot = seal.create(ROOM, NAME, bytes(32), FILE)

    assert (KEY, bytes(32)) == tuple(seal.open(s, ROOM, FILE) for s in (room_slot, kek_slot))
    swapped = replace(room_slot, blob=kek_slot.blob)
    assert "seal-wrong-credential" == code(lambda: seal.open(swapped, ROOM, FILE))


def test_the_other_room_is_refused_for_every_kind() -> None:
    slots = [seal.create(ROOM, "room", KEY, credential) for credential in CREDENTIALS]
    codes = [
        code(partial(seal.open, made, OTHER_ROOM, credential))
        for made, credential in zip(slots, CREDENTIALS, strict=True)
    ]

    assert ["keyfile-other-room", "seal-wrong-credential", "seal-wrong-credential"] == codes


def test_what_cannot_be_sealed() -> None:
    with pytest.raises(ValueError, match="a key is named"):
        seal.create(ROOM, "other", KEY, FILE)
    with pytest.raises(ValueError, match="a room id is 16 bytes, a key 32"):
        seal.create(ROOM, "room", KEY[:31], FILE)
    with pytest.raises(ValueError, match="a room id is 16 bytes, a key 32"):
        seal.create(ROOM[:15], "room", KEY, CODE)


def test_every_slot_draws_anew() -> None:
    made = [seal.create(ROOM, "room", KEY, CODE) for _ in range(20)]

    assert 20 == len({s.id for s in made}) == len({s.blob[33:57] for s in made})
