"""Tests for strongroom.scan.sources.objects, against the real git."""

import io
import itertools
import os
from pathlib import Path

import pytest
from tests.scan.sources.build import git, opened, repository, save

from strongroom.scan.model import NotScanned
from strongroom.scan.sources import objects as module
from strongroom.scan.sources.content import WINDOW
from strongroom.scan.sources.objects import Object, listing, objects, whole_lines


def blob(root: Path, data: bytes) -> str:
    return git(root, "hash-object", "-w", "--stdin", given=data).decode()


def read(root: Path, *oids: str) -> list[Object | NotScanned]:
    ids = bytes.fromhex("".join(oids))
    return list(objects(opened(root), ids, len(oids[0]) // 2))


def loose(root: Path, oid: str) -> Path:
    return root / ".git/objects" / oid[:2] / oid[2:]


def test_all_but_trees_are_listed_with_their_sizes(tmp_path: Path) -> None:
    root = repository(tmp_path)
    commit = save(root, {"a": b"12345"})
    git(root, "tag", "-a", "v1", "-m", "tagged")
    dangling = blob(root, b"1234567")
    found = listing(opened(root))

    oids = [found.ids[at : at + 20].hex() for at in range(0, len(found.ids), 20)]
    sizes = dict(zip(oids, found.sizes, strict=True))
    assert {commit, dangling, git(root, "rev-parse", "HEAD:a").decode()} < set(sizes)
    assert (4, 7, []) == (len(sizes), sizes[dangling], found.not_scanned)


def test_versions_of_a_file_are_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path)
    texts = [os.urandom(2000).hex() for _ in range(3)]
    for n in range(4):
        save(root, {f"f{i}": f"{text}\n{n}".encode() for i, text in enumerate(texts)})
    git(root, "repack", "-adfq")
    rows = git(
        root, "cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(deltabase)"
    ).decode()
    bases = dict(row.split() for row in rows.splitlines())

    def family(oid: str) -> str:
        return family(bases[oid]) if bases[oid].strip("0") else oid

    found = listing(opened(root))
    oids = [found.ids[at : at + 20].hex() for at in range(0, len(found.ids), 20)]
    runs = [key for key, _ in itertools.groupby(oids, family)]
    assert len(runs) == len(set(runs)) < len(oids) - 4
    assert all(oids.index(base) < oids.index(oid) for oid, base in bases.items() if base in oids)

    monkeypatch.setattr(module, "FAMILIES_MAX", 1)
    other = listing(opened(root))
    assert sorted(zip(found.sizes, oids, strict=True)) == sorted(
        (size, other.ids[at * 20 : at * 20 + 20].hex()) for at, size in enumerate(other.sizes)
    )


def test_a_repository_of_sha_256(tmp_path: Path) -> None:
    root = repository(tmp_path, "--object-format=sha256")
    save(root, {"a": b"12345"})
    found = listing(opened(root))

    assert 32 == found.width
    datas = [
        one.data for one in objects(opened(root), bytes(found.ids), 32) if isinstance(one, Object)
    ]
    assert b"12345" in datas


def test_nothing_is_listed_of_nothing(tmp_path: Path) -> None:
    found = listing(opened(repository(tmp_path)))
    assert (b"", []) == (bytes(found.ids), found.not_scanned)


def test_objects_come_whole_in_their_order(tmp_path: Path) -> None:
    root = repository(tmp_path)
    datas = [b"", b"\n", b"a\nb", bytes(range(256)) * 100]
    found = read(root, *(blob(root, data) for data in datas))

    assert datas == [one.data for one in found if isinstance(one, Object)]


def test_a_large_object_is_read_in_steps_or_passed(tmp_path: Path) -> None:
    root = repository(tmp_path)
    data = b"0123456789" * (WINDOW // 10 + 100)
    oids = [blob(root, data), blob(root, b"small"), blob(root, data), blob(root, b"last")]
    seen = []
    for number, one in enumerate(
        objects(opened(root), bytes.fromhex("".join(oids)), len(oids[0]) // 2)
    ):
        assert isinstance(one, Object)
        if one.read is None:
            seen.append(one.data)
        elif number == 0:
            assert data == one.read(WINDOW) + one.read(WINDOW)
            assert one.read(WINDOW) == b""
    assert [b"small", b"last"] == seen


def test_what_is_lost_or_broken_is_named_and_the_rest_is_read(tmp_path: Path) -> None:
    root = repository(tmp_path)
    oids = [blob(root, b"text %d" % n * 50) for n in range(5)]
    loose(root, oids[1]).unlink()
    for oid, keep in ((oids[2], 20), (oids[4], 12)):
        path = loose(root, oid)
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:keep] + b"\0" * 20)
    found = read(root, *oids)

    assert {oids[1]: "object-missing"}.items() <= {
        one.path: one.code for one in found if isinstance(one, NotScanned)
    }.items()
    assert {oids[1], oids[2], oids[4]} == {one.path for one in found if isinstance(one, NotScanned)}
    assert [b"text 0" * 50, b"text 3" * 50] == [
        one.data for one in found if isinstance(one, Object)
    ]


def test_a_broken_pack_doesnt_take_forever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BROKEN_MAX", 3)
    root = repository(tmp_path)
    oids = [blob(root, bytes((n,)) + os.urandom(500)) for n in range(9)]
    for oid in oids:
        path = loose(root, oid)
        path.chmod(0o600)
        path.write_bytes(path.read_bytes()[:60])
    found = read(root, *oids)

    assert ["object-corrupt"] * 4 + ["repository-corrupt"] == [
        one.code for one in found if isinstance(one, NotScanned)
    ]
    assert [] == [one for one in found if isinstance(one, Object)]


def test_chunks_end_with_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PIPE_OCTETS", 4)
    text = b"one\ntwo three\n\nfour"
    parts = list(whole_lines(io.BytesIO(text)))

    assert text == b"".join(parts)
    assert [b"one\n", b"two three\n\n", b"four"] == parts
