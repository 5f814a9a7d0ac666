"""Tests for strongroom.scan.pool: what a process that dies, or refuses, does to a scan."""

import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.scan.build import RECIPE, Folders, token, write

from strongroom.errors import MachineError, StrongroomError
from strongroom.scan import starting
from strongroom.scan.pool import Pool
from strongroom.scan.sources.folder import Folder
from strongroom.scan.sources.git import Repository
from strongroom.scan.sources.history import HistoryPart
from strongroom.scan.sources.interface import Extent, Part
from strongroom.scan.worker import Message, Progress, Worker


def look(parts: Sequence[Part]) -> list[Message]:
    told: list[Message] = []
    one = Pool(RECIPE)
    try:
        one.start(1)
        one.look(deque(parts), told.append, Worker(RECIPE))
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
    monkeypatch.setattr(starting, "COMMAND", (sys.executable, "-c", code))
    (part,) = Folders((write(tmp_path, {"a": "a"}),)).parts(1)
    with pytest.raises(MachineError) as caught:
        look([part])

    assert "scan-worker-died" == caught.value.code
    assert said in caught.value.message


def test_one_that_cannot_start_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "COMMAND", ("/no/such/program",))
    with pytest.raises(MachineError) as caught:
        Pool(RECIPE).start(1)

    assert "scan-worker-failed" == caught.value.code


def test_an_error_of_a_part_is_that_error(tmp_path: Path) -> None:
    gone = Repository(tmp_path / "gone", {})
    part = HistoryPart(gone, b"\x01" * 20, 20, Extent(1, 1))
    with pytest.raises(StrongroomError) as caught:
        look([part])

    assert "git-failed" == caught.value.code


def test_all_parts_are_looked_at_here_and_there(tmp_path: Path) -> None:
    one = token()
    write(tmp_path, {f"{n:03}.py": f"k = '{one}'\n" * 4000 for n in range(60)})
    parts = list(Folder(tmp_path).walked())
    assert len(parts) > 2
    told = look(parts)
    found = {f.place.path for m in told if isinstance(m, list) for f in m}

    assert {f"{n:03}.py" for n in range(60)} == found
    assert 60 == sum(m.items for m in told if isinstance(m, Progress))


def test_a_part_larger_than_a_pipe_waits_until_somebody_reads(tmp_path: Path) -> None:
    names = [f"{'n' * 200}{n:05}" for n in range(1200)]
    write(tmp_path, dict.fromkeys(names, "x = 1\n"))
    (all_of_it,) = Folder(tmp_path).parts(1)
    one = Path(tmp_path, names[0])
    told = look([all_of_it] * 8)

    assert one.is_file()
    assert 8 * 1200 == sum(m.items for m in told if isinstance(m, Progress))


def test_one_that_was_started_before_is_used_or_ended() -> None:
    ready = [starting.start(), starting.start()]
    one = Pool(RECIPE, ready)
    one.start(1)
    one.end()

    assert [-9, -9] == [process.returncode for process in ready]


def test_parts_are_taken_while_others_are_looked_for(tmp_path: Path) -> None:
    (part,) = Folder(write(tmp_path, {"a.py": token()})).parts(1)
    told: list[Message] = []
    waiting: deque[Part] = deque([part])
    one = Pool(RECIPE)
    try:
        one.start(1)
        one.offer(waiting, told.append)
        assert not waiting
        one.look(waiting, told.append, Worker(RECIPE))
    finally:
        one.end()

    assert 1 == sum(m.items for m in told if isinstance(m, Progress))


def test_nobody_waits_for_one_that_has_nothing_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "COMMAND", (sys.executable, "-c", "import time; time.sleep(600)"))

    assert [] == look([])


def test_one_that_dies_while_it_has_nothing_to_do_is_an_error(tmp_path: Path) -> None:
    (part,) = Folder(write(tmp_path, {"a.py": token()})).parts(1)
    told: list[Message] = []
    process = starting.start()
    one = Pool(RECIPE, [process])
    try:
        one.start(1)
        one.look(deque([part]), told.append, Worker(RECIPE))
        process.kill()
        process.wait()
        with pytest.raises(MachineError) as caught:
            one.look(deque([part]), told.append, Worker(RECIPE))
    finally:
        one.end()

    assert "scan-worker-died" == caught.value.code
