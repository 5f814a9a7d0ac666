"""Tests for strongroom.scan.sources.follow."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from strongroom.errors import InvalidError, NotFoundError
from strongroom.scan.model import Piece
from strongroom.scan.sources import follow
from strongroom.scan.sources.follow import Follow, rest


def new(path: Path, *steps: Callable[[], object]) -> list[bytes]:
    """The lines that are new in each piece, one step being made whenever nothing is new."""
    left = list(steps)

    def idle() -> bool:
        if left:
            left.pop(0)()
            return True
        return False

    (part,) = Follow(path, idle).parts(2)
    seen = []
    for piece in part.pieces():
        assert isinstance(piece, Piece)
        lines = piece.data.split(b"\n")
        seen += [
            line
            for number, line in enumerate(lines, piece.first_line)
            if line and piece.brings(number, number)
        ]
    return seen


def add(path: Path, text: bytes) -> Callable[[], object]:
    def step() -> None:
        with path.open("ab") as file:
            file.write(text)

    return step


def test_what_is_there_and_what_comes(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"one\ntwo\n")
    assert [b"one", b"two", b"three", b"four"] == new(
        log, add(log, b"three\n"), add(log, b"four\n")
    )


def test_a_line_is_given_when_it_is_whole_or_nothing_comes(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"to")
    assert [b"token"] == new(log, add(log, b"ken\n"))
    log.write_bytes(b"to")
    assert [b"to", b"token"] == new(log, lambda: None, add(log, b"ken\n"))
    log.write_bytes(b"end")
    assert [b"end"] == new(log)


def test_lines_before_are_the_context_of_those_that_come(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"".join(b"line %d\n" % n for n in range(5000)))
    left = [add(log, b"last\n")]
    (part,) = Follow(log, lambda: bool(left) and (left.pop()(), True)[1]).parts(1)
    *_, piece = part.pieces()

    assert isinstance(piece, Piece)
    assert piece.data.endswith(b"line 4999\nlast\n")
    assert piece.data.startswith(b"line %d\n" % (piece.first_line - 1))
    assert ((5001, 5002),) == piece.changed
    assert len(piece.data) < 9000


def test_what_is_rotated_is_read_to_its_end(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"one\n")

    def rotate() -> None:
        log.rename(tmp_path / "log.1")
        add(tmp_path / "log.1", b"late\n")()

    assert [b"one", b"late", b"new"] == new(log, rotate, lambda: None, add(log, b"new\n"))


def test_what_is_cut_is_read_anew(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"one\ntwo\n")
    assert [b"one", b"two", b"a"] == new(log, lambda: log.write_bytes(b"a\n"))


def test_a_hole_before_what_comes_is_no_matter(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(b"\0" * 100_000 + b"after\n")
    assert [b"after"] == new(log)


def test_what_is_no_log_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        Follow(tmp_path / "gone").parts(1)
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path):
        with pytest.raises(InvalidError) as failed:
            Follow(path).parts(1)
        assert failed.value.code == "path-not-a-log"


def test_an_interrupt_ends_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow, "POLL_S", 0)
    assert rest()
    monkeypatch.setattr(follow, "POLL_S", 60)
    timer = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    assert not rest()
    timer.join()


def test_lines_with_two_octets_a_character_are_seen(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes("the first line\n".encode("utf-16"))

    assert b"a second line" in new(log, add(log, "a second line\n".encode("utf-16-le")))
