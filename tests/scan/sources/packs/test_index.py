"""Tests for strongroom.scan.sources.packs.index, against indexes of the real git."""

import struct
from pathlib import Path

import pytest
from tests.scan.sources.build import git
from tests.scan.sources.packs.build import imported

from strongroom.scan.sources.packs import index as module
from strongroom.scan.sources.packs.index import UnusualError, read


def only(root: Path) -> Path:
    (path,) = (root / "objects/pack").glob("*.idx")
    return path


def shown(path: Path, *arguments: str) -> dict[bytes, int]:
    lines = git(path.parent, "show-index", *arguments, given=path.read_bytes()).splitlines()
    return {bytes.fromhex(oid.decode()): int(at) for at, oid, *_ in map(bytes.split, lines)}


@pytest.mark.parametrize(("hashed", "width"), [("sha1", 20), ("sha256", 32)])
def test_objects_come_in_the_order_of_the_pack(hashed: str, width: int, tmp_path: Path) -> None:
    root = imported(tmp_path / "r", {"a": [b"1", b"2"]}, f"--object-format={hashed}")
    found = read(only(root), width)
    ids = found.ids(range(len(found.begins)))

    assert shown(only(root), f"--object-format={hashed}") == dict(
        zip(ids, found.begins, strict=True)
    )
    assert sorted(found.begins) == list(found.begins)


def test_places_of_eight_octets_are_read(tmp_path: Path) -> None:
    root = imported(tmp_path / "r", {"a": [b"1"]})
    data = only(root).read_bytes()
    count = struct.unpack(">I", data[8 + 1020 : 8 + 1024])[0]
    at = 8 + 1024 + count * 24
    first = struct.unpack(">I", data[at : at + 4])[0]
    large = tmp_path / "large.idx"
    large.write_bytes(
        data[:at] + struct.pack(">I", 1 << 31) + data[at + 4 : at + 4 * count]
        + struct.pack(">Q", first + (5 << 32)) + data[-40:]
    )  # fmt: skip

    assert first + (5 << 32) == read(large, 20).begins[-1]
    large.write_bytes(large.read_bytes()[: at + 4 * count] + bytes(40))
    with pytest.raises(UnusualError):
        read(large, 20)


def test_what_is_no_such_index_is_unusual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = only(imported(tmp_path / "r", {"a": [b"1"]})).read_bytes()
    path = tmp_path / "x.idx"
    for data in (
        b"",
        whole[:900],
        whole[:1100],
        b"\0" * len(whole),
        whole.replace(b"\2", b"\3", 1),
    ):
        path.write_bytes(data)
        with pytest.raises(UnusualError):
            read(path, 20)
    with pytest.raises(UnusualError):
        read(tmp_path / "none", 20)
    path.write_bytes(whole)
    assert read(path, 20).begins
    monkeypatch.setattr(module, "OBJECTS_MAX", 2)
    with pytest.raises(UnusualError):
        read(path, 20)
