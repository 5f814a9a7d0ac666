"""The head of a backup: each changed byte is found, each wrong file is said to be what it is."""

import io

import pytest
from tests.secret.backup.files import ABOUT, KEYS, opened, whole

from strongroom.errors import (
    ConfigError,
    IntegrityError,
    InvalidError,
    LimitError,
    StrongroomError,
)
from strongroom.secret.backup import manifest
from strongroom.secret.backup.manifest import MAGIC, MANIFEST_BYTES_MAX, SLOTS_MAX

DATABASE = b"a database" * 10


def code_of(data: bytes) -> str:
    with pytest.raises(StrongroomError) as error:
        opened(data)
    return error.value.code


def test_what_is_written_is_read() -> None:
    data = whole(DATABASE)
    about = manifest.read(io.BytesIO(data), len(data)).manifest

    assert (about.room_id, about.log_size, about.chunks) == (ABOUT.room_id, 2, 1)
    assert opened(data) == DATABASE


def test_a_changed_byte_anywhere_is_found() -> None:
    data = whole(b"small")
    for at in range(len(data)):
        assert code_of(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]) in {
            "backup-unknown", "backup-newer", "backup-cut-short", "backup-manifest-damaged",
            "backup-manifest-forged", "backup-body-changed",
        }, at  # fmt: skip


def test_a_cut_anywhere_is_found() -> None:
    data = whole(b"small")
    codes = {code_of(data[:end]) for end in range(1, len(data))}

    assert codes == {"backup-cut-short"}
    assert code_of(b"") == "backup-unknown"


def test_what_follows_the_end_is_found() -> None:
    assert code_of(whole(DATABASE) + b"x") == "backup-size-wrong"


def test_a_manifest_by_somebody_without_the_key_is_forged() -> None:
    """The digest anybody can make; the MAC he cannot."""
    data = whole(DATABASE)
    forged = manifest.encode(ABOUT, bytes(32))
    body = data[manifest.read(io.BytesIO(data), len(data)).size_bytes :]
    head = manifest.read(io.BytesIO(forged + bytes(17)), len(forged) + 17)

    assert head.manifest == ABOUT
    with pytest.raises(IntegrityError) as error:
        head.check(KEYS.backup(ABOUT.backup_id)[0])
    assert error.value.code == "backup-manifest-forged"
    assert code_of(forged + body) in {"backup-size-wrong", "backup-manifest-forged"}


@pytest.mark.parametrize("data", [b"", b"SQLite format 3\x00" * 9, b"\x00" * 99, b"x"])
def test_another_file_is_no_backup(data: bytes) -> None:
    with pytest.raises(InvalidError) as error:
        opened(data)
    assert error.value.code == "backup-unknown"


def test_a_newer_format_is_said_to_be_newer() -> None:
    data = bytearray(whole(DATABASE))
    data[len(MAGIC)] = 2
    with pytest.raises(ConfigError) as error:
        opened(bytes(data))

    assert error.value.code == "backup-newer"


def test_a_length_without_bound_reads_nothing() -> None:
    data = MAGIC + b"\x01" + (MANIFEST_BYTES_MAX + 1).to_bytes(4, "big")

    assert code_of(data) == "backup-manifest-damaged"


@pytest.mark.parametrize(
    "changes",
    [{"room_id": b"short"}, {"log_size": -1}, {"database_bytes": 0}, {"chunk_bytes": 1}],
)  # fmt: skip
def test_a_genuine_manifest_that_says_what_cannot_be_is_damaged(changes: dict[str, object]) -> None:
    from msgspec.structs import replace

    data = manifest.encode(replace(ABOUT, **changes), KEYS.backup(ABOUT.backup_id)[0])
    with pytest.raises(IntegrityError) as error:
        manifest.read(io.BytesIO(data), len(data))
    assert error.value.code == "backup-manifest-damaged"


@pytest.mark.parametrize("slots", [(b"",) * (SLOTS_MAX + 1), (bytes(4_000),) * 1_000])
def test_what_no_reader_takes_is_not_written(slots: tuple[bytes, ...]) -> None:
    from msgspec.structs import replace

    with pytest.raises(LimitError) as error:
        manifest.encode(replace(ABOUT, slots=slots), bytes(32))
    assert error.value.code == "backup-slots"


def test_a_slot_that_cannot_be_read_stops_no_other() -> None:
    from msgspec.structs import replace

    assert replace(ABOUT, slots=(b"\x00garbage",)).seal_slots() == []
