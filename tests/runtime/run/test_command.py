"""`strongroom run` from end to end, in pipes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.runtime.run.conftest import Runner

SHOW = [
    sys.executable,
    "-c",
    "import os, sys; print(os.environ['API_KEY']); print(os.environ['API_KEY'], file=sys.stderr)",
]


def test_the_command_has_the_secret_and_its_output_has_not(runner: Runner) -> None:
    check = "import os, hashlib; print(hashlib.sha256(os.environ['API_KEY'].encode()).hexdigest())"
    import hashlib

    done = runner("--", sys.executable, "-c", check)
    assert done.stdout.decode().strip() == hashlib.sha256(runner.value.encode()).hexdigest()

    done = runner("--", *SHOW)
    assert (0, b"[API_KEY@v3]\n", b"[API_KEY@v3]\n") == (done.returncode, done.stdout, done.stderr)


def test_derived_forms_and_cut_up_output_are_masked(runner: Runner) -> None:
    script = (
        "import os, base64, sys, time, urllib.parse as u\n"
        "v = os.environ['API_KEY']\n"
        "for c in v: sys.stdout.write(c); sys.stdout.flush()\n"
        "print(); print(base64.b64encode(b'app:' + v.encode()).decode()); print(v.encode().hex())\n"
    )
    done = runner("--", sys.executable, "-c", script)
    lines = done.stdout.decode().splitlines()

    assert lines[0] == "[API_KEY@v3]"
    assert "[API_KEY@v3]" in lines[1]
    assert lines[2] == "[API_KEY@v3]"


def test_what_the_environment_holds_is_masked_too(runner: Runner) -> None:
    done = runner("--", "sh", "-c", 'echo "$OTHER_TOKEN"', OTHER_TOKEN="t" * 24)

    assert done.stdout == b"[OTHER_TOKEN]\n"


def test_input_passes_and_octets_that_are_no_text_do_not_change(runner: Runner) -> None:
    data = bytes(range(256)) * 5000

    assert runner("--", "cat", data=data).stdout == data


@pytest.mark.parametrize("code", [0, 1, 77, 255])
@pytest.mark.parametrize("how", [(), ("--no-mask",)])
def test_the_exit_code_is_the_commands(runner: Runner, code: int, how: tuple[str, ...]) -> None:
    assert runner(*how, "--", "sh", "-c", f"exit {code}").returncode == code


@pytest.mark.parametrize("name", ["KILL", "TERM", "SEGV", "INT", "PIPE"])
def test_a_command_that_a_signal_ends_ends_us_by_the_same(runner: Runner, name: str) -> None:
    done = runner("--", "sh", "-c", f"kill -{name} $$")

    assert done.returncode == -getattr(signal, f"SIG{name}")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("how", [(), ("--no-mask",)])
def test_a_command_that_is_not_there_or_cannot_run_has_the_shells_numbers(
    runner: Runner, how: tuple[str, ...]
) -> None:
    plain = runner.folder / "plain"
    plain.write_text("no program")
    missing = runner(*how, "--", "no-such-command")
    refused = runner(*how, "--", str(plain))

    assert (missing.returncode, refused.returncode) == (127, 126)
    assert b"run-command-not-found" in missing.stderr
    assert b"run-command-unusable" in refused.stderr


def test_without_masking_the_command_takes_our_place(runner: Runner) -> None:
    with runner.popen("--no-mask", "--", "sh", "-c", "echo $$; echo $API_KEY", stdout=-1) as done:
        out, _ = done.communicate()

    assert out.decode().split() == [str(done.pid), runner.value]


def test_nothing_is_started_when_a_name_is_refused(runner: Runner) -> None:
    runner.put(LD_PRELOAD=(1, "/x.so"))
    done = runner("--", "touch", "started")

    assert done.returncode == 78
    assert b"run-name-refused" in done.stderr
    assert not (runner.folder / "started").exists()


def test_a_value_is_in_no_argument_and_the_commands_environment_alone(runner: Runner) -> None:
    """What `ps` and /proc show to others of this user."""
    with runner.popen("--", "sh", "-c", "echo ready; read x", stdin=-1, stdout=-1) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        processes = _family(process.pid)
        arguments = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes]
        environments = [Path(f"/proc/{pid}/environ").read_bytes() for pid in processes]
        process.communicate(b"\n")

    assert len(processes) == 3
    assert not any(runner.value.encode() in one for one in arguments)
    assert [runner.value.encode() in one for one in environments] == [False, False, True]


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        found += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
    return found


def test_both_outputs_to_one_place_keep_their_order(runner: Runner) -> None:
    with runner.popen(
        "--", "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do echo o$i; echo e$i >&2; done",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as done:  # fmt: skip
        out, _ = done.communicate()

    assert out.decode().split() == [f"{s}{i}" for i in range(1, 9) for s in "oe"]


def test_a_reader_that_goes_away_ends_the_command(runner: Runner) -> None:
    with runner.popen("--", "yes", stdout=-1) as process:
        assert process.stdout
        process.stdout.read(10)
        process.stdout.close()
        assert process.wait(60) == -signal.SIGPIPE


def test_what_the_command_leaves_running_does_not_hold_us(runner: Runner) -> None:
    done = runner("--", "sh", "-c", "sleep 1000 & echo $!")
    os.kill(int(done.stdout), signal.SIGKILL)

    assert done.returncode == 0


def test_strict_starts_only_when_all_that_is_declared_is_there(runner: Runner) -> None:
    declaration = runner.folder / "strongroom.toml"
    declaration.write_text("[secrets.API_KEY]\n[secrets.OTHER_KEY]\n[secrets.THIRD_KEY]\n")
    refused = runner("--strict", "--", "touch", "started")
    declaration.write_text("[secrets.API_KEY]\n")

    assert refused.returncode == 78
    assert b"OTHER_KEY is not set" in refused.stderr
    assert b"THIRD_KEY is not set" in refused.stderr
    assert not (runner.folder / "started").exists()
    assert runner("--strict", "--", "true").returncode == 0


def test_in_development_a_dotenv_adds_to_the_origin(runner: Runner) -> None:
    (runner.folder / ".env").write_text("API_KEY=not-this\nPORT=8000\n")
    line = ["--", "sh", "-c", 'echo "$API_KEY $PORT"']

    assert runner(*line).stdout == b"[API_KEY@v3] 8000\n"
    assert runner("--env", "production", "--folder", "api", *line).stdout == b"[API_KEY@v3] \n"


def test_outside_of_development_everything_at_once_is_not_given(runner: Runner) -> None:
    done = runner("--env", "production", "--", "true")

    assert done.returncode == 78
    assert b"run-everything" in done.stderr
    assert runner("--env", "production", "--only", "API_KEY", "--", "true").returncode == 0


def test_the_command_is_told_its_environment(runner: Runner) -> None:
    done = runner(
        "--env", "staging", "--folder", "a", "--", "sh", "-c", "echo $STRONGROOM_ENVIRONMENT"
    )

    assert done.stdout == b"staging\n"


def test_what_cannot_be_masked_is_said_by_name(runner: Runner) -> None:
    runner.put(PIN=(1, "4711"))
    done = runner("--", "sh", "-c", "echo $PIN")

    assert done.stdout == b"4711\n"
    assert b"PIN is not masked: shorter than 8 characters" in done.stderr
    assert b"4711" not in done.stderr


@pytest.mark.parametrize("failure", ["down", "denied"])
def test_an_origin_that_fails_starts_nothing_and_shows_nothing(
    runner: Runner, failure: str
) -> None:
    runner.put(failure=failure)
    done = runner("--", "touch", "started")

    assert done.returncode == {"down": 9, "denied": 4}[failure]
    assert b"Traceback" not in done.stderr
    assert not (runner.folder / "started").exists()


def test_what_is_ignored_stays_ignored_for_the_command(runner: Runner) -> None:
    """As `nohup` has it."""
    script = (
        "import signal; print(signal.getsignal(signal.SIGHUP), signal.getsignal(signal.SIGPIPE))"
    )
    with runner.popen(
        "--", sys.executable, "-c", script, stdout=-1,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN),
    ) as process:  # fmt: skip
        out, _ = process.communicate()

    assert out.decode().split()[0] == str(signal.SIG_IGN)


def test_descriptors_that_are_given_on_arrive(runner: Runner) -> None:
    ours, theirs = os.pipe()
    os.write(theirs, b"through")
    os.close(theirs)
    with runner.popen("--", "bash", "-c", f"cat <&{ours}", stdout=-1, pass_fds=(ours,)) as process:
        out, _ = process.communicate()
    os.close(ours)

    assert out == b"through"


def test_closed_streams_are_no_streams(runner: Runner) -> None:
    for fd in (0, 1, 2):
        with runner.popen("--", "true", preexec_fn=lambda fd=fd: os.close(fd)) as process:
            assert process.wait(60) == 0


@pytest.mark.parametrize("how", [(), ("--no-mask",)], ids=["masked", "in place"])
@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_a_value_has_the_same_octets_in_every_locale(
    runner: Runner, locale: str, how: tuple[str, ...]
) -> None:
    """What Python makes of a locale without UTF-8 changes no password."""
    text = "größe-密码-" + runner.value
    runner.put(API_KEY=(3, text))
    done = runner(
        *how, "--", "sh", "-c", 'printf %s "$API_KEY" > out',
        LC_ALL=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert (runner.folder / "out").read_bytes() == text.encode()
    again = runner(
        "--", "true", API_KEY=text, LC_ALL=locale, PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    assert b"stays" not in again.stderr, "it is the same value"
