"""Tests for strongroom.scan.sources.packs.versions, against packs of the real git."""

import zlib
from array import array
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from tests.scan.sources.build import git
from tests.scan.sources.packs.build import Random, edited, imported

from strongroom.scan.sources.packs import versions as module
from strongroom.scan.sources.packs.families import BASE_ONLY, Share, families
from strongroom.scan.sources.packs.index import read
from strongroom.scan.sources.packs.versions import Version, versions


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {f"f{i}": list(islice(edited(Random(i)), 25)) for i in range(2)}
    return imported(tmp_path_factory.mktemp("versions") / "r", files)


@pytest.fixture(scope="module")
def share(root: Path) -> Share:
    (path,) = (root / "objects/pack").glob("*.idx")
    return families(path.with_suffix(".pack"), read(path, 20), frozenset()).share


def walked(share: Share, *, quiet: bool = True) -> tuple[list[Version], list[bytes]]:
    left: list[bytes] = []
    found = []
    for version in versions(share, left.append):
        version.quiet = quiet
        found.append(replace(version))
    return found, left


def made(pack: Path, kinds: bytes, children: list[int], ends: list[int]) -> Share:
    ids = b"".join(bytes([97 + i]) * 20 for i in range(len(kinds)))
    begins = array("Q", [0, *ends[:-1]])
    return Share(pack, 20, ids, kinds, array("I", children), begins, array("Q", ends))


def test_every_object_is_as_git_has_it(root: Path, share: Share) -> None:
    found, left = walked(share)
    for version in found:
        oid = version.oid.hex()
        kind = git(root, "cat-file", "-t", oid).decode()
        assert oid == git(
            root, "hash-object", "-t", kind, "--stdin", "--literally", given=version.data
        ).decode()  # fmt: skip
    assert (len(share.kinds), []) == (len(found), left)


def test_of_what_differs_from_a_quiet_one_the_new_lines_are_told(share: Share) -> None:
    found, _ = walked(share)
    differing = [version for version in found if version.new is not None]

    assert differing
    assert sum(len(v.new or b"") for v in differing) < sum(len(v.data) for v in differing) / 2
    assert all(v.new is None for v in walked(share, quiet=False)[0])


def test_what_is_broken_is_left_to_git_with_all_that_differs_from_it(
    share: Share, tmp_path: Path
) -> None:
    whole, _ = walked(share)
    at = next(i for i, children in enumerate(share.children) if children)
    data = bytearray(share.pack.read_bytes())
    data[share.begins[at] : share.begins[at] + 4] = b"\xff\xff\xff\xff"
    pack = tmp_path / "broken.pack"
    pack.write_bytes(data)
    found, left = walked(replace(share, pack=pack))

    assert whole[at].oid in left
    assert len(left) > 1
    assert sorted(v.oid for v in whole) == sorted([*left, *(v.oid for v in found)])
    assert all(v.data == next(w.data for w in whole if w.oid == v.oid) for v in found)


@pytest.mark.parametrize(
    "raw", [b"\x05\x04\x90\x04", b"\x04\x09\x90\x04", b"\x04", b"\x04\x04\x90\x02"]
)
def test_a_difference_that_does_not_fit_is_broken(raw: bytes, tmp_path: Path) -> None:
    pack = tmp_path / "x.pack"
    parts = [zlib.compress(b"0123"), zlib.compress(raw)]
    pack.write_bytes(b"".join(parts))
    ends = [len(parts[0]), len(parts[0]) + len(parts[1])]
    found, left = walked(made(pack, b"\3\3", [1, 0], ends))
    assert ([b"0123"], [b"b" * 20]) == ([v.data for v in found], left)
    assert [] == walked(made(pack, bytes([3, BASE_ONLY]), [1, 0], ends))[1]


def test_a_bomb_is_left_to_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_SMALL", 100)
    monkeypatch.setattr(module, "WINDOW", 1000)
    pack = tmp_path / "x.pack"
    packed = zlib.compress(bytes(10_000_000))
    pack.write_bytes(packed)

    assert ([], [b"a" * 20]) == walked(made(pack, b"\3", [0], [len(packed)]))


def test_a_pack_that_is_gone_is_said(share: Share, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        walked(replace(share, pack=tmp_path / "none"))
