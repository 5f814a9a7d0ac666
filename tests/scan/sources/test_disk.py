"""Tests for strongroom.scan.sources.disk."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from strongroom.scan.sources.content import WINDOW
from strongroom.scan.sources.disk import Read, exactly, reading, reason


@contextmanager
def opened(path: Path) -> Iterator[Read]:
    handle = os.open(path, os.O_RDONLY)
    try:
        yield reading(handle, os.fstat(handle))
    finally:
        os.close(handle)


@pytest.mark.parametrize("size", [0, 1, 5000, WINDOW + 10], ids=str)
def test_a_file_comes_whole_and_then_nothing(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * size)
    with opened(path) as read:
        parts = [read(WINDOW) for _ in range(3)]

    assert b"x" * size == b"".join(parts)
    assert parts[2] == b""


def test_a_small_file_can_be_read_in_steps(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"abcdefg")
    with opened(path) as read:
        assert [b"abc", b"def", b"g", b""] == [read(3) for _ in range(4)]


def test_holes_take_no_time(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with path.open("wb") as file:
        file.write(b"first")
        file.seek(1 << 40)
        file.write(b"second")
        file.truncate(1 << 41)
    with opened(path) as read:
        text = read(WINDOW)

        assert text.startswith(b"first\0")
        assert b"second" in text
        assert b"" == read(WINDOW)
    assert len(text) < WINDOW


def test_a_pipe_is_read_until_there_is_enough() -> None:
    out, into = os.pipe()
    os.write(into, b"abc")
    os.write(into, b"def")
    os.close(into)
    assert [b"abcd", b"ef", b""] == [exactly(out, 4) for _ in range(3)]
    os.close(out)


def test_reasons_are_stable() -> None:
    assert reason(OSError(errno.EACCES, "x"))[0] == "no-permission"
    assert reason(OSError(errno.ENOENT, "x"))[0] == "vanished"
    assert reason(OSError(errno.EIO, "Input/output error")) == (
        "read-failed",
        "it cannot be read: Input/output error",
    )
