"""The cipher of segments: parts stay in their row, in their file, in their room."""

import pytest

from strongroom.crypto import segment
from strongroom.crypto.keyring import RoomKeys

KEYS = RoomKeys(bytes(range(32)), bytes(range(16)))
SALT = bytes(range(16))


def sealed(number: int = 1, *, last: bool = False) -> bytes:
    return segment.seal(KEYS, b"header", SALT, number, b"a part", last=last)


def test_a_part_is_opened_as_it_was_sealed() -> None:
    for last in (True, False):
        part = sealed(last=last)
        assert segment.unseal(KEYS, b"header", SALT, 1, part, last=last) == b"a part"


def test_nothing_else_opens_it() -> None:
    part = sealed()
    other = RoomKeys(bytes(32), bytes(range(16)))
    room = RoomKeys(bytes(range(32)), bytes(16))

    assert segment.unseal(other, b"header", SALT, 1, part, last=False) is None
    assert segment.unseal(room, b"header", SALT, 1, part, last=False) is None
    assert segment.unseal(KEYS, b"Header", SALT, 1, part, last=False) is None
    assert segment.unseal(KEYS, b"header", bytes(16), 1, part, last=False) is None
    assert segment.unseal(KEYS, b"header", SALT, 2, part, last=False) is None
    assert segment.unseal(KEYS, b"header", SALT, 1, part, last=True) is None
    assert segment.unseal(KEYS, b"header", SALT, 1, part[:-1], last=False) is None
    assert segment.unseal(KEYS, b"header", SALT, 1, b"", last=False) is None


def test_no_two_parts_share_a_nonce_or_two_files_a_key() -> None:
    nonces = {segment._nonce(n, last=last) for n in range(300) for last in (True, False)}

    assert len(nonces) == 600
    assert KEYS.segment(SALT) != KEYS.segment(bytes(16))
    with pytest.raises(ValueError, match="16"):
        KEYS.segment(b"short")
