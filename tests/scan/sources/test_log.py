"""Tests for strongroom.scan.sources.log, against the real git."""

from pathlib import Path

import pytest
from tests.scan.sources.build import codes, git, opened, repository, save, split

from strongroom.scan.model import Medium
from strongroom.scan.sources import log
from strongroom.scan.sources.log import END, LogPart


def test_names_are_looked_at_once_and_the_log_is_kept(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    save(root, {"a": b"1", "d/b": b"2"})
    save(root, {"a": b"3"})
    spool = tmp_path / "log"
    (piece,), unscanned = split(LogPart(opened(root), spool).pieces())

    assert (b"a\nd/b", Medium.FILE_NAME, []) == (piece.data, piece.origin.medium, unscanned)
    assert spool.read_bytes().endswith(END)
    assert 0o600 == spool.stat().st_mode & 0o777


def test_many_missing_files_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "MISSING_MAX", 2)
    root = repository(tmp_path / "r")
    save(root, {str(n): b"%d" % n for n in range(5)})
    for n in range(5):
        oid = git(root, "rev-parse", f"HEAD:{n}").decode()
        (root / ".git/objects" / oid[:2] / oid[2:]).unlink()
    _, unscanned = split(LogPart(opened(root), None).pieces())

    assert ["object-missing"] * 3 == [one.code for one in unscanned]
    assert "3 more" in unscanned[-1].why


def test_a_broken_log_is_not_whole(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    save(root, {"a": b"1"})
    tree = git(root, "rev-parse", "HEAD^{tree}").decode()
    (root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    spool = tmp_path / "log"

    assert {"": "history-broken"} == codes(LogPart(opened(root), spool).pieces())
    assert not spool.read_bytes().endswith(END)


def test_a_disk_that_refuses_costs_nothing_but_the_log(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    save(root, {"a": b"1"})
    for spool in (tmp_path / "gone/log", Path("/dev/full")):
        (piece,), unscanned = split(LogPart(opened(root), spool).pieces())
        assert (b"a", []) == (piece.data, unscanned)
