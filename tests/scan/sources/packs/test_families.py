"""Tests for strongroom.scan.sources.packs.families, against packs of the real git."""

import pickle
import tracemalloc
import zlib
from array import array
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from tests.scan.sources.build import git
from tests.scan.sources.packs.build import Random, edited, imported, packed

from strongroom.scan.sources.packs import families as module
from strongroom.scan.sources.packs.families import BASE_ONLY, BLOB, COMMIT, Families, families
from strongroom.scan.sources.packs.index import Index, UnusualError, read


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = {f"f{i}": list(islice(edited(Random(i)), 30)) for i in range(3)}
    return imported(tmp_path_factory.mktemp("families") / "r", files)


def found(root: Path, elsewhere: frozenset[bytes] = frozenset()) -> Families:
    (path,) = (root / "objects/pack").glob("*.idx")
    return families(path.with_suffix(".pack"), read(path, 20), elsewhere)


def listed(root: Path) -> dict[str, tuple[str, str]]:
    """Kind and what it differs from of each object but trees, as git says it."""
    rows = git(
        root, "cat-file", "--batch-all-objects",
        "--batch-check=%(objectname) %(objecttype) %(deltabase)",
    ).decode()  # fmt: skip
    split = (row.split() for row in rows.splitlines())
    return {oid: (kind, base) for oid, kind, base in split if kind != "tree"}


def oids(one: Families) -> list[str]:
    ids = one.share.ids
    return [ids[at : at + 20].hex() for at in range(0, len(ids), 20)]


def test_each_is_behind_what_it_differs_from(root: Path) -> None:
    there, one = listed(root), found(root)
    names = oids(one)
    kinds = {BLOB: "blob", COMMIT: "commit"}
    above: list[list[object]] = []
    for i, (oid, kind, children) in enumerate(
        zip(names, one.share.kinds, one.share.children, strict=True)
    ):
        base = ""
        if above:
            base = str(above[-1][0])
            above[-1][1] = int(str(above[-1][1])) - 1
            if not above[-1][1]:
                above.pop()
        assert (kinds[kind], base or "0" * 40) == there[oid]
        assert (i in one.roots) is (not base)
        if children:
            above.append([oid, children])
    assert not above
    assert sorted(there) == sorted(names)
    assert [] == one.left
    assert any(base.strip("0") for _, base in there.values())


def test_few_are_in_memory_at_a_time(root: Path) -> None:
    waiting = most = 0
    children: list[int] = []
    for count in found(root).share.children:
        if children:
            children[-1] -= 1
            if not children[-1]:
                children.pop()
        if count:
            children.append(count)
        most = max(most, len(children))
        waiting += 1
    assert most <= waiting.bit_length()


def test_what_is_elsewhere_is_only_what_others_differ_from(root: Path) -> None:
    name = oids(found(root))[0]
    one = found(root, frozenset({bytes.fromhex(name)}))

    assert BASE_ONLY == one.share.kinds[0]
    assert BASE_ONLY not in one.share.kinds[1:]


def test_families_can_be_parted_and_sent(root: Path) -> None:
    one = found(root)
    cut = one.roots[len(one.roots) // 2]
    parts = [one.share.part(0, cut), one.share.part(cut, len(one.share.kinds))]

    assert one.share == pickle.loads(pickle.dumps(one.share))
    assert one.share.ids == b"".join(part.ids for part in parts)
    assert len(one.roots) == len(one.costs)
    assert [cut, len(one.share.kinds) - cut] == [len(part.begins) for part in parts]


def test_the_large_and_what_differs_from_it_is_left_to_git(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 100)
    one = found(root)

    assert set(listed(root)) == {*oids(one), *(oid.hex() for oid in one.left)}
    assert len(one.left) > 3
    assert not {*oids(one)} & {oid.hex() for oid in one.left}


def test_what_differs_from_something_by_its_name_is_left_to_git(tmp_path: Path) -> None:
    root = imported(tmp_path / "r", {"a": list(islice(edited(Random(1)), 20))})
    packed(root, "repack.useDeltaBaseOffset=false")
    one = found(root)
    names, left = oids(one), {oid.hex() for oid in one.left}

    assert not set(names) & left
    assert set(listed(root)) <= {*names, *left}
    assert {oid for oid, (_, base) in listed(root).items() if base.strip("0")} <= left


def test_a_pack_that_ends_early_is_unusual(root: Path, tmp_path: Path) -> None:
    (path,) = (root / "objects/pack").glob("*.idx")
    short = tmp_path / "short.pack"
    short.write_bytes(path.with_suffix(".pack").read_bytes()[:200])
    for pack in (short, tmp_path / "none"):
        with pytest.raises(UnusualError):
            families(pack, read(path, 20), frozenset())


def hand_made(folder: Path, objects: list[bytes]) -> tuple[Path, Index]:
    """A pack of `objects`, each with its head, and the index of it; nothing of it is checked."""
    pack = folder / "hand.pack"
    begins, data = [], b"PACK\0\0\0\2" + len(objects).to_bytes(4, "big")
    for one in objects:
        begins.append(len(data))
        data += one
    pack.write_bytes(data + bytes(20))
    names = b"".join(bytes([i % 256]) * 20 for i in range(len(objects)))
    return pack, Index(array("Q", begins), 20, names, array("I", range(len(objects))))


def test_places_outside_of_the_pack_are_unusual(tmp_path: Path) -> None:
    pack, index = hand_made(tmp_path, [GOOD])
    for place in (1 << 63, (1 << 64) - 1, 1 << 40):
        with pytest.raises(UnusualError):
            families(pack, replace(index, begins=array("Q", [place])), frozenset())


def test_what_reaches_into_the_end_of_the_pack_is_left_to_git(tmp_path: Path) -> None:
    pack, index = hand_made(tmp_path, [GOOD])
    for length in (13, 25, len(pack.read_bytes()) - len(GOOD) + 1):
        pack.write_bytes(pack.read_bytes()[:length])
        assert [bytes(20)] == families(pack, index, frozenset()).left
        pack, index = hand_made(tmp_path, [GOOD])


GOOD = b"\x34" + zlib.compress(b"good")  # a blob of four octets


@pytest.mark.parametrize(
    "head",
    [
        b"\x04",  # git has no such kind
        b"\x54",
        b"\x64\x00",  # it differs from itself
    ],
)
def test_what_git_would_not_take_is_left_to_it(head: bytes, tmp_path: Path) -> None:
    odd = head + zlib.compress(b"any!")
    differs = b"\x64" + bytes([len(odd)]) + zlib.compress(b"\x04\x04\x90\x04")
    one = families(*hand_made(tmp_path, [GOOD, odd, differs]), frozenset())

    assert [bytes(20).hex()] == oids(one)
    assert [b"\1" * 20, b"\2" * 20] == one.left


@pytest.mark.parametrize("head", [b"\xb4" + b"\xff" * 5000, b"\x64" + b"\xff" * 5000])
def test_a_head_without_end_is_unusual(head: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnusualError):
        families(*hand_made(tmp_path, [GOOD, head + b"\0" + zlib.compress(b"x")]), frozenset())


def test_what_lies_far_from_the_next_is_left_to_git(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 100)
    one = families(*hand_made(tmp_path, [GOOD + bytes(500), GOOD]), frozenset())

    assert [(b"\1" * 20).hex()] == oids(one)
    assert [bytes(20)] == one.left


def test_what_is_left_to_git_and_elsewhere_is_left_there(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 100)
    left = found(root).left

    assert left[1:] == found(root, frozenset(left[:1])).left


def test_a_million_objects_fit_in_memory(tmp_path: Path) -> None:
    count = 20_000
    pack, index = hand_made(tmp_path, [GOOD] * count)
    tracemalloc.start()
    families(pack, index, frozenset())
    assert tracemalloc.get_traced_memory()[1] < 300 * count
    tracemalloc.stop()
