"""What the crypto kernel promises, each as a function that fails when it is not kept.

`test_envelope.py` and its neighbours call them on the kernel as it is; `test_planted_faults.py`
plants a fault for each and sees that it is noticed.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from strongroom.crypto import envelope, fingerprint, keyring, ring, rowmac, seal, shamir, token
from strongroom.crypto.holder import Holder, To, tag_of
from strongroom.crypto.keyfile import KeyFile
from strongroom.crypto.passphrase import Cost, Passphrase
from strongroom.crypto.recovery import RecoveryCode
from strongroom.crypto.shamir import Shares, Sharing
from strongroom.errors import InvalidError, SealedError, StrongroomError

ROOM, OTHER_ROOM, SECRET, OTHER_SECRET = (bytes([n]) * 16 for n in (1, 2, 3, 4))
PLACE = envelope.Binding(ROOM, SECRET, "production", "customer-api/SECRET_KEY", 258)
KEK = envelope.Kek(bytes([5]) * 16, bytes([6]) * 32, "production")
OTHER_KEK = envelope.Kek(bytes([7]) * 16, bytes([8]) * 32, "production")
DEV_KEK = envelope.Kek(bytes([9]) * 16, bytes([10]) * 32, "development")
KEK_NAME = f"kek:production:{KEK.id.hex()}"
STRONG = fingerprint.Strength(128, fingerprint.Origin.GENERATED)
CHEAP = Cost(8, 1, 1)
Row = tuple[str, tuple[rowmac.Value, ...], dict[str, rowmac.Value], int]


def code(act: Callable[[], object]) -> str:
    """The code of the refusal; an act that is not refused breaks a promise."""
    try:
        act()
    except StrongroomError as error:
        return error.code
    raise AssertionError("it was not refused")


def room() -> keyring.RoomKeys:
    return keyring.RoomKeys(bytes([11]) * 32, ROOM)


def phrase(text: str = "plainly fake horse", salt: int = 12) -> Passphrase:
    return Passphrase._cheap(text, CHEAP, bytes([salt]) * 16)


def a_value_opens_only_in_its_room_secret_and_version() -> None:
    data_key = bytes([13]) * 32
    nonces = {"value_nonce": bytes(12), "wrap_nonce": bytes(24), "data_key_id": bytes(8)}
    sealed = envelope._seal_with(b"v", PLACE, KEK, data_key=data_key, **nonces)
    for there in (
        replace(PLACE, room_id=OTHER_ROOM),
        replace(PLACE, secret_id=OTHER_SECRET),
        replace(PLACE, version=257),
    ):
        # Someone who can wrap the same data key for the other place still cannot move the value.
        wrapped = envelope._wrap(data_key, bytes(8), there, KEK, bytes(24))
        moved = envelope.Sealed(sealed.blob, wrapped)
        assert "envelope-tampered" == code(partial(envelope.open, moved, there, KEK))


def a_data_key_unwraps_only_in_its_place() -> None:
    wrapped = envelope.seal(b"v", PLACE, KEK).wrapped
    for there in (
        replace(PLACE, room_id=OTHER_ROOM),
        replace(PLACE, secret_id=OTHER_SECRET),
        replace(PLACE, path="customer-api/OTHER"),
        replace(PLACE, version=257),
    ):
        assert "envelope-tampered" == code(partial(envelope._unwrap, wrapped, there, KEK))


def a_data_key_unwraps_only_in_its_environment() -> None:
    """Also under a key whose label was changed together with the row."""
    wrapped = envelope.seal(b"v", PLACE, KEK).wrapped
    there = replace(PLACE, environment="staging")
    relabelled = envelope.Kek(KEK.id, KEK.secret, "staging")
    assert "envelope-tampered" == code(lambda: envelope._unwrap(wrapped, there, relabelled))


def the_key_of_one_environment_plants_nothing_in_another() -> None:
    """Whoever holds development's key can seal for `production`, and must not be believed."""
    forged = envelope.Kek(DEV_KEK.id, DEV_KEK.secret, "production")
    planted = envelope.seal(b"planted", PLACE, forged)
    assert "envelope-wrong-key" == code(lambda: envelope.open(planted, PLACE, DEV_KEK))


def a_value_opens_with_its_own_data_key_only() -> None:
    one, two = envelope.seal(b"1", PLACE, KEK), envelope.seal(b"2", PLACE, KEK)
    mixed = envelope.Sealed(one.blob, two.wrapped)
    assert "envelope-wrong-key" == code(lambda: envelope.open(mixed, PLACE, KEK))


def every_seal_draws_anew() -> None:
    blobs = [envelope.seal(b"same", PLACE, KEK) for _ in range(8)]
    parts = [(s.blob[1:9], s.blob[9:21], s.blob[21:], s.wrapped[25:49]) for s in blobs]
    for column in zip(*parts, strict=True):
        assert len(set(column)) == len(blobs)


def a_row_is_bound_to_table_key_content_and_change() -> None:
    key = room().row_mac
    row: Row = ("secret", (SECRET,), {"a": 1, "b": "x"}, 7)
    mac = rowmac.row_mac(key, *row)
    rowmac.check_row(key, *row, mac)
    others: tuple[Row, ...] = (
        ("grant", (SECRET,), {"a": 1, "b": "x"}, 7),
        ("secret", (OTHER_SECRET,), {"a": 1, "b": "x"}, 7),
        ("secret", (SECRET,), {"a": 2, "b": "x"}, 7),
        ("secret", (SECRET,), {"a": 1, "c": "x"}, 7),
        ("secret", (SECRET,), {"a": "1", "b": "x"}, 7),
        ("secret", (SECRET,), {"a": 1, "b": b"x"}, 7),
        ("secret", (SECRET,), {"a": 1, "b": "x"}, 8),
    )
    for other in others:
        assert "row-tampered" == code(partial(rowmac.check_row, key, *other, mac))


def a_row_without_a_mac_is_refused() -> None:
    key = room().row_mac
    assert "row-tampered" == code(lambda: rowmac.check_row(key, "t", (1,), {}, 1, None))
    assert "row-tampered" == code(lambda: rowmac.check_row(key, "t", (1,), {}, 1, b""))


def values_do_not_slide_between_columns() -> None:
    key = room().row_mac
    one = rowmac.row_mac(key, "t", (), {"a": "xy", "b": "z"}, 1)
    assert one != rowmac.row_mac(key, "t", (), {"a": "x", "b": "yz"}, 1)


def a_forged_token_is_refused_without_a_query() -> None:
    text = token.mint(room(), "app").token.reveal().decode()
    body = text[:20] + ("1" if text[20] != "1" else "2") + text[21:]
    assert "token-forged" == code(lambda: token.parse(room(), body))


def tokens_are_stored_under_a_key() -> None:
    """Who reads the table can check no guess, and another room's table says nothing."""
    minted = token._mint_with(room(), "app", bytes(32))
    elsewhere = keyring.RoomKeys(bytes([11]) * 32, OTHER_ROOM)
    text = minted.token.reveal()
    assert minted.lookup == token._lookup(room(), text)
    assert minted.lookup != token._lookup(elsewhere, text)
    assert minted.lookup[:8].hex() not in text.decode()


def every_use_has_its_own_key() -> None:
    one, two = room(), keyring.RoomKeys(bytes([11]) * 32, OTHER_ROOM)
    names = [name for name in keyring.RoomKeys.__slots__ if name not in {"room_id", "_room_key"}]
    keys = [getattr(keys, name) for keys in (one, two) for name in names]
    keys += [one.fingerprint_export("a"), one.fingerprint_export("b"), bytes([11]) * 32]
    assert len(set(keys)) == len(keys) == 2 * 8 + 3


def weak_values_get_no_fingerprint() -> None:
    weak = fingerprint.Strength(79, fingerprint.Origin.GENERATED)
    given = fingerprint.Strength(256, fingerprint.Origin.GIVEN)
    short = fingerprint.Strength(127, fingerprint.Origin.GENERATED)
    assert "fingerprint-weak" == code(lambda: fingerprint.match(room(), b"v", weak))
    assert "fingerprint-weak" == code(lambda: fingerprint.display(room(), b"v", weak))
    for strength in (given, short):
        assert "fingerprint-weak" == code(partial(fingerprint.export, KEK.id, b"v", strength))


def what_is_shown_cannot_be_looked_up() -> None:
    shown = fingerprint.display(room(), b"v", STRONG)
    assert not fingerprint.match(room(), b"v", STRONG).hex().startswith(shown[3:])


def a_slot_opens_only_its_own_key_in_its_own_room() -> None:
    slot = seal.create(ROOM, "room", bytes([14]) * 32, RecoveryCode(bytes(32)))
    opener = RecoveryCode(bytes(32))
    assert bytes([14]) * 32 == seal.open(slot, ROOM, opener)
    assert "seal-wrong-credential" == code(lambda: seal.open(slot, OTHER_ROOM, opener))
    for moved in (replace(slot, id=SECRET), replace(slot, key_name=f"log:{SECRET.hex()}")):
        assert "seal-wrong-credential" == code(partial(seal.open, moved, ROOM, opener))
    changed = replace(slot, params=b"x")
    assert "slot-tampered" == code(lambda: seal.open(changed, ROOM, opener))


def the_commitment_is_checked_before_the_cipher() -> None:
    """A wrong passphrase is refused by its commitment and never tried on the blob."""
    slot = seal.create(ROOM, "room", bytes([14]) * 32, phrase())
    assert "seal-wrong-credential" == code(lambda: seal.open(slot, ROOM, phrase("other")))


def no_slot_stops_the_machine() -> None:
    """Memory, passes and lanes out of a table are bounded before they are used."""
    good = phrase().params()
    for bad in (
        good[:5] + b"\x11" + good[6:],  # first, since it is cheap where it is not refused
        good[:1] + (1024 * 1024 + 1).to_bytes(4, "big") + good[5:],
        good[:1] + bytes(4) + good[5:],
        good[:5] + b"\x00" + good[6:],
        good[:6] + b"\x11" + good[7:],
        good[:6] + b"\x00" + good[7:],
        b"\x02" + good[1:],
        good[:-1],
        b"",
    ):
        assert "slot-cost-refused" == code(partial(phrase().root, ROOM, bad))


def a_key_file_of_another_room_is_named() -> None:
    slot = seal.create(ROOM, "room", bytes(32), KeyFile(ROOM, bytes(8), bytes(32)))
    stranger = KeyFile(OTHER_ROOM, bytes(8), bytes(32))
    assert "keyfile-other-room" == code(lambda: seal.open(slot, ROOM, stranger))


def a_damaged_key_file_is_named() -> None:
    data = KeyFile(ROOM, bytes(8), bytes(32)).encode()
    damaged = data[:80] + (b"1" if data[80:81] != b"1" else b"2") + data[81:]
    assert "keyfile-damaged" == code(lambda: KeyFile.decode(damaged))


def a_false_share_is_named() -> None:
    """Whoever hands in a share of his own making is found before anything is combined."""
    rows = [bytes([n]) * 32 for n in range(40, 43)]
    made = Sharing._with(ROOM, rows, 5, 1)
    lie = Sharing._with(ROOM, [*rows[:2], bytes(32)], 5, 1).shares[1]
    slot = seal.create(ROOM, "room", bytes(32), made)
    given = Shares([made.shares[0], lie, made.shares[2]])
    with pytest.raises(SealedError, match="share 2 is not the one") as refused:
        seal.open(slot, ROOM, given)
    assert "share-wrong" == refused.value.code


def fewer_shares_say_nothing() -> None:
    """With k - 1 shares, each value of the secret is left by exactly one k-th share."""
    rows = [bytes([n]) for n in (77, 5, 200)]
    (one, two, _) = shamir.points(rows, 3)
    left = {shamir.combine([one, two, (3, bytes([third]))]) for third in range(256)}
    assert 256 == len(left)
    # And one share of a given secret may be anything.
    assert 256 == len({shamir.points([b"M", bytes([drawn])], 1)[0] for drawn in range(256)})


def a_mistyped_group_is_named() -> None:
    printed = RecoveryCode(bytes(range(32))).reveal()
    typed = printed[:19] + ("7" if printed[19] != "7" else "8") + printed[20:]
    with pytest.raises(InvalidError, match="group 3 of 8") as refused:
        RecoveryCode.parse(typed)
    assert "recovery-group" == refused.value.code


def holders() -> tuple[dict[str, bytes], Holder, list[seal.Slot]]:
    """A credential that opens the room and a key of production, and its slots."""
    keys = ring.with_anchors({"room": bytes([15]) * 32, KEK_NAME: KEK.secret})
    holder = Holder(bytes([16]) * 16, bytes([17]) * 32)
    return keys, holder, ring.enrol(ROOM, keys, RecoveryCode(bytes(32)), holder)


def only_who_has_a_key_enrols_a_holder_for_it() -> None:
    """Who writes the table, room key and anchor in hand, gets no key that he has not."""
    keys, _, slots = holders()
    thief = Holder.new()
    for guess in (bytes(32), DEV_KEK.secret):
        tag = tag_of(ROOM, KEK_NAME, guess, keys["anchor:kek:production"], thief.id, thief.public)
        forged = seal.create(ROOM, KEK_NAME, guess, To(thief.id, thief.public, tag))
        opened = ring.open_ring([*slots, forged], ROOM, RecoveryCode(bytes(32)))
        newer = f"kek:production:{SECRET.hex()}"
        assert "slot-forged" == code(
            partial(ring.hand_over, [*slots, forged], opened, KEK_NAME, newer, bytes([18]) * 32)
        )


def nobody_plants_a_key_for_a_holder() -> None:
    """Values written under a key that its planter knows would be his to read."""
    keys, holder, slots = holders()
    planted_name, planted = f"kek:production:{SECRET.hex()}", bytes([19]) * 32
    for anchor in (bytes(32), keys["anchor:room"]):
        tag = tag_of(ROOM, planted_name, planted, anchor, holder.id, holder.public)
        slot = seal.create(ROOM, planted_name, planted, To(holder.id, holder.public, tag))
        opened = ring.open_ring([*slots, slot], ROOM, RecoveryCode(bytes(32)))
        assert planted_name not in opened.keys
        assert (slot,) == opened.refused


def an_anchor_comes_from_whoever_had_the_credential() -> None:
    """The public half is enough to be given a key, and not to be given an anchor."""
    _, holder, slots = holders()
    name, fake = "anchor:kek:production", bytes([20]) * 32
    rest = [slot for slot in slots if slot.key_name != name]
    stranger = Holder(holder.id, bytes([21]) * 32)
    for maker in (stranger.own, To(holder.id, holder.public, bytes(32))):
        planted = seal.create(ROOM, name, fake, maker)
        opened = ring.open_ring([*rest, planted], ROOM, RecoveryCode(bytes(32)))
        assert name not in opened.keys
        assert planted in opened.refused


ALL: tuple[Callable[[], None], ...] = (
    a_value_opens_only_in_its_room_secret_and_version,
    a_data_key_unwraps_only_in_its_place,
    a_data_key_unwraps_only_in_its_environment,
    the_key_of_one_environment_plants_nothing_in_another,
    a_value_opens_with_its_own_data_key_only,
    every_seal_draws_anew,
    a_row_is_bound_to_table_key_content_and_change,
    a_row_without_a_mac_is_refused,
    values_do_not_slide_between_columns,
    a_forged_token_is_refused_without_a_query,
    tokens_are_stored_under_a_key,
    every_use_has_its_own_key,
    weak_values_get_no_fingerprint,
    what_is_shown_cannot_be_looked_up,
    a_slot_opens_only_its_own_key_in_its_own_room,
    the_commitment_is_checked_before_the_cipher,
    no_slot_stops_the_machine,
    only_who_has_a_key_enrols_a_holder_for_it,
    nobody_plants_a_key_for_a_holder,
    an_anchor_comes_from_whoever_had_the_credential,
    a_key_file_of_another_room_is_named,
    a_damaged_key_file_is_named,
    a_false_share_is_named,
    fewer_shares_say_nothing,
    a_mistyped_group_is_named,
)
