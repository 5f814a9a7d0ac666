"""Tests for strongroom.scan.starting."""

import signal
import subprocess
import sys

from strongroom.scan import starting


def test_one_that_nobody_needs_ends_by_itself() -> None:
    process = starting.start()
    out, _ = process.communicate(timeout=60)

    assert (b"", 0) == (out, process.returncode)


def test_ctrl_c_is_for_whoever_started_it() -> None:
    process = starting.start()
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)

    assert (b"", 0) == (out, process.returncode)
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())


def test_one_is_ended_whatever_it_does() -> None:
    process = starting.start()
    starting.end(process)
    assert -9 == process.returncode
    starting.end(process)


def test_little_is_loaded_to_start_one() -> None:
    code = "import sys; import strongroom.scan.starting; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"dataclasses", "typing", "pickle"} & set(done.stdout.split())
