"""Tests for strongroom.scan.sources.folder."""

import gzip
import os
import pickle
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.scan.sources.build import codes, git, repository, save, split, texts

from strongroom.errors import MachineError, NotFoundError
from strongroom.scan.model import Medium, NotScanned, Piece
from strongroom.scan.sources import folder
from strongroom.scan.sources.folder import FilePart, Folder
from strongroom.scan.sources.interface import Extent


def found(root: Path, *paths: str, everything: bool = False) -> list[Piece | NotScanned]:
    return inside(Folder(root, paths, everything=everything).parts(2))


def inside(parts: Iterable[FilePart]) -> list[Piece | NotScanned]:
    """All but the names."""
    return [one for part in parts for one in part.pieces() if not is_names(one)]


def names(root: Path, jobs: int = 1) -> list[bytes]:
    every = [one for part in Folder(root).parts(jobs) for one in part.pieces()]
    return [one.data for one in every if isinstance(one, Piece) and is_names(one)]


def is_names(one: Piece | NotScanned) -> bool:
    return isinstance(one, Piece) and one.origin.medium is Medium.FILE_NAME


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def test_every_file_is_looked_at_with_its_relative_path(tmp_path: Path) -> None:
    files = {"a": b"1", "b/c.txt": b"2", "b/.hidden/d": b"3", "package-lock.json": b"4"}
    write(tmp_path, files)

    assert files == texts(found(tmp_path))


def test_parts_are_shared_and_can_be_sent(tmp_path: Path) -> None:
    write(tmp_path, {f"f{n}": bytes((65 + n,)) * 1_000_000 for n in range(6)})
    parts = Folder(tmp_path).parts(2)

    assert [3_000_000, 3_000_000] == [part.extent.octets for part in parts]
    sent: list[FilePart] = pickle.loads(pickle.dumps(list(parts)))
    assert 6 == len(inside(sent))


def test_parts_come_while_others_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {f"d{n}/f": bytes((65 + n,)) * 1_500_000 for n in range(8)})
    listed: list[bytes] = []
    scandir = os.scandir

    def watched(path: bytes) -> "os._ScandirIterator[bytes]":
        listed.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", watched)
    walked = Folder(tmp_path).walked()

    assert Extent(2, 3_000_000) == next(walked).extent
    assert len(listed) < 8
    assert 6 == sum(part.extent.items for part in walked)


def test_parts_that_come_early_are_all_there_is(tmp_path: Path) -> None:
    names = {f"{'n' * 60}{n}": b"x" for n in range(2000)}
    write(tmp_path, {**names, "big/a": b"y" * 5_000_000, "big/b": b"z", "node_modules/c": b"w"})
    parts = list(Folder(tmp_path).walked())

    assert len(parts) > 8
    assert 2002 == sum(part.extent.items for part in parts)
    assert {*names, "big/a", "big/b"} == {
        name for part in parts for name in part.paths.decode().split("\0") if name
    }
    assert sorted(map(repr, inside(parts))) == sorted(map(repr, inside(Folder(tmp_path).parts(1))))
    (little,) = Folder(tmp_path, ("big/b",)).walked()
    assert Extent(1, 1) == little.extent


def test_little_is_one_part(tmp_path: Path) -> None:
    write(tmp_path, {"a": b"1", "b": b"2"})
    assert 1 == len(Folder(tmp_path).parts(2))
    assert [] == found(tmp_path, "a")[1:]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert [] == found(empty)


def test_names_are_looked_at_whatever_they_are_of(tmp_path: Path) -> None:
    write(tmp_path, {"d/a": b"1", "node_modules/b": b"2", "e\nf": b"3"})
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "empty").mkdir()
    of_files, others = names(tmp_path)

    assert {b"d/a", b"e f"} == set(of_files.split(b"\n"))
    assert {b"node_modules", b"link", b"empty"} == set(others.split(b"\n"))


def test_millions_of_names_are_several_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "NAMES_OCTETS", 16)
    every = [f"name{n:02}".encode() for n in range(7)]
    write(tmp_path, {os.fsdecode(one): b"" for one in every})
    pieces = names(tmp_path)

    assert all(len(piece) <= 16 for piece in pieces)
    assert every == sorted(name for piece in pieces for name in piece.split(b"\n"))


def test_what_is_no_file_is_named_and_not_opened(tmp_path: Path) -> None:
    write(tmp_path, {"a": b"1"})
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "nowhere").symlink_to("gone")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(tmp_path / "socket"))
        seen = found(tmp_path)

    assert {"a": b"1"} == {one.origin.path: one.data for one in split(seen)[0]}
    assert {
        "pipe": "not-a-file",
        "socket": "not-a-file",
        "link": "skipped-link",
        "loop": "skipped-link",
        "nowhere": "skipped-link",
    } == codes(seen)


def test_a_file_that_became_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, {"a": b"1", "b": b"1"})
    (part,) = Folder(tmp_path).parts(1)
    (tmp_path / "a").unlink()
    os.mkfifo(tmp_path / "a")
    (tmp_path / "b").unlink()

    assert {"a": "not-a-file", "b": "vanished"} == codes(part.pieces())


def test_a_file_that_became_a_link_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "in", {"a": b"1"})
    write(tmp_path, {"outside": b"secret"})
    (part,) = Folder(tmp_path / "in").parts(1)
    (tmp_path / "in/a").unlink()
    (tmp_path / "in/a").symlink_to("../outside")

    assert {"a": "skipped-link"} == codes(part.pieces())


def test_a_file_that_is_written_to_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"a": b"1"})
    (part,) = Folder(tmp_path).parts(1)
    seen = part.pieces()
    assert not is_names(next(seen))
    write(tmp_path, {"a": b"another"})
    assert {"a": "changed-meanwhile"} == codes(seen)


@contextmanager
def nobody() -> Iterator[None]:
    """Be a user who may read what everybody may; root may read everything."""
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(me)


def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"f/a": b"1", "b": b"2", "c/d": b"3"})
    for folder_ in (tmp_path, *tmp_path.parents):
        if folder_.name.startswith(("pytest", "popen", "test_")):
            folder_.chmod(0o755)
    (tmp_path / "f").chmod(0)
    (tmp_path / "c/d").chmod(0)
    with nobody():
        seen = found(tmp_path)
    (tmp_path / "f").chmod(0o700)

    assert {"f": "no-permission", "c/d": "no-permission"} == codes(seen)
    assert ["b"] == [one.origin.path for one in split(seen)[0]]


def test_what_stands_where_one_may_not_enter_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"closed/d/a": b"1"})
    (tmp_path / "closed").chmod(0)
    with nobody(), pytest.raises(MachineError) as caught:
        found(tmp_path / "closed/d")
    assert caught.value.code == "path-unreadable"


def test_names_that_are_no_text_survive(tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9 \n.txt")
    write(tmp_path, {name: b"1"})
    assert {name: b"1"} == texts(found(tmp_path))


def test_packages_of_others_are_left_out_unless_everything_is_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {"node_modules/a": b"1", "b.pyc": b"2", "c": b"3"})

    assert {"node_modules": "skipped-dependencies", "b.pyc": "skipped-compiled"} == codes(
        found(tmp_path)
    )
    assert {"node_modules/a", "b.pyc", "c"} == set(texts(found(tmp_path, everything=True)))


def test_of_a_repository_the_configuration_is_looked_at(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    save(root, {"a": b"1"})
    git(tmp_path, "clone", "-q", "--bare", "r", "bare.git")
    seen = found(tmp_path)
    pieces, _ = split(seen)

    assert {"r/.git": "skipped-git", "bare.git": "skipped-git"} == codes(seen)
    assert {"r/a", "r/.git/config", "bare.git/config"} == {one.origin.path for one in pieces}
    assert {"r/.git/config"} == {
        one.origin.path for one in pieces if one.origin.medium is Medium.GIT_CONFIG
    }


def test_files_are_named_one_by_one(tmp_path: Path) -> None:
    write(tmp_path, {"d/a": b"1", "d/b": b"2", "c": b"3"})
    (tmp_path / "link").symlink_to("c")

    assert {"d/a": b"1", "c": b"3"} == texts(found(tmp_path, "d/a", os.fspath(tmp_path / "c")))
    assert {"c": b"3"} == texts(found(tmp_path, "link"))
    assert {"c": b"3"} == texts(found(tmp_path / "c"))
    assert {"d/a", "d/b"} == set(texts(found(tmp_path, "d")))


def test_what_is_not_there_is_an_error(tmp_path: Path) -> None:
    for root, *paths in ((tmp_path / "gone",), (tmp_path, "gone"), (tmp_path / "gone/x",)):
        with pytest.raises(NotFoundError) as failed:
            Folder(root, tuple(paths)).parts(1)
        assert failed.value.code == "path-not-found"
        assert failed.value.fix


def test_a_terabyte_of_nothing_takes_no_time(tmp_path: Path) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.truncate(1 << 40)
        file.write(b"token")
    pieces, unscanned = split(found(tmp_path))
    assert pieces[0].data.startswith(b"token")
    assert [] == unscanned


def test_archives_are_opened(tmp_path: Path) -> None:
    write(tmp_path, {"d/a.txt.gz": gzip.compress(b"inside")})
    assert {"d/a.txt.gz!a.txt": b"inside"} == texts(found(tmp_path))


def test_devices_are_not_opened() -> None:
    seen = Folder(Path("/dev"), ("null", "zero")).parts(1)[0].pieces()
    assert {"null": "not-a-file", "zero": "not-a-file"} == codes(seen)


def test_the_systems_own_memory_is_left_out() -> None:
    walk = folder._Walk(b"/", everything=True)
    walk._pseudo = frozenset({Path("/dev").stat().st_dev})
    with os.scandir(b"/") as entries:
        (dev,) = [entry for entry in entries if entry.name == b"dev"]
    assert not walk._enters(b"dev", dev)
    assert ["skipped-pseudo"] == [one.code for one in walk.not_scanned]


def test_a_folder_that_only_looks_like_a_repository_is_looked_at(tmp_path: Path) -> None:
    write(tmp_path, {"p/HEAD": b"x", "p/refs/r": b"r", "p/objects/o": b"o", "p/app.env": b"a",
                     "q/HEAD": b"ref: refs/heads/main\n", "q/refs": b"", "q/objects/o": b"o"})  # fmt: skip
    (part,) = Folder(tmp_path).parts(1)
    pieces, unscanned = split(part.pieces())

    assert {"p/HEAD", "p/refs/r", "p/objects/o", "p/app.env", "q/HEAD", "q/objects/o"} == {
        piece.origin.path for piece in pieces if piece.origin.path
    }
    assert [] == unscanned


def test_what_is_not_gits_in_a_repository_is_looked_at(tmp_path: Path) -> None:
    git(repository(tmp_path / "bare", "--bare"), "gc", "-q")
    write(tmp_path / "bare", {"app.env": b"a", "d/b": b"b"})
    (part,) = Folder(tmp_path).parts(1)
    pieces, unscanned = split(part.pieces())

    assert {"bare/app.env", "bare/d/b"} <= {piece.origin.path for piece in pieces}
    assert ["skipped-git"] == [one.code for one in unscanned]


def test_a_text_with_wide_characters_far_behind_is_seen(tmp_path: Path) -> None:
    write(tmp_path, {"a": b"plain line\n" * 1000 + "wide enough".encode("utf-16-le")})
    (part,) = Folder(tmp_path).parts(1)

    assert b"wide enough" in [piece.data for piece in split(part.pieces())[0]]
