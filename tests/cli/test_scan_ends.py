"""Tests for strongroom.cli.scan_ends."""

import os
import signal
from pathlib import Path

import pytest
from tests.scan.repos import commit, repository

from strongroom.cli.main import main
from strongroom.cli.scan_ends import tidy
from strongroom.entry import main as quick

CAPTURE = pytest.CaptureFixture[str]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_unwinds_and_is_then_as_it_was(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    left: list[int] = []

    def work() -> None:
        with tidy():
            try:
                os.kill(os.getpid(), number)
            finally:
                left.append(number)

    with pytest.raises(SystemExit) as ended:
        work()
    assert [number] == left
    assert 128 + number == ended.value.code
    assert before == signal.getsignal(number)


def test_what_nohup_ignores_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with tidy():
            os.kill(os.getpid(), signal.SIGHUP)
        assert signal.SIG_IGN == signal.getsignal(signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_history_that_is_interrupted_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE, number: int, status: int
) -> None:
    root = repository(tmp_path / "r")
    commit(root, "a", "one\n")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    monkeypatch.chdir(root)
    seen: list[int] = []

    def interrupted(*_: object) -> None:
        seen.append(len(list((tmp_path / "tmp").iterdir())))
        os.kill(os.getpid(), number)

    monkeypatch.setattr("strongroom.cli.scan_view.Bar.advance", interrupted)
    try:
        ended = main(["scan", "--history"])
    except SystemExit as error:
        ended = int(str(error.code))

    assert status == ended
    assert ([1], []) == (seen, list((tmp_path / "tmp").iterdir()))
    assert ("interrupted" in capsys.readouterr().err) == (number == signal.SIGINT)


def test_an_interrupted_folder_is_not_passed_off_as_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: CAPTURE
) -> None:
    (tmp_path / "a.py").write_text("nothing\n")
    monkeypatch.chdir(tmp_path)

    def interrupted(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("strongroom.ops.scan.Collector", interrupted)
    assert 130 == quick(["scan"])
    said = capsys.readouterr()
    assert ("", True) == (said.out, said.err.startswith("interrupted"))
