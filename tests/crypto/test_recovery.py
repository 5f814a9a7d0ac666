"""Tests for strongroom.crypto.recovery."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from strongroom.crypto.recovery import RecoveryCode
from strongroom.errors import InvalidError

SECRETS = st.binary(min_size=32, max_size=32)
PRINTED = RecoveryCode(bytes(range(32))).reveal()
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(SECRETS)
def test_a_code_reads_back(secret: bytes) -> None:
    text = RecoveryCode(secret).reveal()

    assert secret == RecoveryCode.parse(text).secret
    assert [8] * 8 == [len(group) for group in text.split("-")]
    assert set(text) <= set(LETTERS) | {"-"}


@given(SECRETS, st.sampled_from(["", " ", "-", "\n", " – ", "  "]), st.booleans())
def test_spelling_is_forgiven(secret: bytes, between: str, small: bool) -> None:
    text = RecoveryCode(secret).reveal().replace("-", between)
    text = text.replace("0", "O").replace("1", "I")
    text = text.lower() if small else text

    assert secret == RecoveryCode.parse(f"  {text}\n").secret


@given(SECRETS, st.integers(0, 70), st.sampled_from(LETTERS))
def test_every_wrong_character_is_found_in_its_group(secret: bytes, at: int, char: str) -> None:
    text = RecoveryCode(secret).reveal()
    assume(text[at] not in {"-", char})
    typed = text[:at] + char + text[at + 1 :]

    with pytest.raises(InvalidError, match=f"group {at // 9 + 1} of 8") as refused:
        RecoveryCode.parse(typed)
    assert "recovery-group" == refused.value.code


@given(SECRETS, st.integers(0, 69))
def test_every_swap_of_neighbours_is_found_in_its_group(secret: bytes, at: int) -> None:
    text = RecoveryCode(secret).reveal()
    one, two = text[at], text[at + 1]
    assume("-" not in (one, two) and one != two)
    typed = text[:at] + two + one + text[at + 2 :]

    with pytest.raises(InvalidError, match=f"group {at // 9 + 1} of 8"):
        RecoveryCode.parse(typed)


@given(SECRETS, st.permutations(range(8)))
def test_groups_in_another_order_are_found(secret: bytes, order: list[int]) -> None:
    assume(order != list(range(8)))
    groups = RecoveryCode(secret).reveal().split("-")

    with pytest.raises(InvalidError):
        RecoveryCode.parse("-".join(groups[place] for place in order))


@given(st.text(max_size=600))
def test_no_text_crashes_the_reader_and_none_comes_back(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        RecoveryCode.parse(text)
    assert len(text) < 30 or text not in str(refused.value)


def test_what_is_wrong_with_the_length_is_said() -> None:
    short = PRINTED[:20] + PRINTED[21:]
    cases = {
        short: "a code has 64 characters, that 63; look at group 3",
        short.replace("-", ""): "a code has 64 characters, that 63",
        PRINTED + "-00000000": "a code has 64 characters, that 72",
        "0" * 513: "a code has 64 characters",
    }

    for text, message in cases.items():
        with pytest.raises(InvalidError) as refused:
            RecoveryCode.parse(text)
        assert ("recovery-length", message) == (refused.value.code, refused.value.message)


def test_a_character_of_no_code_is_found_in_its_group() -> None:
    with pytest.raises(InvalidError, match="group 2 has a character that no code has"):
        RecoveryCode.parse(PRINTED[:9] + "U" + PRINTED[10:])


def test_codes_are_drawn_and_hidden() -> None:
    code = RecoveryCode.new()

    assert 50 == len({RecoveryCode.new().secret for _ in range(50)})
    assert "<RecoveryCode hidden>" == repr(code) == f"{code}"
    assert b"" == code.params()
    assert code.secret == code.root(bytes(16), b"")
    with pytest.raises(ValueError, match="32 bytes"):
        RecoveryCode(bytes(31))
