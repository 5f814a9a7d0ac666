"""Tests for strongroom.crypto.passphrase."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from tests.crypto.promises import CHEAP, ROOM, code, phrase

from strongroom.crypto import passphrase
from strongroom.crypto.passphrase import DEFAULT, MINIMUM, Cost, Passphrase
from strongroom.errors import InvalidError

CANARY = "canary-not-a-real-passphrase"


def test_the_function_is_argon2id_as_published() -> None:
    """From the tests of the reference implementation: 256 KiB, two passes, one lane."""
    stretch = Argon2id(salt=b"somesalt", length=32, iterations=2, lanes=1, memory_cost=256)
    expected = "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"

    assert expected == stretch.derive(b"password").hex()


def test_the_cost_of_a_slot_is_the_cost_of_a_guess() -> None:
    """No two of the three numbers are exchanged on the way."""
    salt = bytes(range(16))
    opener = Passphrase._cheap("password", Cost(256, 2, 3), salt)
    stretch = Argon2id(salt=salt, length=32, iterations=2, lanes=3, memory_cost=256)

    assert stretch.derive(b"password") == opener.root(ROOM, opener.params())


def test_params_are_written_as_the_page_says() -> None:
    made = Passphrase._cheap("x", Cost(258, 3, 2), bytes(range(16)))

    assert "01000001020302" + bytes(range(16)).hex() == made.params().hex()


def test_each_object_draws_a_salt() -> None:
    salts = {Passphrase(CANARY).params()[7:] for _ in range(20)}

    assert 20 == len(salts)
    assert {16} == {len(salt) for salt in salts}
    assert DEFAULT.memory_kib == int.from_bytes(Passphrase(CANARY).params()[1:5], "big")


def test_slots_that_share_a_salt_are_stretched_once(monkeypatch: pytest.MonkeyPatch) -> None:
    count = 0

    def counted(**given: Any) -> object:
        nonlocal count
        count += 1
        return Argon2id(**given)

    monkeypatch.setattr(passphrase, "Argon2id", counted)
    opener, first, second = phrase(), phrase(salt=1).params(), phrase(salt=2).params()
    roots = [opener.root(ROOM, params) for params in (first, first, second, second, first)]

    assert 3 == count  # one is remembered, so that memory does not grow with the slots
    assert roots[0] == roots[1] == roots[4] != roots[2]


def test_composed_and_decomposed_accents_are_one_passphrase() -> None:
    params = phrase().params()

    assert phrase("f\u00e4ke").root(ROOM, params) == phrase("fa\u0308ke").root(ROOM, params)
    assert phrase("fake").root(ROOM, params) != phrase("f\u00e4ke").root(ROOM, params)


@pytest.mark.parametrize("text", ["", "x" * 1025, "ü" * 513, CANARY + "\ud800", "x\udfff"])
def test_what_cannot_be_a_passphrase(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        Passphrase(text)
    assert "passphrase-unusable" == refused.value.code
    assert refused.value.__context__ is None  # a codec's error would hold the text
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    "cost",
    [
        Cost(MINIMUM.memory_kib - 1, 2, 1),
        Cost(MINIMUM.memory_kib, 1, 1),
        CHEAP,
        Cost(1024 * 1024 + 1, 2, 1),
        Cost(MINIMUM.memory_kib, 17, 1),
        Cost(MINIMUM.memory_kib, 2, 17),
    ],
)
def test_a_new_slot_has_a_cost_within_bounds(cost: Cost) -> None:
    with pytest.raises(ValueError, match="cost"):
        Passphrase(CANARY, cost)


def test_the_bounds_are_inclusive() -> None:
    assert Cost(1024 * 1024, 16, 16).bearable
    assert Cost(128, 1, 16).bearable
    assert not Cost(127, 1, 16).bearable
    assert (Cost(19_456, 2, 1), Cost(65_536, 3, 4)) == (MINIMUM, DEFAULT)
    assert MINIMUM.sufficient
    assert MINIMUM.bearable
    assert DEFAULT.sufficient


def test_the_longest_passphrase_is_usable() -> None:
    assert phrase("x" * 1024).params() == phrase("\ue000\ud7ff").params()


def test_all_four_bytes_of_memory_count() -> None:
    """16 GiB and 8 KiB, of which the last three bytes alone would be bearable."""
    params = phrase().params()

    refused = code(lambda: phrase().root(ROOM, params[:1] + b"\x01" + params[2:]))
    assert "slot-cost-refused" == refused


def test_it_hides_itself() -> None:
    assert "<Passphrase hidden>" == repr(Passphrase(CANARY)) == f"{Passphrase(CANARY)}"
