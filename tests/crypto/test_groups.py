"""Tests for strongroom.crypto.groups; what people mistype is tried in test_recovery.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strongroom.crypto import groups


@given(st.data(), st.integers(1, 12))
def test_a_number_reads_back(data: st.DataObject, count: int) -> None:
    number = data.draw(st.integers(0, 2 ** (35 * count) - 1))
    text = groups.write(number, count)

    assert number == groups.read(text, count)
    assert 9 * count - 1 == len(text)


@pytest.mark.parametrize(
    ("text", "error"),
    [("U", groups.CharacterError), ("0", groups.LengthError), ("00000000", groups.GroupError)],
)
def test_each_mistake_has_its_error(text: str, error: type[ValueError]) -> None:
    with pytest.raises(error):
        groups.read(text, 1)


def test_the_check_of_a_group_is_linear_and_sees_its_place() -> None:
    zero = [0] * 7

    assert [1, 2, 3] == [groups.check(zero, number) for number in range(3)]
    assert 31 == len({groups.check([n, *zero[1:]], 0) for n in range(1, 32)})
