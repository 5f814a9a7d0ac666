"""Segments as files: a tile at a time, and no other file."""

import hashlib
import io
from pathlib import Path

import msgspec
import pytest
from tests.audit.logs import honest

from strongroom.crypto.keyring import RoomKeys
from strongroom.db.tables.archive import SegmentRow
from strongroom.errors import AuditBrokenError, NotFoundError
from strongroom.gate import segment_file
from strongroom.gate.segment_file import Header, SegmentFile

KEYS = RoomKeys(bytes(range(32)), bytes(range(16)))
LOG = honest(768).rows
TILES = [LOG[:256], LOG[256:512], LOG[512:]]
HEADER = Header(1, "00" * 16, "00" * 16, 256, 1024, "11" * 32, 9, "22" * 16)


@pytest.fixture
def file(tmp_path: Path) -> SegmentFile:
    stream = io.BytesIO()
    digest = segment_file.write(stream, KEYS, HEADER, TILES)
    (tmp_path / "s").write_bytes(stream.getvalue())
    return SegmentFile(tmp_path / "s", KEYS, row(digest))


def row(digest: bytes, first: int = 256, until: int = 1024) -> SegmentRow:
    return SegmentRow(first, until, b"\x11" * 32, digest, 0, "/", 9, 0, bytes(16))


def test_tiles_are_read_one_by_one_and_all(file: SegmentFile) -> None:
    assert [file.tile(n) for n in (2, 0, 1)] == [TILES[2], TILES[0], TILES[1]]
    assert list(file.tiles()) == TILES


def test_the_header_says_what_it_is(file: SegmentFile, tmp_path: Path) -> None:
    assert segment_file.header_of(tmp_path / "s") == HEADER
    assert segment_file.header_of(tmp_path / "none") is None
    (tmp_path / "other").write_bytes(b"a diary\n")
    assert segment_file.header_of(tmp_path / "other") is None
    assert HEADER.tiles == 3


def test_a_file_of_other_entries_is_refused(file: SegmentFile, tmp_path: Path) -> None:
    for other in (row(b"", 512), row(b"", 256, 512)):
        with pytest.raises(AuditBrokenError, match="other entries"):
            SegmentFile(tmp_path / "s", KEYS, other).tile(0)


def test_parts_that_change_places_are_refused(file: SegmentFile, tmp_path: Path) -> None:
    data = (tmp_path / "s").read_bytes()
    head, _, rest = data.partition(b"\n")
    parts: list[bytes] = []
    while rest:
        size = 4 + int.from_bytes(rest[:4], "big")
        parts.append(rest[:size])
        rest = rest[size:]
    for changed in (parts[::-1], parts[1:], [parts[0], parts[0], parts[2]], parts[:2]):
        (tmp_path / "s").write_bytes(head + b"\n" + b"".join(changed))
        with pytest.raises(AuditBrokenError, match="not what was sealed"):
            list(SegmentFile(tmp_path / "s", KEYS, row(b"")).tiles())
        whole = SegmentFile(
            tmp_path / "s", KEYS, row(hashlib.sha256((tmp_path / "s").read_bytes()).digest())
        )
        with pytest.raises(AuditBrokenError):
            list(whole.tiles())


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        SegmentFile(tmp_path / "none", KEYS, row(b"")).tile(0)
    with pytest.raises(AuditBrokenError, match="regular"):
        SegmentFile(Path("/dev/null"), KEYS, row(b"")).tile(0)


@pytest.mark.parametrize(
    "change",
    [{"until": 1000}, {"until": 256}, {"first": -256}, {"strongroom_segment": 2}, {"salt": "22"}, {"salt": "x"}],
)  # fmt: skip
def test_a_header_that_cannot_be_one_is_refused(change: dict[str, object]) -> None:
    text = msgspec.json.encode(msgspec.to_builtins(HEADER) | change)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Header)
