"""Tests for strongroom.crypto.holder."""

from dataclasses import replace

import pytest
from tests.crypto.promises import OTHER_ROOM, ROOM, code

from strongroom.crypto import seal
from strongroom.crypto.holder import PARAMS_BYTES, Enrolment, Holder, To, is_enrolled, tag_of

KEY, ANCHOR = bytes(range(32)), bytes(range(32, 64))
ANN, BOB = (Holder(bytes([n]) * 16, bytes([n]) * 32) for n in (1, 2))


def _to(holder: Holder, name: str = "room", key: bytes = KEY) -> To:
    return To(holder.id, holder.public, tag_of(ROOM, name, key, ANCHOR, holder.id, holder.public))


def test_the_public_half_makes_what_the_private_half_opens() -> None:
    made = seal.create(ROOM, "room", KEY, _to(ANN))

    assert KEY == seal.open(made, ROOM, ANN)
    assert PARAMS_BYTES == len(made.params) == 112
    assert Enrolment.read(made.params)[::2] == (ANN.id, ANN.public)


def test_nobody_else_opens_it() -> None:
    made = seal.create(ROOM, "room", KEY, _to(ANN))
    twin = Holder(ANN.id, BOB.secret)

    assert "holder-other" == code(lambda: seal.open(made, ROOM, BOB))
    assert "holder-other" == code(lambda: seal.open(made, ROOM, twin))
    assert "seal-wrong-credential" == code(lambda: seal.open(made, OTHER_ROOM, ANN))
    assert "slot-kind-other" == code(lambda: seal.open(made, ROOM, ANN.own))


def test_each_slot_has_an_ephemeral_pair_of_its_own() -> None:
    made = [seal.create(ROOM, "room", KEY, _to(ANN)) for _ in range(9)]

    assert 9 == len({Enrolment.read(slot.params).ephemeral for slot in made})


def test_an_own_slot_is_opened_by_its_holder_alone() -> None:
    made = seal.create(ROOM, "anchor:room", ANCHOR, ANN.own)

    assert ANCHOR == seal.open(made, ROOM, ANN.own)
    assert "holder-other" == code(lambda: seal.open(made, ROOM, BOB.own))
    twin = Holder(ANN.id, BOB.secret).own
    assert "seal-wrong-credential" == code(lambda: seal.open(made, ROOM, twin))
    assert "slot-kind-other" == code(lambda: seal.open(made, ROOM, ANN))


def test_a_tag_is_bound_to_room_name_key_anchor_and_holder() -> None:
    good = (ROOM, "room", KEY, ANCHOR, ANN.id, ANN.public)
    others = (OTHER_ROOM, "anchor:room", ANCHOR, KEY, BOB.id, BOB.public)
    tags = {tag_of(*good)} | {
        tag_of(*(*good[:n], others[n], *good[n + 1 :]))  # type: ignore[arg-type]
        for n in range(len(good))
    }

    assert 1 + len(good) == len(tags)
    found = Enrolment(ANN.id, bytes(32), ANN.public, tag_of(*good))
    assert is_enrolled(*good[:4], found)
    assert not is_enrolled(*good[:4], found._replace(tag=bytes(32)))


@pytest.mark.parametrize("size", [0, 16, 111, 113])
def test_params_of_another_length_are_refused(size: int) -> None:
    made = replace(seal.create(ROOM, "room", KEY, _to(ANN)), params=bytes(size))

    assert "slot-malformed" == code(lambda: seal.open(made, ROOM, ANN))


def test_a_point_of_low_order_is_refused_by_both_ends() -> None:
    """Its shared secret is zero whatever the private half: anybody could open the slot."""
    low = bytes(32)

    assert "slot-point-refused" == code(
        lambda: seal.create(ROOM, "room", KEY, To(ANN.id, low, bytes(32)))
    )
    params = b"".join(Enrolment(ANN.id, low, ANN.public, bytes(32)))
    assert "slot-point-refused" == code(lambda: ANN.root(ROOM, params))


def test_no_half_is_shown() -> None:
    shown = f"{ANN} {ANN!r} {ANN.own!r} {_to(ANN)!r}"

    assert ANN.secret.hex() not in shown
    assert repr(ANN.secret)[2:-1] not in shown


def test_sizes_are_checked() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        Holder(bytes(15), bytes(32))
    with pytest.raises(ValueError, match="32 bytes"):
        Holder(bytes(16), bytes(31))
