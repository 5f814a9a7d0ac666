"""A compiled policy in the room: what is kept is read back."""

import pytest

from strongroom.errors import TamperedError
from strongroom.policy import stored
from tests.policy.samples import example


def test_what_is_kept_is_read_back() -> None:
    assert example() == stored.decode(stored.encode(example()))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"title": 3}'])
def test_what_cannot_be_read_is_said_to_be_damaged(data: bytes) -> None:
    with pytest.raises(TamperedError) as error:
        stored.decode(data)
    assert "policy-malformed" == error.value.code
