"""Tests for strongroom.crypto.keyfile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crypto.promises import OTHER_ROOM, ROOM, code

from strongroom.crypto.keyfile import FILE_BYTES_MAX, KeyFile
from strongroom.errors import InvalidError, SealedError

FILE = KeyFile(ROOM, bytes(range(8)), bytes(range(32)))


@given(st.binary(min_size=16, max_size=16))
def test_a_file_reads_back(room_id: bytes) -> None:
    made = KeyFile.new(room_id)
    read = KeyFile.decode(made.encode())

    assert (made.room_id, made.file_id, made.secret) == (read.room_id, read.file_id, read.secret)
    assert 1 == made.encode().count(b"\n")
    assert len(made.encode()) < FILE_BYTES_MAX


@given(st.integers(0, len(FILE.encode()) - 2), st.integers(0, 255))
def test_any_changed_byte_is_noticed(at: int, byte: int) -> None:
    data = FILE.encode()
    changed = data[:at] + bytes([byte]) + data[at + 1 :]

    if changed != data:
        refusal = code(lambda: KeyFile.decode(changed))
        assert refusal in {"keyfile-unknown", "keyfile-version-unknown", "keyfile-damaged"}


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    with pytest.raises(InvalidError):
        KeyFile.decode(data)
    with pytest.raises(InvalidError):
        KeyFile.decode(b"strongroom-keyfile:1:" + data)


def test_the_root_is_the_key_for_its_own_slot() -> None:
    assert FILE.secret == FILE.root(ROOM, FILE.params())


def test_a_wrong_file_is_named_without_its_key() -> None:
    with pytest.raises(SealedError, match=f"is of room {ROOM.hex()}, this is {OTHER_ROOM.hex()}"):
        FILE.root(OTHER_ROOM, FILE.params())
    with pytest.raises(SealedError, match="is key file 0001020304050607, the slot takes ffff"):
        FILE.root(ROOM, b"\xff\xff")
    assert FILE.secret.hex() not in repr(FILE)
    assert "<KeyFile 0001020304050607 of room" in repr(FILE)


def test_files_are_drawn() -> None:
    files = [KeyFile.new(ROOM) for _ in range(50)]

    assert 50 == len({file.file_id for file in files}) == len({file.secret for file in files})


def test_sizes() -> None:
    for parts in (
        (bytes(15), bytes(8), bytes(32)),
        (ROOM, bytes(7), bytes(32)),
        (ROOM, bytes(8), b""),
    ):
        with pytest.raises(ValueError, match="a key file holds 16, 8 and 32"):
            KeyFile(*parts)


def test_a_file_of_512_bytes_is_still_looked_at() -> None:
    start = b"strongroom-keyfile:1:"

    assert "keyfile-damaged" == code(lambda: KeyFile.decode(start.ljust(512, b"0")))
    assert "keyfile-unknown" == code(lambda: KeyFile.decode(start.ljust(513, b"0")))
