"""Tests for strongroom.scan.sources.commits, against the real git."""

from pathlib import Path

import pytest
from tests.scan.sources.build import codes, git, opened, repository, save, split

from strongroom.errors import InvalidError
from strongroom.scan.model import Medium, NotScanned, Piece
from strongroom.scan.sources import commits
from strongroom.scan.sources.commits import Range


def found(root: Path, revisions: str, jobs: int = 1) -> list[Piece | NotScanned]:
    parts = Range(opened(root), revisions).parts(jobs)
    return [one for part in parts for one in part.pieces()]


def new(found: list[Piece | NotScanned]) -> set[bytes]:
    """The lines that are new."""
    lines = set()
    for piece in split(found)[0]:
        if piece.origin.medium is not Medium.BLOB:
            continue
        for number, line in enumerate(piece.data.splitlines(), piece.first_line):
            if piece.brings(number, number):
                lines.add(line)
    return lines


def test_what_a_range_brings(tmp_path: Path) -> None:
    root = repository(tmp_path)
    first = save(root, {"a": b"old\n"}, "first message")
    save(root, {"a": b"old\nnew\n", "b": b"\0binary"}, "second message")
    save(root, {"a": b"old\n"}, "third message")
    seen = found(root, f"{first}..HEAD")
    pieces, unscanned = split(seen)

    assert {b"new", b"binary", b""} == new(seen)
    assert {b"second message\n", b"third message\n"} == {
        piece.data for piece in pieces if piece.origin.medium is Medium.COMMIT_MESSAGE
    }
    assert [b"b"] == [p.data for p in pieces if p.origin.medium is Medium.FILE_NAME]
    assert [] == unscanned
    assert {b"old", b"new", b"binary", b""} == new(found(root, "main"))


def test_of_a_merge_what_no_parent_has(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"1\n2\n3\n"})
    git(root, "checkout", "-q", "-b", "side")
    save(root, {"b": b"side\n"})
    git(root, "checkout", "-q", "main")
    save(root, {"c": b"main\n"})
    git(root, "merge", "-q", "--no-commit", "side")
    save(root, {"a": b"1\nevil\n2\n3\n", "d": b"new in merge\n", "e": b"\0only"})

    assert {b"evil", b"new in merge", b"", b"only"} == new(found(root, "HEAD^!"))


def test_commits_are_shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commits, "FEW_COMMITS", 2)
    root = repository(tmp_path)
    for n in range(5):
        save(root, {str(n): b"line %d\n" % n})
    parts = Range(opened(root), "main").parts(2)

    assert [3, 2] == [part.extent.items for part in parts]
    assert {b"line %d" % n for n in range(5)} == new(found(root, "main", 2))


def test_a_range_that_git_doesnt_know_is_an_error(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"1"})
    for bad in ("gone..main", "--all", "--output=x", ""):
        with pytest.raises(InvalidError) as failed:
            found(root, bad)
        assert failed.value.code == "range-unusable"
    assert not (root / "x").exists()
    assert [] == found(root, "main..main")


def test_what_is_broken_is_named(tmp_path: Path) -> None:
    root = repository(tmp_path)
    save(root, {"a": b"one\n"})
    save(root, {"a": b"two\n"})
    oid = git(root, "rev-parse", "HEAD:a").decode()
    (root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    (root / "a").unlink()  # git would take the bytes from there

    seen = found(root, "main")
    assert {"": "history-broken", "a": "object-missing"} == codes(seen)
    assert b"one" in new(seen)  # git had ended before it came to it


def test_of_a_partial_clone_what_is_there_is_looked_at_and_nothing_fetched(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    git(root, "config", "uploadpack.allowFilter", "true")
    first = save(root, {"a": b"one\n", "b": b"one b\n"})
    save(root, {"a": b"two\n", "b": b"two b\n"})
    save(root, {"a": b"three\n", "new name": b"new\n"})
    git(tmp_path, "clone", "-q", "--filter=blob:none", root.as_uri(), "clone")
    packs = tmp_path / "clone/.git/objects/pack"
    before = set(packs.iterdir())
    seen = found(tmp_path / "clone", f"{first}..HEAD")

    assert before == set(packs.iterdir())
    assert {b"three", b"two b", b"new"} == new(seen)
    assert {"": "partial-clone", "a": "object-missing"} == codes(seen)
    names = [p.data for p in split(seen)[0] if p.origin.medium is Medium.FILE_NAME]
    assert {b"a", b"b", b"new name"} == set(b"\n".join(names).split(b"\n"))
