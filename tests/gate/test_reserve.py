"""Tests for strongroom.gate.reserve."""

import os
import stat
from pathlib import Path

import pytest

from strongroom.gate.reserve import RETRY_US, SLICES, Reserve

SIZE = SLICES * 4_096


def reserve(path: Path) -> Reserve:
    return Reserve(path / "reserve", size_bytes=SIZE)


def test_it_is_allocated_in_full_and_nobody_elses(tmp_path: Path) -> None:
    assert reserve(tmp_path).ready(1)
    found = (tmp_path / "reserve").stat()

    assert found.st_size == SIZE
    assert found.st_blocks * 512 >= SIZE
    assert stat.S_IMODE(found.st_mode) == 0o600


def test_it_gives_a_slice_at_a_time_until_nothing_is_left(tmp_path: Path) -> None:
    kept = reserve(tmp_path)
    kept.ready(1)
    sizes = []
    while kept.give():
        sizes.append((tmp_path / "reserve").stat().st_size)

    assert sizes == [SIZE - 4_096 * n for n in range(1, SLICES + 1)]
    assert not kept.whole


def test_ordinary_work_waits_until_it_is_whole_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = reserve(tmp_path)
    assert kept.ready(1)
    kept.give()
    with monkeypatch.context() as full:
        full.setattr(os, "posix_fallocate", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        assert not kept.ready(1 + RETRY_US)
        assert (tmp_path / "reserve").stat().st_size == SIZE - 4_096
    assert not kept.ready(2 * RETRY_US)
    assert kept.ready(1 + 2 * RETRY_US)


def test_another_process_notices_that_it_is_short(tmp_path: Path) -> None:
    one, other = reserve(tmp_path), reserve(tmp_path)
    assert one.ready(1)
    assert other.ready(1)
    one.give()

    assert other.ready(2)  # there is space, so it is filled at once
    assert (tmp_path / "reserve").stat().st_size == SIZE


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"")
    (tmp_path / "reserve").symlink_to(tmp_path / "elsewhere")

    assert not reserve(tmp_path).ready(1)
    assert (tmp_path / "elsewhere").stat().st_size == 0


def test_without_a_folder_there_is_none(tmp_path: Path) -> None:
    kept = Reserve(tmp_path / "none" / "reserve")

    assert not kept.ready(1)
    assert not kept.give()


def test_after_a_failed_write_it_looks_again(tmp_path: Path) -> None:
    kept = reserve(tmp_path)
    assert kept.ready(1)
    kept.doubt()
    assert not kept.whole

    assert kept.ready(2)
