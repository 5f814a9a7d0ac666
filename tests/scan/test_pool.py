"""Tests for strongroom.scan.pool: what a process that dies, or refuses, does to a scan."""

import sys
from pathlib import Path

import pytest
from tests.scan.build import RECIPE, Folders, write

from strongroom.errors import MachineError, StrongroomError
from strongroom.scan import pool
from strongroom.scan.pool import Pool
from strongroom.scan.sources.git import Repository
from strongroom.scan.sources.history import HistoryPart
from strongroom.scan.sources.interface import Extent, Part
from strongroom.scan.worker import Message


def look(parts: list[Part]) -> list[Message]:
    told: list[Message] = []
    one = Pool(RECIPE)
    try:
        one.look(parts, told.append)
    finally:
        one.end()
    return told


@pytest.mark.parametrize(
    ("code", "said"),
    [("import os; os.kill(os.getpid(), 9)", "signal 9"), ("raise SystemExit(3)", "status 3")],
)
def test_one_that_dies_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    monkeypatch.setattr(pool, "_COMMAND", (sys.executable, "-c", code))
    (part,) = Folders((write(tmp_path, {"a": "a"}),)).parts(1)
    with pytest.raises(MachineError) as caught:
        look([part])

    assert "scan-worker-died" == caught.value.code
    assert said in caught.value.message


def test_one_that_cannot_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_COMMAND", ("/no/such/program",))
    with pytest.raises(MachineError) as caught:
        Pool(RECIPE).start(1)

    assert "scan-worker-failed" == caught.value.code


def test_an_error_of_a_part_is_that_error(tmp_path: Path) -> None:
    gone = Repository(tmp_path / "gone", {})
    part = HistoryPart(gone, b"\x01" * 20, 20, Extent(1, 1))
    with pytest.raises(StrongroomError) as caught:
        look([part])

    assert "git-failed" == caught.value.code
