"""What goes on beside the command, with a real command and an origin that changes under it."""

import json
import os
import signal
import sys
from pathlib import Path

import pytest
from tests.runtime.run.conftest import Runner
from tests.runtime.run.test_supervise import child_of, until

OFTEN = ("--interval", "0.1")
SHOW = "import os, hashlib; print(hashlib.sha256(os.environ['API_KEY'].encode()).hexdigest()[:8], flush=True); import time; time.sleep(1000)"


def digest(text: str) -> bytes:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()[:8].encode() + b"\n"


def test_after_a_rotation_the_command_is_started_again_with_the_new_value(runner: Runner) -> None:
    fresh = "w" + runner.value[::-1]
    with runner.popen(
        "--watch", "restart", *OFTEN, "--", sys.executable, "-c", SHOW, stdout=-1, stderr=-1
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == digest(runner.value)
        first = child_of(process.pid)
        runner.put(API_KEY=(4, fresh))
        assert process.stdout.readline() == digest(fresh)
        assert child_of(process.pid) != first
        process.terminate()
        _, err = process.communicate(timeout=60)

    assert process.returncode == -signal.SIGTERM
    assert fresh.encode() not in err


def test_a_command_that_does_not_end_is_killed_after_its_grace(runner: Runner) -> None:
    stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + SHOW
    with runner.popen(
        "--watch",
        "restart",
        *OFTEN,
        "--grace",
        "0.2",
        "--",
        sys.executable,
        "-c",
        stubborn,
        stdout=-1,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        runner.put(API_KEY=(4, "another-value-1"))
        assert process.stdout.readline() == digest("another-value-1")
        os.kill(child_of(process.pid), signal.SIGKILL)
        assert process.wait(60) == -signal.SIGKILL


def test_a_command_that_ends_by_itself_is_not_started_again(runner: Runner) -> None:
    done = runner("--watch", "restart", *OFTEN, "--", "sh", "-c", "echo once; exit 9")

    assert (done.returncode, done.stdout) == (9, b"once\n")


@pytest.mark.parametrize("inject", ["files", "file-vars"])
def test_files_are_swapped_and_the_command_is_sent_the_signal(runner: Runner, inject: str) -> None:
    script = (
        "import os, signal, hashlib\n"
        "path = os.environ.get('API_KEY_FILE') or os.environ['CREDENTIALS_DIRECTORY'] + '/API_KEY'\n"
        "def show(*_): print(hashlib.sha256(open(path).read().encode()).hexdigest()[:8], flush=True)\n"
        "signal.signal(signal.SIGHUP, show)\n"
        "show(); print(path, flush=True); print(open(path).read(), flush=True)\n"
        "while True: signal.pause()\n"
    )
    with runner.popen(
        "--inject", inject, "--watch", "HUP", *OFTEN, "--", sys.executable, "-c", script, stdout=-1
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == digest(runner.value)
        path = Path(process.stdout.readline().decode().strip())
        assert process.stdout.readline() == b"[API_KEY@v3]\n"
        runner.put(API_KEY=(4, "another-value-1"))
        assert process.stdout.readline() == digest("another-value-1")
        assert path.read_text() == "another-value-1"
        assert (
            runner.value.encode() not in Path(f"/proc/{child_of(process.pid)}/environ").read_bytes()
        )
        process.terminate()
        process.wait(60)

    assert not path.parent.exists()


@pytest.mark.parametrize("which", ["us", "keeper"])
def test_files_are_gone_when_one_of_us_is_killed(runner: Runner, which: str) -> None:
    with runner.popen(
        "--inject",
        "files",
        "--",
        "sh",
        "-c",
        "echo $CREDENTIALS_DIRECTORY; exec sleep 1000",
        stdout=-1,
    ) as process:
        assert process.stdout
        folder = Path(process.stdout.readline().decode().strip())
        assert (folder / "API_KEY").read_text() == runner.value
        (keeper,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(process.pid if which == "us" else int(keeper), signal.SIGKILL)
        process.wait(60)
        until(lambda: not folder.exists())


def test_what_is_used_is_acknowledged_while_the_command_lives(runner: Runner) -> None:
    used = runner.path.with_suffix(".used")
    with runner.popen("--", "sh", "-c", "read x", stdin=-1) as process:
        until(used.exists)
        told = json.loads(used.read_text())
        process.communicate(b"\n")

    assert list(told.values()) == [{"API_KEY": 3}]
    assert list(json.loads(used.read_text()).values()) == [{}]


@pytest.mark.parametrize("failure", ["down", "denied"])
def test_an_origin_that_fails_later_leaves_the_command_alone_and_is_said_once(
    runner: Runner, failure: str
) -> None:
    with runner.popen(
        "--watch", "restart", *OFTEN, "--", sys.executable, "-c", SHOW, stdout=-1, stderr=-1
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        runner.put(failure=failure)
        assert b"goes on with what it has" in process.stderr.readline()
        runner.put(API_KEY=(4, "another-value-1"))
        assert process.stdout.readline() == digest("another-value-1")
        process.terminate()
        _, err = process.communicate(timeout=60)

    assert b"goes on" not in err


def test_there_must_be_something_to_watch(runner: Runner) -> None:
    done = runner("--watch", "restart", "--", "true", STRONGROOM_ORIGIN="")

    assert done.returncode == 78
    assert b"run-nothing-to-watch" in done.stderr
