"""Tests for strongroom.crypto.envelope."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.crypto import reference
from tests.crypto.promises import KEK, OTHER_KEK, PLACE, ROOM, SECRET, code

from strongroom.crypto import envelope
from strongroom.crypto.envelope import Binding, Kek, Sealed
from strongroom.errors import IntegrityError, LimitError, TamperedError

CANARY = b"canary-not-a-real-secret"
IDS = st.binary(min_size=16, max_size=16)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=6)
PLACES = st.builds(Binding, IDS, IDS, NAMES, NAMES, st.integers(1, envelope.VERSION_MAX))
# Few values, so that two places often differ in one part only.
NEAR = st.builds(
    Binding,
    st.sampled_from([ROOM, SECRET]),
    st.sampled_from([ROOM, SECRET]),
    st.sampled_from(["a", "ab", "b"]),
    st.sampled_from(["a", "b/c", "bb/c", "b"]),
    st.sampled_from([1, 2, 256]),
)
HEADER = bytes(range(25))


def kek_for(place: Binding) -> Kek:
    return Kek(KEK.id, KEK.secret, place.environment)


@given(st.binary(max_size=300), PLACES)
def test_what_is_sealed_opens_in_its_place(plaintext: bytes, place: Binding) -> None:
    kek = kek_for(place)
    sealed = envelope.seal(plaintext, place, kek)

    assert plaintext == envelope.open(sealed, place, kek)
    assert len(plaintext) + envelope.BLOB_OVERHEAD_BYTES == len(sealed.blob)
    assert envelope.WRAPPED_BYTES == len(sealed.wrapped) == 97
    assert kek.id == envelope.kek_id(sealed.wrapped)


@settings(max_examples=300)
@given(st.data())
def test_any_flipped_bit_is_refused(data: st.DataObject) -> None:
    sealed = envelope.seal(CANARY, PLACE, KEK)
    part = data.draw(st.sampled_from(["blob", "wrapped"]))
    raw = bytearray(getattr(sealed, part))
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[bit // 8] ^= 1 << bit % 8

    with pytest.raises(TamperedError) as refused:
        envelope.open(sealed._replace(**{part: bytes(raw)}), PLACE, KEK)
    assert CANARY.decode() not in str(refused.value)
    assert isinstance(refused.value, IntegrityError)


@given(st.binary(max_size=160), st.binary(max_size=160))
def test_no_bytes_at_all_open(blob: bytes, wrapped: bytes) -> None:
    """Anything out of a table is refused by an integrity error and nothing else."""
    with pytest.raises(TamperedError):
        envelope.open(Sealed(blob, wrapped), PLACE, KEK)
    with pytest.raises(TamperedError):
        envelope.open(Sealed(b"\x01" + blob, b"\x41" + wrapped), PLACE, KEK)


@given(NEAR, NEAR)
def test_two_places_never_share_a_wrapped_key(here: Binding, there: Binding) -> None:
    assume(here != there)
    sealed = envelope.seal(b"v", here, kek_for(here))

    assert code(lambda: envelope.open(sealed, there, kek_for(there))) == "envelope-tampered"


@given(NEAR, NEAR)
def test_associated_data_is_injective(here: Binding, there: Binding) -> None:
    assert (here == there) == (here.wrap_tail == there.wrap_tail)
    same_value = (here.room_id, here.secret_id, here.version) == (
        there.room_id,
        there.secret_id,
        there.version,
    )
    assert same_value == (here.value_tail == there.value_tail)


@given(PLACES)
def test_associated_data_is_as_the_page_says(place: Binding) -> None:
    """The fast form and the literal one are the same bytes, and the two kinds differ."""
    given_place = {
        "room_id": place.room_id.hex(),
        "secret_id": place.secret_id.hex(),
        "environment": place.environment,
        "path": place.path,
        "version": place.version,
    }

    assert reference.wrap_aad(HEADER, given_place) == envelope._wrap_aad(HEADER, place)
    assert reference.value_aad(HEADER[:9], given_place) == envelope._value_aad(HEADER[:9], place)


def test_a_move_leaves_the_value_alone() -> None:
    sealed = envelope.seal(CANARY, PLACE, KEK)
    there = replace(PLACE, environment="staging", path="elsewhere")
    staging = Kek(OTHER_KEK.id, OTHER_KEK.secret, "staging")

    moved = Sealed(sealed.blob, envelope.rewrap(sealed.wrapped, PLACE, KEK, there, staging))

    assert CANARY == envelope.open(moved, there, staging)
    assert code(lambda: envelope.open(moved, PLACE, KEK)) == "envelope-wrong-key"
    assert code(lambda: envelope.open(sealed, there, staging)) == "envelope-wrong-key"


def test_a_rotated_key_opens_what_was_rewrapped() -> None:
    sealed = envelope.seal(CANARY, PLACE, KEK)
    again = envelope.rewrap(sealed.wrapped, PLACE, KEK, PLACE, OTHER_KEK)

    assert CANARY == envelope.open(Sealed(sealed.blob, again), PLACE, OTHER_KEK)
    assert OTHER_KEK.id == envelope.kek_id(again)


@pytest.mark.parametrize(
    "there",
    [
        replace(PLACE, room_id=SECRET),
        replace(PLACE, secret_id=ROOM),
        replace(PLACE, version=259),
    ],
)
def test_a_rewrap_cannot_take_a_value_along(there: Binding) -> None:
    """The value would not open there, and nobody would know until it is read."""
    wrapped = envelope.seal(CANARY, PLACE, KEK).wrapped

    with pytest.raises(ValueError, match="stays in its room"):
        envelope.rewrap(wrapped, PLACE, KEK, there, KEK)


def test_a_key_wraps_for_its_environment_only() -> None:
    there = replace(PLACE, environment="staging")
    wrapped = envelope.seal(b"v", PLACE, KEK).wrapped

    with pytest.raises(ValueError, match="another environment"):
        envelope.seal(b"v", there, KEK)
    with pytest.raises(ValueError, match="another environment"):
        envelope.rewrap(wrapped, PLACE, KEK, there, KEK)


def test_the_limit_is_the_limit() -> None:
    most = bytes(envelope.PLAINTEXT_BYTES_MAX)

    assert most == envelope.open(envelope.seal(most, PLACE, KEK), PLACE, KEK)
    with pytest.raises(LimitError) as refused:
        envelope.seal(most + b"\0", PLACE, KEK)
    assert "envelope-too-large" == refused.value.code


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"room_id": bytes(15)}, "ids are 16"),
        ({"secret_id": bytes(17)}, "ids are 16"),
        ({"version": 0}, "count from 1"),
        ({"version": 2**63}, "count from 1"),
        ({"environment": ""}, "an environment is 1 to 128"),
        ({"environment": "ü" * 65}, "an environment is 1 to 128"),
        ({"path": ""}, "a path is 1 to 1031"),
        ({"path": "x" * 1032}, "a path is 1 to 1031"),
        ({"path": "\ud800"}, "surrogates not allowed"),
    ],
)
def test_a_place_has_sizes(changes: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        replace(PLACE, **changes)  # type: ignore[arg-type]


def test_a_key_has_sizes() -> None:
    with pytest.raises(ValueError, match="key id is 16"):
        Kek(bytes(15), bytes(32), "production")
    with pytest.raises(ValueError, match="key is 32"):
        Kek(bytes(16), bytes(31), "production")


def test_no_repr_holds_a_key_or_a_value() -> None:
    kek = Kek(bytes(16), CANARY.ljust(32, b"x"), "production")
    sealed = envelope.seal(CANARY, PLACE, KEK)

    assert f"<Kek {'00' * 16} of 'production', secret hidden>" == repr(kek)
    shown = [repr(kek), str(kek), f"{kek}", repr(PLACE), repr(sealed)]
    assert not any(CANARY.decode() in text or CANARY.hex() in text for text in shown)
