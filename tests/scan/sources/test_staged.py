"""Tests for strongroom.scan.sources.staged, against the real git."""

import gzip
import os
from pathlib import Path

import pytest
from tests.scan.sources.build import codes, git, opened, repository, save, split

from strongroom.errors import NotFoundError
from strongroom.scan.model import Medium, NotScanned, Piece
from strongroom.scan.sources.asking import CONTEXT_LINES, HOOK_VARIABLES
from strongroom.scan.sources.staged import Staged


def found(root: Path, *keep: str, **environ: str) -> list[Piece | NotScanned]:
    (part,) = Staged(opened(root, *keep, **environ)).parts(2)
    return list(part.pieces())


def stage(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    git(root, "add", "-A")


def contents(pieces: list[Piece]) -> dict[str, bytes]:
    return {
        piece.origin.path: piece.data for piece in pieces if piece.origin.medium is Medium.STAGED
    }


def names(pieces: list[Piece]) -> set[bytes]:
    return {
        name
        for piece in pieces
        if piece.origin.medium is Medium.FILE_NAME
        for name in piece.data.split(b"\n")
    }


def test_before_the_first_commit_everything_is_new(tmp_path: Path) -> None:
    root = repository(tmp_path)
    stage(root, {"a": b"one\ntwo\n", "d/b": b"no end", "empty": b""})
    pieces, unscanned = split(found(root))

    assert {"a": b"one\ntwo\n", "d/b": b"no end\n"} == contents(pieces)
    assert ({b"a", b"d/b", b"empty"}, []) == (names(pieces), unscanned)
    assert ((1, 2),) == pieces[0].changed


def test_of_a_changed_file_the_change_is_looked_at(tmp_path: Path) -> None:
    root = repository(tmp_path)
    lines = [b"line %d\n" % n for n in range(1, 1001)]
    save(root, {"a": b"".join(lines), "same": b"1"})
    lines[499] = b"new 500\n"
    del lines[700]
    stage(root, {"a": b"".join(lines)})
    (root / "a").write_bytes(b"not staged\n")
    (piece,), _ = split(found(root))

    assert ("a", 500 - CONTEXT_LINES, ((500, 500),)) == (
        piece.origin.path, piece.first_line, piece.changed
    )  # fmt: skip
    assert b"".join(lines[499 - CONTEXT_LINES : 500 + CONTEXT_LINES]) == piece.data
    assert piece.brings(500, 500)
    assert piece.brings(490, 510)
    assert not piece.brings(499, 499)
    assert git(root, "rev-parse", ":a").decode() == piece.origin.oid


def test_a_renamed_file_brings_its_name_and_what_changed(tmp_path: Path) -> None:
    root = repository(tmp_path)
    text = b"".join(b"line %d\n" % n for n in range(100))
    save(root, {"old name": text})
    (root / "old name").rename(root / "new\tname")
    stage(root, {"new\tname": text + b"added\n"})
    pieces, _ = split(found(root))

    assert ["new\tname"] == list(contents(pieces))
    assert ((101, 101),) == pieces[0].changed
    assert {b"new\tname"} == names(pieces)


def test_names_that_are_no_text_or_have_blanks(tmp_path: Path) -> None:
    root = repository(tmp_path)
    files = {"caf\udce9": b"1\n", "a b": b"2\n", 'q"uote': b"3\n", " and b/x": b"\0bin"}
    stage(root, files)

    assert {**files, " and b/x": b"\nbin"} == contents(split(found(root))[0])


def test_a_file_without_lines_is_looked_at_whole(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"b": b"\0old"})
    stage(root, {"w": "wide\n".encode("utf-16"), "b": b"\0new", "copy": b"\0new"})
    pieces, unscanned = split(found(root))

    assert {"w": b"wide\n", "b": b"\nnew", "copy": b"\nnew"} == contents(pieces)
    assert [None] * 3 == [p.changed for p in pieces if p.origin.medium is Medium.STAGED]
    assert [] == unscanned


def test_what_is_deleted_or_has_another_mode_brings_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"gone": b"1", "mode": b"2", "binary": b"\0"})
    (root / "gone").unlink()
    (root / "binary").unlink()
    (root / "mode").chmod(0o755)
    git(root, "add", "-A")

    assert [] == found(root)


def test_a_submodule_is_named(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner")
    save(inner, {"a": b"1"})
    root = repository(tmp_path / "r")
    git(root, "submodule", "add", "-q", os.fspath(inner), "sub")
    pieces, unscanned = split(found(root))

    assert {".gitmodules"} == set(contents(pieces))
    assert [("sub", "skipped-submodule")] == [(one.path, one.code) for one in unscanned]


def test_a_conflict_is_named(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"base\n"})
    git(root, "checkout", "-q", "-b", "side")
    save(root, {"a": b"side\n"})
    git(root, "checkout", "-q", "main")
    save(root, {"a": b"main\n"})
    git(root, "merge", "-q", "-s", "ours", "--no-commit", "side")
    oids = [git(root, "rev-parse", f"{rev}:a").decode() for rev in ("main~", "main", "side")]
    entries = "".join(f"100644 {oid} {n}\ta\n" for n, oid in enumerate(oids, 1))
    git(root, "update-index", "--force-remove", "a")
    git(root, "update-index", "--index-info", given=entries.encode())

    assert {"a": "unmerged"} == codes(found(root))


def test_a_hook_may_have_an_index_of_its_own(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"1\n", "b": b"1\n"})
    stage(root, {"a": b"2\n"})
    index = tmp_path / ".git/other-index"
    index.write_bytes((root / ".git/index").read_bytes())
    (root / "b").write_bytes(b"2\n")
    git(root, "add", "b")

    kept = found(root, *HOOK_VARIABLES, GIT_INDEX_FILE=os.fspath(index))
    assert {"a"} == set(contents(split(kept)[0]))
    assert {"a", "b"} == set(contents(split(found(root, GIT_INDEX_FILE=os.fspath(index)))[0]))


def test_nothing_staged_is_nothing_and_no_repository_an_error(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    assert [] == found(root)
    save(root, {"a": b"1"})
    assert [] == found(root)
    with pytest.raises(NotFoundError):
        found(tmp_path)


def test_what_an_attribute_calls_a_text_is_read_as_what_it_is(tmp_path: Path) -> None:
    root = repository(tmp_path)
    packed = gzip.compress(b"in an archive\n", mtime=0)
    save(root, {".gitattributes": b"*.u16 diff\n*.gz diff\n", "a.u16": "old\n".encode("utf-16")})
    stage(root, {"a.u16": "old\nnew\n".encode("utf-16"), "b.gz": packed, "c": b"lines\n"})
    pieces, unscanned = split(found(root))

    assert {"a.u16": b"old\nnew\n", "b.gz!b": b"in an archive\n", "c": b"lines\n"} == contents(
        pieces
    )
    assert [] == unscanned
