"""An outage stops no start, a right that was taken away does."""

import fcntl
import secrets
import time
from pathlib import Path

import pytest
from tests.runtime.run.conftest import Runner
from tests.runtime.run.test_supervise import until

from strongroom.runtime.last_good import LastGood
from strongroom.runtime.origin.interface import Delivery
from strongroom.runtime.run import kept

SHOW = ("--", "sh", "-c", "echo $API_KEY")


def cached(runner: Runner, *words: str) -> tuple[int, bytes, bytes]:
    done = runner(*words, *SHOW, HOME=str(runner.folder))
    assert runner.value.encode() not in done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("names", [(), ("--only", "API_KEY")])
def test_while_the_origin_is_away_its_last_values_serve(
    runner: Runner, names: tuple[str, ...]
) -> None:
    assert cached(runner, *names)[0] == 0
    runner.put(failure="down")
    status, out, err = cached(runner, *names)

    assert (status, out) == (0, b"[API_KEY@v3]\n")
    assert b"[origin-down]: values of" in err
    assert cached(runner, "--no-cache")[0] == 9
    found = [p.read_bytes() for p in (runner.folder / ".cache").rglob("*") if p.is_file()]
    assert found
    assert not any(runner.value.encode() in one for one in found)


def test_offline_asks_nobody(runner: Runner) -> None:
    assert cached(runner, "--offline")[0] == 78
    assert cached(runner)[0] == 0
    runner.path.unlink()

    assert cached(runner, "--offline")[:2] == (0, b"[API_KEY@v3]\n")


@pytest.mark.parametrize("names", [(), ("--only", "API_KEY")])
def test_what_was_taken_away_does_not_serve_on(runner: Runner, names: tuple[str, ...]) -> None:
    assert cached(runner, *names)[0] == 0
    runner.put(failure="denied")
    assert cached(runner, *names)[0] == 4
    runner.put(failure="down")

    assert cached(runner, *names)[0] == 9


def test_what_is_taken_away_under_a_running_command_does_not_serve_on(runner: Runner) -> None:
    with runner.popen(
        "--watch", "HUP", "--interval", "0.1", "--", "sleep", "1000",
        stderr=-1, environ={"HOME": str(runner.folder)},
    ) as process:  # fmt: skip
        assert process.stderr
        until(lambda: cached(runner, "--offline")[0] == 0)
        runner.put(failure="denied")
        assert b"goes on with what it has" in process.stderr.readline()
        process.terminate()

    assert cached(runner, "--offline")[0] == 78


def test_what_the_origin_does_not_have_any_more_does_not_serve_on(runner: Runner) -> None:
    assert cached(runner)[0] == 0
    runner.put(OTHER_KEY=(1, "another-value-1"))
    assert cached(runner)[0] == 0
    runner.put(failure="down")

    assert cached(runner)[1] == b"\n"


def test_what_is_no_secret_is_none_after_an_outage_either(runner: Runner) -> None:
    host = "db-7.internal.example"
    runner.put(DATABASE_HOST=(1, host), API_KEY=(3, runner.value))
    show = ("--", "sh", "-c", "echo $DATABASE_HOST $API_KEY")
    for failure in ({}, {"failure": "down"}):
        if failure:
            runner.put(**failure)
        done = runner(*show, HOME=str(runner.folder))
        assert done.stdout == f"{host} [API_KEY@v3]\n".encode()


def test_a_denial_waits_for_another_process_that_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = LastGood(tmp_path / "cache", ("app",), max_us=10**12)
    given = {"API_KEY": Delivery("API_KEY", secrets.token_urlsafe(24), 3, "x")}
    kept.keep(cache, None, given)
    with (tmp_path / "cache" / "lock").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        monkeypatch.setattr(time, "sleep", lambda _: fcntl.flock(held, fcntl.LOCK_UN))
        kept.keep(cache, None, {})

    assert kept.recall(cache, None) is None
