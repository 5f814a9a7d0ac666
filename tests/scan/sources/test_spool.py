"""Tests for strongroom.scan.sources.spool, against the real git."""

import fcntl
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from tests.scan.sources.build import git, opened, repository, save

from strongroom.errors import MachineError
from strongroom.scan.sources.spool import END, awaited, spooled


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = repository(tmp_path / "r")
    save(root, {"a": b"1", "d/b": b"2"})
    return root


def text(path: Path) -> bytes | None:
    file = awaited(path)
    if file is None:
        return None
    with file:
        return file.read()


def test_git_writes_the_log_while_others_work(root: Path, tmp_path: Path) -> None:
    path = tmp_path / "log"
    with spooled(opened(root), path):
        whole = text(path)
        again = text(path)

    assert whole is not None
    assert b"A\td/b\n" in whole
    assert whole.endswith(END)
    assert again == whole
    assert 0o600 == path.stat().st_mode & 0o777


def test_a_broken_log_is_not_whole(root: Path, tmp_path: Path) -> None:
    tree = git(root, "rev-parse", "HEAD^{tree}").decode()
    (root / ".git/objects" / tree[:2] / tree[2:]).unlink()
    with spooled(opened(root), tmp_path / "log"):
        assert text(tmp_path / "log") is None


@pytest.mark.parametrize("place", ["gone/log", "/dev/full", "r"])
def test_a_disk_that_refuses_costs_only_the_file(place: str, root: Path, tmp_path: Path) -> None:
    with spooled(opened(root), tmp_path / place):
        assert text(tmp_path / place) is None


def test_whoever_reads_waits_for_git_and_no_longer(root: Path, tmp_path: Path) -> None:
    slow = tmp_path / "git"
    fifo = tmp_path / "fifo"
    slow.write_text(f'#!/bin/sh\nread line < "{fifo}"\nexec git "$@"\n')
    slow.chmod(0o700)
    os.mkfifo(fifo)
    path = tmp_path / "log"
    with spooled(replace(opened(root), program=str(slow)), path):
        with path.open("rb") as other, pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_SH | fcntl.LOCK_NB)
        fifo.write_text("go\n")
        assert (text(path) or b"").endswith(END)
    with spooled(replace(opened(root), program=str(slow)), tmp_path / "ended"):
        pass  # it does not wait for what nobody asks for
    assert text(tmp_path / "ended") is None


def test_who_is_interrupted_leaves_nobody_with_a_closed_file(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    before = threading.active_count()
    for number in range(20):
        with pytest.raises(KeyboardInterrupt), spooled(opened(root), tmp_path / str(number)):
            raise KeyboardInterrupt

    assert ([], before) == (failed, threading.active_count())


def test_without_git_there_is_no_log(root: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(MachineError, match="git"),
        spooled(replace(opened(root), program="no-such-git"), tmp_path / "log"),
    ):
        pass
