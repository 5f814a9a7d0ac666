"""Tests for strongroom.scan.sources.prepush, with real git."""

from pathlib import Path

import pytest
from tests.scan.repos import ENVIRON, commit, git, repository

from strongroom.errors import InvalidError
from strongroom.scan.model import Piece
from strongroom.scan.sources.git import open_
from strongroom.scan.sources.prepush import PrePush

ZEROS = "0" * 40


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """One commit is on the other side, one is not."""
    folder = repository(tmp_path_factory.mktemp("push") / "work")
    git(folder, "init", "-q", "--bare", "../bare.git")
    git(folder, "remote", "add", "origin", "../bare.git")
    old = commit(folder, "a.txt", "pushed before\n")
    git(folder, "push", "-q", "origin", "main")
    return folder, old, commit(folder, "b.txt", "brand new\n")


def brought(work: tuple[Path, str, str], line: str, remote: str = "origin") -> bytes:
    source = PrePush(open_(work[0], ENVIRON), (line, ""), remote)
    pieces = [one for part in source.parts(1) for one in part.pieces()]
    return b"".join(one.data for one in pieces if isinstance(one, Piece))


@pytest.mark.parametrize("remote", ["origin", "../bare.git", "ssh://ada@example.org/x", ""])
def test_only_what_the_other_side_has_not(work: tuple[Path, str, str], remote: str) -> None:
    data = brought(work, f"refs/heads/main {work[2]} refs/heads/main {ZEROS}", remote)

    assert b"brand new" in data
    assert b"pushed before" not in data


def test_what_the_other_side_says_it_has_counts(work: tuple[Path, str, str]) -> None:
    data = brought(work, f"refs/heads/x {work[2]} refs/heads/x {'1' * 40}")

    assert b"brand new" in data
    assert b"" == brought(work, f"refs/heads/x {work[2]} refs/heads/x {work[2]}").strip()


def test_a_deleted_reference_brings_nothing(work: tuple[Path, str, str]) -> None:
    assert b"" == brought(work, f"(delete) {ZEROS} refs/heads/x {work[1]}")


@pytest.mark.parametrize("line", ["nonsense", "a b c d", f"x {'g' * 40} y {ZEROS}", "--all"])
def test_a_line_of_another_hook_is_refused(work: tuple[Path, str, str], line: str) -> None:
    with pytest.raises(InvalidError) as caught:
        brought(work, line)

    assert "push-unreadable" == caught.value.code
