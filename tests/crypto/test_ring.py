"""Tests for strongroom.crypto.ring."""

from dataclasses import replace
from functools import partial

import pytest
from tests.crypto.promises import CHEAP, KEK, KEK_NAME, ROOM, SECRET, code, phrase

from strongroom.crypto import ring, seal
from strongroom.crypto.holder import Enrolment, Holder
from strongroom.crypto.keyfile import KeyFile
from strongroom.crypto.passphrase import Passphrase
from strongroom.crypto.recovery import RecoveryCode
from strongroom.crypto.ring import Ring
from strongroom.crypto.seal import Credential, Kind
from strongroom.crypto.slot import Slot
from strongroom.errors import TamperedError

NEWER = f"kek:production:{SECRET.hex()}"
LOG = f"log:{SECRET.hex()}"
NEW_KEY = bytes([30]) * 32
KEYS = ring.with_anchors({"room": bytes([15]) * 32, KEK_NAME: KEK.secret, LOG: bytes([16]) * 32})
DEV = {name: KEYS[name] for name in ("room", "anchor:room")}
FILE = KeyFile(ROOM, bytes(8), bytes(32))
CODE = RecoveryCode(bytes(range(32)))


def _enrol(credential: Credential, keys: dict[str, bytes] = KEYS) -> list[Slot]:
    return ring.enrol(ROOM, keys, credential, Holder.new())


def _open(slots: list[Slot], credential: Credential) -> Ring:
    return ring.open_ring(slots, ROOM, credential)


@pytest.mark.parametrize("credential", [FILE, CODE, phrase()], ids=lambda c: c.kind.name)
def test_a_credential_opens_what_it_was_enrolled_for(credential: Credential) -> None:
    slots = _enrol(credential) + _enrol(RecoveryCode.new(), DEV)

    assert KEYS == _open(slots, credential).keys
    assert 1 + len(KEYS) == len(_enrol(credential))


def test_a_subset_of_keys_is_all_that_a_holder_gets() -> None:
    slots = _enrol(CODE) + _enrol(FILE, DEV)

    assert DEV == _open(slots, FILE).keys
    assert "key-sealed" == code(lambda: _open(slots, FILE).key(KEK_NAME))


def test_a_new_key_goes_to_the_holders_of_the_old_one_and_to_nobody_else() -> None:
    slots = _enrol(CODE) + _enrol(phrase()) + _enrol(FILE, DEV)
    made = ring.hand_over(slots, _open(slots, CODE), KEK_NAME, NEWER, NEW_KEY)

    for credential in (CODE, phrase()):
        assert NEW_KEY == _open(slots + made, credential).key(NEWER)
    assert DEV == _open(slots + made, FILE).keys
    assert {NEWER} == {slot.key_name for slot in made}
    # And so on, also when the old key is gone.
    rest = [slot for slot in slots if slot.key_name != KEK_NAME] + made
    again = ring.hand_over(rest, _open(rest, phrase()), NEWER, KEK_NAME, bytes(32))
    assert bytes(32) == _open(rest + again, CODE).key(KEK_NAME)


def test_whoever_was_removed_is_not_handed_the_next_key() -> None:
    kept, gone = _enrol(CODE), _enrol(phrase())
    made = ring.hand_over(kept, _open(kept, CODE), KEK_NAME, NEWER, NEW_KEY)

    assert NEWER not in _open(kept + gone + made, phrase()).keys


def test_a_log_key_is_handed_on_like_any_other() -> None:
    slots = _enrol(CODE) + _enrol(FILE)
    newer = f"log:{bytes(16).hex()}"
    made = ring.hand_over(slots, _open(slots, FILE), LOG, newer, NEW_KEY)

    assert NEW_KEY == _open(slots + made, CODE).key(newer)
    with pytest.raises(ValueError, match="same line"):
        ring.hand_over(slots, _open(slots, FILE), LOG, NEWER, NEW_KEY)


def test_forged_enrolments_are_named_and_nothing_is_handed_over() -> None:
    slots = _enrol(CODE)
    (held,) = [slot for slot in slots if slot.key_name == KEK_NAME]
    found = Enrolment.read(held.params)
    thief = Holder.new()
    renamed = b"".join(found._replace(id=thief.id, public=thief.public))
    bad = [replace(held, id=bytes([n]) * 16, params=p) for n, p in enumerate((renamed, b"short"))]
    opened = _open(slots, CODE)

    with pytest.raises(TamperedError) as error:
        ring.hand_over(slots + bad, opened, KEK_NAME, NEWER, NEW_KEY)
    assert "slot-forged" == error.value.code
    assert all(slot.id.hex() in error.value.message for slot in bad)
    listed = ring.enrolments(slots + bad, opened, KEK_NAME)
    assert [found, None, None] == [one for _, one in listed]


def test_a_slot_of_before_holders_opens_and_is_not_passed_over() -> None:
    slots = [seal.create(ROOM, name, key, FILE) for name, key in KEYS.items() if ":" in name]
    slots += [seal.create(ROOM, "room", KEYS["room"], FILE)]
    opened = _open(slots, FILE)

    assert KEYS == opened.keys
    assert opened.holder is None
    assert "seal-without-holder" == code(
        partial(ring.hand_over, slots, opened, KEK_NAME, NEWER, NEW_KEY)
    )


def test_one_of_two_passphrases_is_enough() -> None:
    one, two = (Passphrase._cheap(text, CHEAP, bytes([n]) * 16) for n, text in enumerate("ab"))
    slots = _enrol(one) + _enrol(two)

    for text in "ab":
        assert KEYS == _open(slots, Passphrase._cheap(text, CHEAP, bytes(16))).keys
    wrong = Passphrase._cheap("c", CHEAP, bytes(16))
    assert "seal-wrong-credential" == code(lambda: _open(slots, wrong))


def test_no_number_of_planted_passphrases_stops_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stretched: list[bytes] = []
    real = Passphrase.root

    def root(self: Passphrase, room_id: bytes, params: bytes) -> bytes:
        stretched.append(params)
        return real(self, room_id, params)

    slots = [s for n in range(20) for s in _enrol(phrase("planted", 100 + n), DEV)]
    monkeypatch.setattr(Passphrase, "root", root)

    assert "seal-wrong-credential" == code(lambda: _open(slots, phrase("mine")))
    assert ring.PASSPHRASES_MAX == len(set(stretched))


def test_a_slot_that_was_changed_keeps_nobody_from_the_others() -> None:
    slots = _enrol(CODE)
    at = next(n for n, slot in enumerate(slots) if slot.key_name == KEK_NAME)
    changed = replace(slots[at], blob=slots[at].blob[:-1] + bytes([slots[at].blob[-1] ^ 1]))
    opened = _open([*slots[:at], changed, *slots[at + 1 :]], CODE)

    assert KEYS.keys() - {KEK_NAME} == opened.keys.keys()
    assert (changed,) == opened.refused


def test_a_head_that_was_changed_says_so() -> None:
    slots = _enrol(CODE)
    head = slots[0]
    assert Kind.RECOVERY == head.kind
    changed = replace(head, blob=head.blob[:-1] + bytes([head.blob[-1] ^ 1]))

    assert "slot-tampered" == code(lambda: _open([changed, *slots[1:]], CODE))


def test_what_opens_nothing_is_told_why() -> None:
    slots = _enrol(FILE)

    assert "slot-missing" == code(lambda: _open(slots, CODE))
    assert "keyfile-other" == code(lambda: _open(slots, KeyFile(ROOM, bytes([9]) * 8, bytes(32))))
    assert "slot-missing" == code(lambda: _open(slots[:1], FILE))


def test_anchors_that_are_there_are_not_made_anew() -> None:
    """A credential of before holders must not split the room into two lines."""
    direct = [seal.create(ROOM, n, k, FILE) for n, k in KEYS.items() if not n.startswith("anchor")]
    newer = _enrol(CODE)

    made = ring.enrollable(direct, _open(direct, FILE))
    assert KEYS.keys() == made.keys()
    both = direct + newer
    assert "key-sealed" == code(lambda: ring.enrollable(both, _open(both, FILE)))
    assert KEYS == ring.enrollable(both, _open(both, CODE))


def test_a_ring_shows_names_and_no_key() -> None:
    shown = repr(_open(_enrol(CODE), CODE))

    assert KEK_NAME in shown
    assert not any(key.hex() in shown for key in KEYS.values())
