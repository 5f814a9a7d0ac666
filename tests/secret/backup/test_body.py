"""The body of a backup: chunks stay in their place, and in their backup."""

import io
import secrets

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.secret.backup.files import ABOUT, KEYS, LARGE, opened, whole

from strongroom.errors import IntegrityError
from strongroom.secret.backup import body, manifest
from strongroom.secret.backup.manifest import CHUNK_BYTES, TAG_BYTES


def head_bytes(data: bytes) -> int:
    return manifest.read(io.BytesIO(data), len(data)).size_bytes


def refused(data: bytes) -> IntegrityError:
    with pytest.raises(IntegrityError) as error:
        opened(data)
    return error.value


@pytest.mark.parametrize("size", [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, LARGE])
def test_any_size_comes_out_as_it_went_in(size: int) -> None:
    database = secrets.token_bytes(size)

    assert opened(whole(database)) == database


def test_nothing_of_the_database_is_readable() -> None:
    database = b"production/api/SECRET_KEY owner Ada Lovelace " * 40

    assert not any(database[at : at + 8] in whole(database) for at in range(64))


@given(st.integers(0, LARGE + 2 * TAG_BYTES - 1), st.integers(1, 255))
@settings(max_examples=25, deadline=None)
def test_a_changed_byte_is_found_and_its_chunk_is_named(at: int, change: int) -> None:
    data = bytearray(BACKUP)
    data[head_bytes(BACKUP) + at] ^= change
    error = refused(bytes(data))

    assert error.code == "backup-body-changed"
    assert f"chunk {1 + (at >= CHUNK_BYTES + TAG_BYTES)} of 2" in error.message


BACKUP = whole(bytes(LARGE))


def test_chunks_do_not_change_places_or_backups() -> None:
    start = head_bytes(BACKUP)
    first, last = BACKUP[start : start + CHUNK_BYTES + TAG_BYTES], BACKUP[-17 - TAG_BYTES :]
    two = whole(bytes(2 * CHUNK_BYTES))
    other = whole(bytes(LARGE), replace(ABOUT, backup_id=b"else" * 4))
    swapped = two[: head_bytes(two)] + two[-len(first) :] + two[head_bytes(two) : -len(first)]

    assert refused(swapped).code == "backup-body-changed"
    assert refused(BACKUP[:start] + other[-len(first + last) :]).code == "backup-body-changed"


def test_a_body_that_is_declared_shorter_is_not_taken_for_whole() -> None:
    """Whoever has the key could write such a manifest; the last chunk says that it is the last."""
    mac_key, body_key = KEYS.backup(ABOUT.backup_id)
    short = replace(ABOUT, database_bytes=CHUNK_BYTES)
    cut = BACKUP[head_bytes(BACKUP) :][: CHUNK_BYTES + TAG_BYTES]

    assert refused(manifest.encode(short, mac_key) + cut).code == "backup-body-changed"
    del body_key


def test_a_genuine_body_under_another_manifest_is_refused() -> None:
    mac_key, _ = KEYS.backup(ABOUT.backup_id)
    about = manifest.read(io.BytesIO(BACKUP), len(BACKUP)).manifest
    wrong = manifest.encode(replace(about, body_sha256="1" * 64), mac_key)

    assert "SHA-256" in refused(wrong + BACKUP[len(wrong) :]).message


def test_a_source_that_ends_early_makes_no_backup() -> None:
    with pytest.raises(IntegrityError) as error:
        body.seal(io.BytesIO(b"abc"), io.BytesIO(), replace(ABOUT, database_bytes=4), bytes(32))
    assert error.value.code == "backup-source-short"


def test_progress_reaches_the_whole() -> None:
    seen: list[int] = []
    about = replace(ABOUT, database_bytes=LARGE)
    body.seal(io.BytesIO(bytes(LARGE)), io.BytesIO(), about, bytes(32), seen.append)

    assert seen == [CHUNK_BYTES, LARGE]
