"""Tests for strongroom.scan.sources.packs.stored, against repositories of the real git."""

import os
from itertools import islice
from pathlib import Path

import pytest
from tests.scan.sources.build import git, save
from tests.scan.sources.packs.build import Random, edited, imported, packed

from strongroom.scan.sources.packs import stored as module
from strongroom.scan.sources.packs.families import BASE_ONLY
from strongroom.scan.sources.packs.stored import packed as known
from strongroom.scan.sources.packs.stored import stored


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return imported(tmp_path / "r", {"a": list(islice(edited(Random(1)), 10))})


def everything(root: Path) -> list[str]:
    rows = git(root, "cat-file", "--batch-all-objects", "--batch-check").decode().splitlines()
    return sorted(row.split()[0] for row in rows if " tree " not in row)


def told(root: Path) -> list[str]:
    found = stored(root / "objects", 20)
    assert found is not None
    names = [oid.hex() for oid in found.others]
    for pack in found.packs:
        share = pack.share
        for i, kind in enumerate(share.kinds):
            if kind != BASE_ONLY:
                names.append(share.ids[i * 20 : i * 20 + 20].hex())
    return sorted(names)


def test_each_object_is_told_once_wherever_it_is(root: Path, tmp_path: Path) -> None:
    assert everything(root) == told(root)
    git(root, "hash-object", "-w", "--stdin", given=b"loose")
    git(root, "hash-object", "-w", "--stdin", given=git(root, "cat-file", "blob", "HEAD:a"))
    two = git(root, "rev-parse", "HEAD:a", "HEAD") + b"\n"
    git(root, "pack-objects", "-q", str(root / "objects/pack/pack"), given=two)
    assert everything(root) == told(root)


def test_what_is_in_packs_is_known(root: Path) -> None:
    loose = git(root, "hash-object", "-w", "--stdin", given=b"loose").decode()
    there = {oid.hex() for oid in known(root / "objects", 20)}

    assert set(everything(root)) - {loose} <= there
    assert loose not in there
    assert [] == list(known(root / "none", 20))


def test_alternates_and_what_is_broken_are_for_git(root: Path, tmp_path: Path) -> None:
    assert stored(root / "objects", 20) is not None
    assert stored(tmp_path / "none", 20) is None
    (path,) = (root / "objects/pack").glob("*.idx")
    path.chmod(0o600)
    path.write_bytes(b"no index")
    assert stored(root / "objects", 20) is None
    shared = tmp_path / "shared"
    git(
        tmp_path,
        "clone",
        "-q",
        "--bare",
        "--shared",
        str(imported(tmp_path / "o", {"a": [b"1"]})),
        str(shared),
    )
    assert stored(shared / "objects", 20) is None


def test_what_is_packed_meanwhile_is_looked_for_again(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = root.parent / "w"
    git(root.parent, "clone", "-q", str(root), str(work))
    save(work, {"b": b"new"})
    real = module._loose
    times: list[int] = []

    def loose(objects: Path, width: int) -> list[bytes]:
        found = real(objects, width)
        if not times:
            times.append(1)
            packed(work)
            return []
        return found

    monkeypatch.setattr(module, "_loose", loose)
    found = stored(work / ".git/objects", 20)
    assert found is not None
    assert len(everything(work)) == sum(len(pack.share.kinds) for pack in found.packs)


def test_a_repository_that_is_packed_without_end_is_for_git(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = iter(range(1000))
    monkeypatch.setattr(module, "_packs", lambda _: [Path(str(next(counter)))])

    assert stored(root / "objects", 20) is None


def test_a_pack_without_an_index_is_for_git(root: Path) -> None:
    (path,) = (root / "objects/pack").glob("*.idx")
    git(root, "multi-pack-index", "write")
    path.unlink()

    assert stored(root / "objects", 20) is None


def test_what_is_no_file_is_for_git(root: Path) -> None:
    (path,) = (root / "objects/pack").glob("*.idx")
    pack = path.with_suffix(".pack")
    kept = pack.read_bytes()
    for one in (pack, path):
        one.unlink()
        os.mkfifo(one)
        assert stored(root / "objects", 20) is None
        assert list(known(root / "objects", 20)) == []
        one.unlink()
        one.write_bytes(kept)


@pytest.mark.parametrize("name", ["pack", "info"])
def test_a_folder_that_may_not_be_read_is_for_git(name: str, root: Path) -> None:
    folder = root / "objects" / name
    folder.chmod(0)
    may = os.access(folder, os.R_OK | os.X_OK)  # as root
    found = stored(root / "objects", 20)
    folder.chmod(0o700)

    assert may is (found is not None)
