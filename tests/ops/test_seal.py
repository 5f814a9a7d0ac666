"""Seals as operations: what a node of development can write and cannot gain."""

from dataclasses import replace

import pytest
from tests.conftest import Place
from tests.ops.seals import node_of, opened_by

from strongroom.crypto import keyring
from strongroom.crypto import seal as slots
from strongroom.crypto.holder import Enrolment, Holder, To, tag_of
from strongroom.crypto.recovery import RecoveryCode
from strongroom.crypto.slot import Kind
from strongroom.errors import ConflictError, InvalidError, SealedError, StrongroomError
from strongroom.gate.changes.house import AddKek, ChangeSlots, SetSlot
from strongroom.gate.views import ListSlots
from strongroom.model.address import Address
from strongroom.ops import fsck, key, seal, secret
from strongroom.ops.local import Local, done
from strongroom.secret.value import Value

PROD = Address.parse("production/k")
DEV = Address.parse("development/k")


def _code(attempt: object) -> str:
    with pytest.raises(StrongroomError) as error:
        attempt()  # type: ignore[operator]
    return error.value.code


def _keep(local: Local) -> None:
    secret.generate_into(
        local, secret.WriteRequest(PROD, Value.single(""), "jwt-secret-key", "Ada"), bits=256
    )


def _name(local: Local, environment: str) -> str:
    (name,) = [n for n in local.ring.keys if n.startswith(f"kek:{environment}:")]
    return name


def _thief(local: Local, name: str, guess: bytes) -> list[SetSlot]:
    """A holder of his own for a key that he has not, with all that a node of development has."""
    holder, room_id = Holder.new(), local.keys.room_id
    tag = tag_of(room_id, name, guess, guess, holder.id, holder.public)
    made = [
        slots.create(room_id, f"holder:{holder.id.hex()}", holder.secret, RecoveryCode.new()),
        slots.create(room_id, name, guess, To(holder.id, holder.public, tag)),
    ]
    return [SetSlot.of(one) for one in made]


def test_who_has_not_the_key_enrols_nobody_for_the_next_one(place: Place, room: Local) -> None:
    """A development node can write rows whose MAC is right; the rotation names what it forged."""
    _keep(room)
    production = _name(room, "production")
    with opened_by(place, node_of(place, room, "development")) as node:
        changes = _thief(node, production, node.ring.key(_name(node, "development")))
        for change in changes:
            done(node.gate.change(node.caller, change))
        assert "key-sealed" == _code(lambda: key.rotate(node, "production"))
    before = key.list_keys(room)

    with pytest.raises(StrongroomError) as error:
        key.rotate(room, "production")
    assert "slot-forged" == error.value.code
    forged = changes[1].slot_id.hex()
    assert forged in error.value.message
    assert before == key.list_keys(room)
    (bad,) = [one for one in seal.list_seals(room) if one.forged]
    assert (forged,) == bad.forged
    assert "slot-forged" == _code(lambda: seal.replace(room, bad, RecoveryCode.new()))
    seal.remove(room, bad)
    handed = key.rotate(room, "production").handed_to
    assert {"keyfile", "recovery"} == {one.kind for one in handed}
    assert bad.id not in {one.id for one in handed}
    assert fsck.check(room).ok


def test_who_has_not_the_anchor_plants_no_key(place: Place, room: Local) -> None:
    """Values that are written under a key which its planter knows would be his to read."""
    holders = {
        (e := Enrolment.read(one.params)).id: e.public
        for found in seal.list_seals(room)
        for one in found.slots
        if one.kind == Kind.HOLDER
    }
    planted = keyring.new_kek("production")
    name = f"kek:production:{planted.id.hex()}"
    with opened_by(place, node_of(place, room, "development")) as node:
        ring, room_id = node.ring, node.keys.room_id
        anchor = ring.key("anchor:kek:development")
        made = [
            slots.create(
                room_id, name, planted.secret,
                To(id_, public, tag_of(room_id, name, planted.secret, anchor, id_, public)),
            )
            for id_, public in holders.items()
        ]  # fmt: skip
        done(
            node.gate.change(
                node.caller, AddKek(planted.id, "production", tuple(map(SetSlot.of, made)))
            )
        )

    # Neither the process that was open nor one that opens now wraps anything by it.
    assert _code(lambda: _keep(room)) == "environment-sealed"
    with place.opened() as again:
        assert name not in again.ring.keys
        assert again.ring.refused
        assert _code(lambda: _keep(again)) == "environment-sealed"
        again_listed = [one for one in seal.list_seals(again) if not one.checked]
        assert again_listed


def test_a_row_that_is_no_slot_is_named_and_can_be_taken_away(place: Place, room: Local) -> None:
    """It stops a rotation, and nobody from opening the room."""
    row = SetSlot(keyring.new_id(), "shamir", "room", b"nothing")
    cut = SetSlot.of(slots.create(room.keys.room_id, "room", bytes(32), RecoveryCode.new()))
    shamir = replace(cut, kind="shamir", slot=cut.slot[:1] + b"\x03" + cut.slot[2:])
    for change in (row, shamir):
        done(room.gate.change(room.caller, change))
    assert "slot-malformed" == _code(lambda: seal.sharing_of(seal.find(room, "shamir")))
    with pytest.raises(StrongroomError) as error:
        key.rotate(room, "production")
    assert row.slot_id.hex() in error.value.message
    with place.opened() as again:
        (bad,) = [one for one in seal.list_seals(again) if one.kind == seal.MALFORMED]
        seal.remove(again, bad)
        assert not key.rotate(again, "production").resumed


def test_a_seal_gives_no_more_than_its_maker_has(place: Place, room: Local) -> None:
    with opened_by(place, node_of(place, room, "development")) as node:
        for scope in (
            seal.Scope(),
            seal.Scope(("production",)),
            seal.Scope(("development",), True),
        ):
            with pytest.raises(SealedError) as error:
                seal.add(node, RecoveryCode.new(), scope)
            assert "key-sealed" == error.value.code
        made = seal.add(node, RecoveryCode.new(), seal.Scope(("development",)))
    assert ("development", "room") == made.opens


def test_what_was_decided_on_slots_that_changed_is_not_done(room: Local) -> None:
    rows = seal.active(room)
    seal.add(room, RecoveryCode.new(), seal.Scope())
    late = ChangeSlots((SetSlot.gone(rows[0]),), frozenset(row.id for row in rows))

    with pytest.raises(ConflictError) as error:
        done(room.gate.change(room.caller, late))
    assert "seals-changed" == error.value.code


def test_a_removed_seal_keeps_nothing_of_what_it_opened(room: Local) -> None:
    made = seal.add(room, RecoveryCode.new(), seal.Scope())
    seal.remove(room, seal.find(room, made.id))

    rows = done(room.gate.look(room.caller, ListSlots()))
    assert isinstance(rows, list)
    gone = [row for row in rows if row.state == "removed"]
    assert gone
    assert all(row.slot == b"" for row in gone)
    assert made.id not in {one.id for one in seal.list_seals(room)}


def test_the_log_key_of_an_earlier_instance_keeps_no_seal_in_place(room: Local) -> None:
    """After a restore nobody who comes later is given it, and it signs nothing any more."""
    (code,) = [one for one in seal.list_seals(room) if one.kind == "recovery"]
    holder_id = bytes.fromhex(code.id)
    public = next(Enrolment.read(s.params).public for s in code.slots if s.kind == Kind.HOLDER)
    name, key_ = f"log:{bytes(16).hex()}", bytes(range(32))
    tag = tag_of(room.keys.room_id, name, key_, room.ring.key("anchor:log"), holder_id, public)
    old = slots.create(room.keys.room_id, name, key_, To(holder_id, public, tag))
    done(room.gate.change(room.caller, SetSlot.of(old)))

    seal.remove(room, seal.find(room, "recovery"))
    assert code.id not in {one.id for one in seal.list_seals(room)}


def test_a_room_takes_so_many_passphrases_and_no_more(
    room: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "PASSPHRASES_MAX", 1)
    text = "plaza viking mossy unfold drench"
    seal.add(room, seal.new_passphrase(text), seal.Scope())

    assert "passphrases-many" == _code(
        lambda: seal.add(room, seal.new_passphrase(text), seal.Scope())
    )


@pytest.mark.parametrize("text", ["short but 4-odd", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa", "", "a\ud800"])
def test_a_passphrase_is_strong_or_refused(text: str) -> None:
    with pytest.raises(InvalidError) as error:
        seal.new_passphrase(text)
    assert error.value.code in {"passphrase-weak", "passphrase-unusable"}
    assert not text or text not in str(error.value)


def test_two_seals_of_one_start_are_told_apart(
    room: Local, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seal, "ID_CHARS_MIN", 0)

    assert "seal-ambiguous" == _code(lambda: seal.find(room, ""))
