"""Tests for strongroom.scan.sources.uncompared, against the real git."""

from pathlib import Path

import pytest
from tests.scan.sources.build import git, opened, repository, save, split

from strongroom.scan.model import Medium
from strongroom.scan.sources import uncompared


def test_each_version_is_given_whole_once_and_what_is_absent_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uncompared, "MISSING_MAX", 1)
    root = repository(tmp_path / "r")
    first = save(root, {"a": b"one\n", "b": b"same\n", "c": b"same\n"})
    second = save(root, {"a": b"two\n"})
    third = save(root, {"a": b"three\n"})
    for commit in (first, second):
        oid = git(root, "rev-parse", f"{commit}:a").decode()
        (root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    ids = bytes.fromhex(first + second + third)
    pieces, unscanned = split(uncompared.uncompared(opened(root), ids, 20))

    assert {b"same\n", b"three\n"} == {p.data for p in pieces if p.origin.medium is Medium.BLOB}
    assert ["a\nb\nc"] == [
        "\n".join(sorted(p.data.decode().split("\n")))
        for p in pieces
        if p.origin.medium is Medium.FILE_NAME
    ]
    assert [("a", "object-missing"), ("", "object-missing")] == [
        (one.path, one.code) for one in unscanned
    ]
    assert "1 more" in unscanned[1].why


def test_without_folders_there_is_nothing_to_go_by(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    first = save(root, {"a": b"one\n"})
    oid = git(root, "rev-parse", "HEAD^{tree}").decode()
    (root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    pieces, unscanned = split(uncompared.uncompared(opened(root), bytes.fromhex(first), 20))

    assert ([], ["history-broken"]) == (pieces, [one.code for one in unscanned])
