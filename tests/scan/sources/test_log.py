"""Tests for strongroom.scan.sources.log, against the real git."""

from pathlib import Path

import pytest
from tests.scan.sources.build import codes, git, opened, repository, save, split

from strongroom.scan.model import Medium
from strongroom.scan.sources import log
from strongroom.scan.sources.log import LogPart
from strongroom.scan.sources.spool import spooled


def test_names_are_looked_at_once_from_a_file_or_from_git(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    save(root, {"a": b"1", "d/b": b"2"})
    save(root, {"a": b"3"})
    spool = tmp_path / "log"
    with spooled(opened(root), spool):
        for one in (spool, tmp_path / "none", None):
            (piece,), unscanned = split(LogPart(opened(root), one).pieces())
            assert (b"a\nd/b", Medium.FILE_NAME, []) == (
                piece.data, piece.origin.medium, unscanned,
            )  # fmt: skip


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


def test_a_broken_log_is_told(tmp_path: Path) -> None:
    root = repository(tmp_path / "r")
    save(root, {"a": b"1"})
    tree = git(root, "rev-parse", "HEAD^{tree}").decode()
    (root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    spool = tmp_path / "log"
    with spooled(opened(root), spool):
        assert {"": "history-broken"} == codes(LogPart(opened(root), spool).pieces())
